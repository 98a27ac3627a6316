from pathlib import Path

import pytest
from markupsafe import Markup

from api.i18n import CatalogueConflictError, Translator, choose_language, load_catalogue, translator

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def po(folder: Path, name: str, body: str) -> Path:
    path = folder / f"{name}.po"
    path.write_text(HEAD + body, "utf-8")
    return path


def entry(message: str, text: str) -> str:
    return f'msgid "{message}"\nmsgstr "{text}"\n\n'


def test_the_sentence_with_its_parameters(tmp_path: Path):
    body = (
        entry("Hello {name}", "{name}，您好")
        + 'msgid "{n} need"\nmsgid_plural "{n} needs"\nmsgstr[0] "{n} 件"\n\n'
    )
    words = Translator(
        "zh", load_catalogue([po(tmp_path, "a", body + 'msgctxt "verb"\nmsgid "Open"\nmsgstr "打开"\n')])
    )
    assert "李敏，您好" == words.gettext("Hello {name}", name="李敏")
    assert "1 件" == words.ngettext("{n} need", "{n} needs", 1)
    assert ("打开", "Open") == (words.pgettext("verb", "Open"), words.gettext("Open"))
    assert "{literal}" == words.gettext("{literal}")


def test_english_needs_no_catalogue():
    words = translator("en")
    assert ["1 need", "2 needs", "0 needs"] == [words.ngettext("{n} need", "{n} needs", n) for n in (1, 2, 0)]


def test_markup_stays_and_the_rest_is_escaped():
    text = Translator("en").gettext("Call {link}, {name}", link=Markup("<a>1</a>"), name="<b>")
    assert Markup("Call <a>1</a>, &lt;b&gt;") == text


def test_fuzzy_and_empty_entries_count_as_missing(tmp_path: Path):
    path = po(tmp_path, "a", "#, fuzzy\n" + entry("Guess", "猜") + entry("Empty", ""))
    assert {} == load_catalogue([path])


def test_files_may_agree_but_not_differ(tmp_path: Path):
    same = [po(tmp_path, "a", entry("Save", "保存")), po(tmp_path, "b", entry("Save", "保存"))]
    assert {(None, "Save"): ("保存",)} == load_catalogue(same)
    with pytest.raises(CatalogueConflictError, match=r"'保存' in a\.po and '存' in c\.po"):
        load_catalogue([*same, po(tmp_path, "c", entry("Save", "存"))])


def test_one_file_says_it_once(tmp_path: Path):
    with pytest.raises(CatalogueConflictError, match="repeats"):
        load_catalogue([po(tmp_path, "a", entry("Save", "保存") + entry("Save", "保存"))])


@pytest.mark.parametrize(
    ("query", "cookie", "header", "language"),
    [
        (None, None, None, "zh"),
        ("en", "zh", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        ("fr", None, None, "zh"),
        (None, None, "en-US,en;q=0.9", "en"),
        (None, None, "fr, en;q=0.5, zh-CN;q=0.8", "zh"),
        (None, None, "de;q=x, *", "zh"),
    ],
)
def test_whose_wish_counts(query: str | None, cookie: str | None, header: str | None, language: str):
    assert language == choose_language(query=query, cookie=cookie, accept_language=header)
