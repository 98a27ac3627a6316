"""Explanations in plain words, in Chinese and English: short first lines, units written out, to be read aloud.

They name nobody, and of others nothing but counts.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from matching.explain.document import Explanation, Suggestion
from matching.explain.texts import FACTS, FIRST, HELPS, KINDS, LEVELS, RULES, Text

Language = Literal["zh", "en"]

LONGEST = 60
"""Characters of a first line at most."""

MINUTE_SECONDS = 60
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def told(explanation: Explanation, language: Language) -> list[str]:
    """What to tell the person: the reason, facts, then one line for each suggestion, in their order."""
    say = _Say(explanation, language)
    return [say.first(), *say.facts(), *say.helps()]


class _Say:
    """One explanation in one language."""

    def __init__(self, explanation: Explanation, language: Language) -> None:
        self.of, self.chinese = explanation, language == "zh"

    def _words(self, text: Text, **values: object) -> str:
        return text[1 if self.chinese else 0].format(**values)

    def first(self) -> str:
        """The reason in one short line."""
        of, name = self.of, str(self.of.reason)
        if of.reason == "served" and of.visit is not None:
            return self._words(FIRST["visit"], when=self.when(of.visit.start))
        if of.reason == "full" and of.waiting is not None:
            return self._words(FIRST["waiting"], n=of.waiting)
        if of.reason == "points" and of.cutoff is not None:
            name = "short" if of.proven else "short at most"
            name = f"one {name}" if of.short == 1 else name
        return self._words(FIRST[name], n=of.short)

    def facts(self) -> Iterator[str]:
        """What stands behind it."""
        of = self.of
        if of.served:
            yield from self._served()
        elif of.rule in RULES:
            yield self._words(RULES[of.rule])
        if of.cutoff is not None and of.reason != "tie":
            yield self._words(FACTS["cutoff"], points=of.points, high=of.cutoff.high)
        if of.reason == "tie":
            yield self._level(of.level, of.price)
        elif of.reason == "mandatory":
            yield self._words(FACTS["mandatory"], n=of.price)
        if of.change is not None and of.change.displaced and of.reason != "tie":
            yield self._words(FACTS["change"], lost=of.change.displaced, moved=of.change.moved)
        if not of.served and not of.proven:
            yield self._words(FACTS["open"])

    def _served(self) -> Iterator[str]:
        of = self.of
        if of.visit is not None:
            yield self._words(FACTS["visit"], n=self.minutes(of.visit.extra_ticks), people=of.visit.people)
        if of.alternatives:
            yield self._words(FACTS["others"], n=len(of.alternatives))
            yield self._level(of.level, of.price)
        elif of.kind == "task" and of.proven:
            yield self._words(FACTS["only"])

    def _level(self, level: str, price: int) -> str:
        timed = level in {"travel", "experience"}
        return self._words(LEVELS[level or "none"], n=self.minutes(price) if timed else price)

    def helps(self) -> Iterator[str]:
        """One line for each suggestion."""
        for suggestion in self.of.suggestions:
            line = self._help(suggestion)
            if suggestion.moved:
                line += self._words(FACTS["moved"], n=suggestion.moved)
            yield line

    def _help(self, one: Suggestion) -> str:
        minutes = self.minutes(one.amount)
        kinds = (self._words(KINDS[k]) if k in KINDS else k.replace("_", " ") for k in one.kinds)
        when = "" if one.start is None else self.when(one.start)
        comma = "、" if self.chinese else ", "
        return self._words(HELPS[one.code], n=minutes, metres=one.amount, when=when, kinds=comma.join(kinds))

    def minutes(self, ticks: int) -> int:
        """Ticks as whole minutes, rounded up."""
        return -(-ticks * self.of.tick_seconds // MINUTE_SECONDS)

    def when(self, tick: int) -> str:
        """A day and a time."""
        if not self.of.horizon:
            return ""
        at = datetime.fromisoformat(self.of.horizon) + timedelta(seconds=tick * self.of.tick_seconds)
        if not self.chinese:
            return f"{at.day} {MONTHS[at.month - 1]} at {at.hour}:{at.minute:02}"
        minute = f"{at.minute}分" if at.minute else ""
        return f"{at.month}月{at.day}日{at.hour}点{minute}"
