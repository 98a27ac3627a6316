"""An explanation as pages show it: a short first line, facts, and a line for each suggestion that was tried."""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.i18n import Language
from matching.explain import Explanation, told
from matching.explain.document import Suggestion


class Told(NamedTuple):
    """Words of an explanation; `advice` has a line for each of `suggestions`."""

    first: str
    facts: tuple[str, ...]
    advice: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def told_of(explanation: Explanation, language: Language) -> Told:
    """Return the lines of an explanation, taken apart."""
    lines = told(explanation, language)
    end = len(lines) - len(explanation.suggestions)
    return Told(lines[0], tuple(lines[1:end]), tuple(lines[end:]), explanation.suggestions)


def moment(explanation: Explanation, tick: int) -> datetime:
    """Return when a tick of an explanation is."""
    return datetime.fromisoformat(explanation.horizon) + timedelta(seconds=tick * explanation.tick_seconds)
