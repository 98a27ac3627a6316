"""Find every sentence that needs Chinese; tests/api/web/test_catalogues.py says which lack it, ready for a PO file.

Looked at: templates (`_`, `ngettext`, `pgettext`), Python (`N_`, the same functions and methods), and the first argument of
every `LinliError`, raised or passed up by a subclass. Messages must be literal: a sentence put together at run time has no
translation.
"""

import ast
import json
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2.ext import extract_from_ast

from api.i18n import Key, Translator
from api.web.render import TEMPLATES, environment

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "catalog", "market", "matching", "seed")
ERROR_ROOT = "LinliError"
_FUNCTIONS = {"_": 0, "N_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1}  # place of the message


@dataclass(frozen=True)
class Found:
    """One message and where it is written; `plural` is "" for most."""

    message: str
    place: str
    context: str | None = None
    plural: str = ""

    @property
    def key(self) -> Key:
        """Return what a catalogue is asked with."""
        return self.context, self.message


class NotLiteralError(ValueError):
    """A message is put together where it is raised."""


def in_templates(folder: Path = TEMPLATES) -> Iterator[Found]:
    """Return the messages of every template."""
    jinja = environment("en")
    for path in sorted(folder.rglob("*.html")):
        tree = jinja.parse(path.read_text("utf-8"), filename=str(path))
        for line, function, words in extract_from_ast(tree, tuple(_FUNCTIONS), babel_style=False):
            yield _found(function, [word or "" for word in words or ()], f"{path.relative_to(folder)}:{line}")


def in_python(root: Path = ROOT, packages: Iterable[str] = PACKAGES) -> Iterator[Found]:
    """Return the marked messages and those of business errors."""
    trees = {
        path: ast.parse(path.read_text("utf-8"), filename=str(path))
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
    }
    errors = error_classes(trees.values())
    for path, tree in trees.items():
        place = path.relative_to(root).as_posix()
        yield from _marked(tree, place)
        yield from _raised(tree, errors, place)


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names of LinliError and all classes built on it, whatever file they are in."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {ERROR_ROOT}
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return known


def _marked(tree: ast.Module, place: str) -> Iterator[Found]:
    for call in _calls(tree):
        name = _name(call.func)
        if name in _FUNCTIONS:
            words = [_literal(word) or "" for word in call.args]
            if any(words):
                yield _found(name, words, f"{place}:{call.lineno}")


def _raised(tree: ast.Module, errors: set[str], place: str) -> Iterator[Found]:
    for call in [*_calls(tree), *_passed_up(tree, errors)]:
        if not call.args or not (_name(call.func) in errors or _name(call.func) == "__init__"):
            continue
        if _name(call.func) == "__init__" and call not in _passed_up(tree, errors):
            continue
        message = _literal(call.args[0])
        where = f"{place}:{call.lineno}"
        if message:
            yield Found(message, where)
        elif isinstance(call.args[0], (ast.JoinedStr, ast.BinOp)):
            raise NotLiteralError(f"{where}: write the message as one literal with {{parameters}}")


def _passed_up(tree: ast.Module, errors: set[str]) -> list[ast.Call]:
    return [
        call
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in errors
        for call in _calls(node)
        if _name(call.func) == "__init__"
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _found(function: str, words: list[str], place: str) -> Found:
    at = _FUNCTIONS[function]
    return Found(
        words[at],
        place,
        context=words[0] if function == "pgettext" else None,
        plural=words[1] if function == "ngettext" else "",
    )


def missing(found: Iterable[Found], words: Translator) -> list[Found]:
    """Return each message once that `words` cannot say."""
    return list({item.key: item for item in found if item.key not in words.entries}.values())


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def disagreements(words: Translator) -> list[str]:
    """Return the entries whose Chinese has other placeholders than the English; `{n}` of a plural may stay unsaid."""
    return [
        f"{message!r}: {placeholders(message)} but {placeholders(form)} in {form!r}"
        for (_, message), forms in words.entries.items()
        for form in forms
        if placeholders(message) - {"n"} != placeholders(form) - {"n"}
    ]


def as_po(item: Found) -> str:
    """Return the entry to fill in."""

    def quote(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [f"#: {item.place}"]
    lines += [f"msgctxt {quote(item.context)}"] if item.context else []
    lines += [f"msgid {quote(item.message)}"]
    lines += [f"msgid_plural {quote(item.plural)}", 'msgstr[0] ""'] if item.plural else ['msgstr ""']
    return "\n".join(lines)
