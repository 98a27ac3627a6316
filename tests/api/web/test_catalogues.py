"""The Chinese is complete: what fails here prints what to paste into a file of api/locale/zh/."""

import ast
from pathlib import Path

import pytest

from api.i18n import Translator, translator
from api.web.messages import (
    Found,
    NotLiteralError,
    as_po,
    disagreements,
    in_python,
    in_templates,
    missing,
    placeholders,
)


def test_no_sentence_lacks_its_chinese():
    gaps = missing([*in_templates(), *in_python()], translator("zh"))
    if gaps:
        pytest.fail("add to a file of api/locale/zh:\n\n" + "\n\n".join(map(as_po, gaps)), pytrace=False)


def test_placeholders_agree():
    assert [] == disagreements(translator("zh"))


def test_what_is_looked_at(tmp_path: Path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "a.py").write_text(
        "class Shut(LinliError):\n"
        "    def __init__(self): super().__init__('Shut until {day}')\n"
        "class Gone(errors.LinliError): ...\n"
        "def f(t, x):\n"
        "    N_('Marked'); t.ngettext('{n} a', '{n} b', 2); t.pgettext('c', 'Word'); N_(x)\n"
        "    raise Gone('Gone away', field='x')\n"
        "    raise ValueError('not for people')\n",
        "utf-8",
    )
    found = {item.message: item for item in in_python(tmp_path, ["api"])}
    assert {"Shut until {day}", "Marked", "{n} a", "Word", "Gone away"} == set(found)
    assert ("c", "{n} b") == (found["Word"].context, found["{n} a"].plural)
    assert "api/a.py:6" == found["Gone away"].place


def test_a_message_put_together_is_refused(tmp_path: Path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "a.py").write_text("raise LinliError(f'no {x}')\n", "utf-8")
    with pytest.raises(NotLiteralError, match=r"api/a\.py:1"):
        list(in_python(tmp_path, ["api"]))


def test_templates_are_looked_at(tmp_path: Path):
    (tmp_path / "x.html").write_text(
        "{% set a %}{% endset %}\n{{ _('One') }}{{ ngettext('{n} x', '{n} y', 3) }}", "utf-8"
    )
    assert [Found("One", "x.html:2"), Found("{n} x", "x.html:2", plural="{n} y")] == list(
        in_templates(tmp_path)
    )


def test_disagreements_are_named():
    words = Translator("zh", {(None, "Hi {name}"): ("{who} 好",), (None, "{n} day"): ("一天",)})
    assert 1 == len(disagreements(words))
    assert {"h", "n"} == placeholders("{h} h {n} min {{x}}")


def test_entries_to_paste():
    text = as_po(Found('Say "hi"', "a.html:1", context="c", plural="x"))
    assert '#: a.html:1\nmsgctxt "c"\nmsgid "Say \\"hi\\""\nmsgid_plural "x"\nmsgstr[0] ""' == text
    assert ast.literal_eval(text.splitlines()[2].removeprefix("msgid ")) == 'Say "hi"'
