"""Parameters of messages as people read them."""

from collections.abc import Mapping
from datetime import datetime

from api.i18n import Language, translator
from api.web.formats import Formats

CODE_WORDS = frozenset(
    "thing kind parent holder state wanted got allowed roles lane given grid member".split()  # noqa: SIM905 one line
)


def spoken(params: Mapping[str, object], language: Language) -> dict[str, object]:
    """Return parameters as people read them: instants in local time, code words (states, roles, things) translated."""
    return {name: _spoken(name, value, language) for name, value in params.items()}


def _spoken(name: str, value: object, language: Language) -> object:
    if isinstance(value, datetime):
        return Formats(language).datetime(value)
    if name in CODE_WORDS and isinstance(value, str):
        say = translator(language).pgettext
        separator = "、" if language == "zh" else ", "
        return separator.join(say("word", word).replace("_", " ") for word in value.split(", "))
    return value
