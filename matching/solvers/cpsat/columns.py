"""Columns: every way in which one shift may be spent, where there are few enough to write them down.

A person who does one to three tasks a day has some hundred ways, and a choice among them is a far tighter model than
a circuit. A task of one person needs no start in the model: the column has room for it. A task of several people has
a common start, which the column bounds from both sides, and keeps apart from the next such task.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from matching.candidates import Option
from matching.solvers.instance import Instance
from matching.solvers.timing import first_start

MAX_LABELS = 20_000
"""Partial orders kept for one shift; beyond that it becomes a circuit."""

MAX_COLUMNS = 150_000
"""Columns of all shifts together; the busiest shifts become circuits first."""

Leg = tuple[int, Option, int, int]
"""Index and option of the task at the other end, ticks of the way, and the last tick at which to set out."""

Label = tuple[int, int, tuple[int, ...]]

Bound = tuple[int, int, int]


class Column(NamedTuple):
    """An order of tasks and its ticks of travel.

    `common`: (task, earliest, latest) start of its tasks of several people. `gaps`: (a, b, ticks) from the start of
    one of these to the start of the next, at least.
    """

    tasks: tuple[int, ...]
    ticks: int
    common: tuple[Bound, ...]
    gaps: tuple[Bound, ...]

    def allows(self, start: dict[int, int]) -> bool:
        """Whether common starts suit the column."""
        inside = all(low <= start[task] <= high for task, low, high in self.common)
        return inside and all(start[b] - start[a] >= ticks for a, b, ticks in self.gaps)


class Columns(NamedTuple):
    """`table`: rows with all their columns; `partial`: rows with some, which a proof must not rely on."""

    table: dict[int, list[Column]]
    partial: dict[int, list[Column]]


def all_columns(
    instance: Instance,
    rows: dict[int, list[Option]],
    most: Callable[[int], int],
    enough: Callable[[], bool],
) -> Columns:
    """Columns of every row, at most `most(row)` tasks each, as far as size and time (`enough`) allow."""
    found = Columns({}, {})
    left = MAX_COLUMNS
    for row in sorted(rows, key=lambda r: (len(rows[r]) ** min(most(r), 4), r)):
        whole = columns(instance, rows[row], most(row)) if left > 0 and not enough() else None
        if whole is not None:
            found.table[row] = whole
            left -= len(whole)
            continue
        some = columns(instance, rows[row], min(2, most(row)))
        if some is not None:
            found.partial[row] = some
    return Columns(dict(sorted(found.table.items())), dict(sorted(found.partial.items())))


def columns(instance: Instance, options: list[Option], most: int) -> list[Column] | None:
    """The columns of one shift, dominated ones left out; None if there are too many, or windows are too intricate.

    Windows are too intricate where a common start has several windows around it: its possible starts are then no
    interval.
    """
    several = any(len(option.windows) > 1 for option in options)
    if several and any(instance.headcount[option.task] > 1 for option in options):
        return None
    shift = _Shift(instance, options)
    best: dict[int, list[Column]] = {}
    for mask, label in shift.labels(most):
        if label is None:
            return None
        _, ticks, order = label
        if mask & shift.common:
            new = column(instance, options[0].row, order)
        else:
            new = Column(order, ticks + options[shift.index[order[-1]]].back, (), ())
        _keep(best.setdefault(mask, []), new)
    return [found for kept in best.values() for found in kept]


class _Shift:
    """Partial orders of one shift, as labels: the tick at which they end, their travel, and the tasks."""

    def __init__(self, instance: Instance, options: list[Option]) -> None:
        self.instance, self.options, self.row = instance, options, options[0].row
        self.index = {option.task: i for i, option in enumerate(options)}
        self.common = sum(1 << i for i, o in enumerate(options) if instance.headcount[o.task] > 1)
        limit = instance.max_leg(self.row)
        self.legs = [
            [
                self._leg(j, b, instance.leg(self.row, a.task, b.task))
                for j, b in enumerate(options)
                if a is not b
            ]
            for a in options
        ]
        if limit is not None:
            self.legs = [[leg for leg in legs if leg[2] <= limit] for legs in self.legs]

    @staticmethod
    def _leg(j: int, option: Option, way: int) -> Leg:
        # An option's last start leaves time for the way home, so being there by then is being home in time.
        return j, option, way, option.windows[-1][1] - way

    def labels(self, most: int) -> Iterator[tuple[int, Label | None]]:
        """Labels that get home in time, with the set of their tasks as bits; None at last where there are too many."""
        begin = int(self.instance.shifts.start[self.row])
        level: dict[tuple[int, int], list[Label]] = {}
        for j, option in enumerate(self.options):
            self._extend(level, (begin, 0, ()), 0, self._leg(j, option, option.out))
        steps = 0
        for _ in range(most):
            longer: dict[tuple[int, int], list[Label]] = {}
            for (mask, last), labels in level.items():
                open_legs = [leg for leg in self.legs[last] if not mask >> leg[0] & 1]
                for label in labels:
                    steps += 1
                    yield mask, label
                    spare = -label[0]
                    for leg in open_legs:
                        if spare + leg[3] >= 0:
                            self._extend(longer, label, mask, leg)
                if steps > MAX_LABELS:
                    yield 0, None
                    return
            level = longer

    def _extend(self, level: dict[tuple[int, int], list[Label]], label: Label, mask: int, leg: Leg) -> None:
        now, ticks, order = label
        j, option, way, _ = leg
        start = max(option.windows[0][0], now + way)
        if len(option.windows) > 1:
            start = first_start(option.windows, start) or 0
        now, ticks = start + self.instance.duration[option.task], ticks + way
        mask |= 1 << j
        kept = level.setdefault((mask, j), [])
        if not mask & self.common:
            # Earlier and shorter is better, unless others must be met on the way.
            for other in kept:
                if other[0] <= now and other[1] <= ticks:
                    return
            if kept:
                kept[:] = [other for other in kept if other[0] < now or other[1] < ticks]
        kept.append((now, ticks, (*order, option.task)))


def column(instance: Instance, row: int, order: tuple[int, ...]) -> Column:
    """The column of an order that gets home in time, with the play of its common starts."""
    legs = [instance.leg(row, a, b) for a, b in zip((None, *order), (*order, None), strict=True)]
    now, lows = int(instance.shifts.start[row]), []
    for task, leg in zip(order, legs, strict=False):
        lows.append(max(now + leg, instance.option[task, row].windows[0][0]))
        now = lows[-1] + instance.duration[task]
    common = [i for i, task in enumerate(order) if instance.headcount[task] > 1]
    highs = _latest(instance, row, order, legs)
    gaps = (
        (order[i], order[j], sum(instance.duration[order[k]] + legs[k + 1] for k in range(i, j)))
        for i, j in pairwise(common)
    )
    return Column(order, sum(legs), tuple((order[i], lows[i], highs[i]) for i in common), tuple(gaps))


def _latest(instance: Instance, row: int, order: tuple[int, ...], legs: list[int]) -> list[int]:
    """Latest starts, from the end backwards; every task has one window here."""
    by, highs = int(instance.shifts.end[row]), []
    for i in range(len(order) - 1, -1, -1):
        by = min(
            by - legs[i + 1] - instance.duration[order[i]], instance.option[order[i], row].windows[-1][1]
        )
        highs.append(by)
    return highs[::-1]


def _keep(kept: list[Column], new: Column) -> None:
    """Add a column to those of the same tasks unless one is as short and as free; drop those it beats."""
    if any(_beats(old, new) for old in kept):
        return
    kept[:] = [old for old in kept if not _beats(new, old)]
    kept.append(new)


def _beats(a: Column, b: Column) -> bool:
    if a.ticks > b.ticks or a.gaps or b.gaps:
        return False
    other = {task: (low, high) for task, low, high in b.common}
    return all(low <= other[task][0] and high >= other[task][1] for task, low, high in a.common)
