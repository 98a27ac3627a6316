"""Two languages without a build step: English sentences in the code, Chinese ones in `api/locale/zh/*.po`.

One catalogue file per area, so that people who write pages at the same time do not meet in one file. They are merged when
first used; two files that translate one sentence differently are an error (give the sentence a context with `pgettext`).
Placeholders are `{name}` in the manner of `str.format`, as in `LinliError` messages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from babel.messages.pofile import read_po
from markupsafe import Markup

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DEFAULT_LANGUAGE: Language = "zh"
LOCALE = Path(__file__).parent / "locale"

Key = tuple[str | None, str]  # (context, English message)
Forms = tuple[str, ...]  # Chinese has one plural form, English none in a catalogue


class CatalogueConflictError(ValueError):
    """One message has two translations; names both files."""


def N_(message: str) -> str:  # noqa: N802 - the gettext name that every translator knows
    """Mark `message` for translation where it is written; `_` translates it where it is shown."""
    return message


@dataclass(frozen=True)
class Translator:
    """Turns English messages into the reader's language; what is missing stays English."""

    language: Language
    entries: Mapping[Key, Forms] = field(repr=False, default_factory=dict)

    def gettext(self, message: str, /, **parameters: Any) -> str:
        """Return the sentence with its `{parameters}` filled in; Markup parameters make the answer Markup."""
        return _fill(self._first((None, message), message), parameters)

    def pgettext(self, context: str, message: str, /, **parameters: Any) -> str:
        """As `gettext`, for one English word with several Chinese ones; `context` says which."""
        return _fill(self._first((context, message), message), parameters)

    def ngettext(self, singular: str, plural: str, n: int, /, **parameters: Any) -> str:
        """As `gettext`, choosing by `n`, which is also the parameter `{n}`."""
        english = singular if n == 1 else plural
        return _fill(self._first((None, singular), english), {"n": n} | parameters)

    def _first(self, key: Key, english: str) -> str:
        forms = self.entries.get(key)
        return forms[0] if forms else english


def _fill(text: str, parameters: dict[str, Any]) -> str:
    if not parameters:
        return text
    if any(hasattr(value, "__html__") for value in parameters.values()):
        return Markup(text).format(**parameters)  # noqa: S704 - text is ours; format escapes the parameters
    return text.format(**parameters)


def load_catalogue(files: Iterable[Path]) -> dict[Key, Forms]:
    """Merge PO files; a message translated differently in two places is a `CatalogueConflictError`."""
    merged: dict[Key, tuple[Forms, Path]] = {}
    for path in sorted(files):
        seen: set[Key] = set()
        for key, forms in _entries(path):
            if key in seen:
                raise CatalogueConflictError(f"{path.name} translates {key[1]!r} twice")
            seen.add(key)
            known, origin = merged.setdefault(key, (forms, path))
            if known != forms:
                raise CatalogueConflictError(
                    f"{key[1]!r} is {known[0]!r} in {origin.name} and {forms[0]!r} in {path.name}: "
                    "agree on one, or give one of them a context with pgettext"
                )
    return {key: forms for key, (forms, _) in merged.items()}


def _entries(path: Path) -> Iterable[tuple[Key, Forms]]:
    _refuse_repeats(path)
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh", charset="utf-8", abort_invalid=True)
    for message in catalogue:
        singular = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if singular and any(forms) and not message.fuzzy:
            yield (message.context, singular), forms


def _refuse_repeats(path: Path) -> None:
    """Babel keeps the last of two equal entries silently; a repeated entry is a mistake of ours, so say so."""
    seen: set[str] = set()
    for block in path.read_text("utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        key = "\n".join(lines).split("\nmsgstr")[0]
        if key in seen:
            raise CatalogueConflictError(f"{path.name} repeats {key!r}")
        if key:
            seen.add(key)


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: Language) -> Translator:
    """Return the translator of `language`; catalogues are read once per process."""
    return Translator(language, load_catalogue((LOCALE / language).glob("*.po")))


def choose_language(*, cookie: str | None, query: str | None, accept_language: str | None) -> Language:
    """Return the language asked for in the address, else remembered, else preferred by the browser, else Chinese."""
    preferred = [tag.split("-")[0] for tag in _by_preference(accept_language or "")]
    known = (language for asked in (query, cookie, *preferred) for language in LANGUAGES if asked == language)
    return next(known, DEFAULT_LANGUAGE)


def _by_preference(header: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for item in header.lower().split(","):
        tag, _, quality = item.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(ranked, key=lambda pair: pair[0])]


def bilingual(thing: Any, language: Language, name: str = "name") -> str:
    """Return `thing.name_zh` or `.name_en`, or `thing.name` when that is {"zh": …, "en": …}; keys of a mapping alike.

    Chinese stands in for missing English.
    """

    def read(key: str) -> str | None:
        value = thing.get(key) if isinstance(thing, Mapping) else getattr(thing, key, None)
        if isinstance(value, Mapping):
            value = value.get(language) or value.get(DEFAULT_LANGUAGE)
        return value if isinstance(value, str) else None

    return read(f"{name}_{language}") or read(f"{name}_{DEFAULT_LANGUAGE}") or read(name) or ""
