"""Small checks that every part of a document uses; each raises `ProblemError` with a path."""

import math
from collections.abc import Container, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.limits import MAX_LEVEL, MAX_PRICE, MAX_TICKS, MAX_WINDOWS

if TYPE_CHECKING:
    from matching.parts import SkillLevel, Span, StartWindow


def bounded(path: str, value: float | None, low: int, high: int) -> None:
    """A finite number within both limits; None has none."""
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise ProblemError(path, f"Expected a number from {low} to {high}, got {value}")


def distinct(path: str, keys: Iterable[object], field: str = "") -> None:
    """Names, none of them empty and each once."""
    seen: set[object] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise ProblemError(f"{path}[{i}]{field}", f"Duplicate {key!r}")
        if not key:
            raise ProblemError(f"{path}[{i}]{field}", "Empty name")
        seen.add(key)


def different(path: str, keys: Iterable[object]) -> None:
    """As `distinct`, for keys that may be empty."""
    seen: set[object] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise ProblemError(f"{path}[{i}]", f"Duplicate {key!r}")
        seen.add(key)


def known(path: str, key: str, names: Container[str], what: str) -> None:
    """One of the names that the document explains."""
    if key not in names:
        raise ProblemError(path, f"Unknown {what} {key!r}")


def all_known(path: str, keys: Iterable[str], names: Container[str], what: str) -> None:
    """Several of them, each once."""
    keys = tuple(keys)
    distinct(path, keys)
    for j, key in enumerate(keys):
        known(f"{path}[{j}]", key, names, what)


def at_most(path: str, count: int, most: int) -> None:
    """Not too many of something."""
    if count > most:
        raise ProblemError(path, f"Expected at most {most}, got {count}")


def skills(path: str, levels: "Sequence[SkillLevel]") -> None:
    """Skills, each once."""
    distinct(f"{path}.skills", (skill.skill for skill in levels), ".skill")
    for j, skill in enumerate(levels):
        bounded(f"{path}.skills[{j}].level", skill.level, 0, MAX_LEVEL)


def windows(path: str, given: "Sequence[StartWindow]", *, late: bool = True) -> None:
    """At least one start window; `late`: their late parts overlap nothing, else there are none."""
    if not given:
        raise ProblemError(path, "At least one start window is needed")
    at_most(path, len(given), MAX_WINDOWS)
    for j, window in enumerate(given):
        at = f"{path}[{j}]"
        bounded(f"{at}.earliest", window.earliest, 0, MAX_TICKS)
        bounded(f"{at}.latest", window.latest, 0, MAX_TICKS)
        if window.latest < window.earliest:
            raise ProblemError(
                f"{at}.latest", f"Is {window.latest}, before the earliest start {window.earliest}"
            )
        bounded(f"{at}.late_price", window.late_price, 0, MAX_PRICE)
        if window.late_until is not None:
            if not late:
                raise ProblemError(f"{at}.late_until", "These windows have no late part")
            bounded(f"{at}.late_until", window.late_until, window.latest + 1, MAX_TICKS)
    if len(given) > 1 and any(window.late_until is not None for window in given):
        _late(path, given)


def spans(path: str, given: "Sequence[Span]") -> None:
    """Spans of time that begin before they end."""
    at_most(path, len(given), MAX_WINDOWS)
    for j, span in enumerate(given):
        bounded(f"{path}[{j}].start", span.start, 0, MAX_TICKS)
        bounded(f"{path}[{j}].end", span.end, 0, MAX_TICKS)
        if span.end <= span.start:
            raise ProblemError(f"{path}[{j}].end", f"Ends at {span.end}, not after its start {span.start}")


def _late(path: str, windows: "Sequence[StartWindow]") -> None:
    """A start is late for one reason alone: a window with a late part overlaps no other."""
    order = sorted(range(len(windows)), key=lambda j: (windows[j].earliest, windows[j].end))
    reach = accumulate((windows[j].end for j in order), max)
    for (j, after), end in zip(pairwise(order), reach, strict=False):
        late = [i for i in (j, after) if windows[i].late_until is not None]
        if late and windows[after].earliest <= end:
            raise ProblemError(
                f"{path}[{late[0]}].late_until",
                "The window with its late part overlaps another window",
            )
