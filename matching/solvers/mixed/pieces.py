"""Shifts cut at what stands in them."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from matching.plan import Stop
from matching.problem import Shift


class Block(NamedTuple):
    """A stop, or a trip from its loading to its last door: nothing comes between."""

    start: int
    end: int
    first: str
    last: str


def blocks(stops: Iterable[Stop], place: Callable[[Stop], str]) -> list[Block]:
    """The blocks of one shift in order of time."""
    found: list[Block] = []
    before: Stop | None = None
    for stop in sorted(stops, key=lambda stop: (stop.start, stop.end)):
        here = place(stop)
        if stop.kind == "deliver" and before is not None and before.kind in {"load", "deliver"}:
            found[-1] = found[-1]._replace(end=stop.end, last=here)
        else:
            found.append(Block(stop.start, stop.end, here, here))
        before = stop
    return found


def pieces(shift: Shift, found: list[Block]) -> list[Shift]:
    """What blocks leave of a shift: from each to the next, with the ways there."""
    whole = [
        Block(shift.start, shift.start, shift.start_place, shift.start_place),
        *found,
        Block(shift.end, shift.end, shift.end_place, shift.end_place),
    ]
    return [
        Shift(start=a.end, end=b.start, start_place=a.last, end_place=b.first)
        for a, b in pairwise(whole)
        if a.end < b.start
    ]
