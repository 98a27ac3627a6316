"""Travel: the estimate, given tables, ways along streets."""

from typing import TYPE_CHECKING

import numpy as np

from matching.errors import ProblemError
from matching.invariants.basics import bounded, distinct, known
from matching.invariants.limits import MAX_METRES, MAX_TICKS
from matching.travel import MatrixTravel, ModeTable, Speeds, TableTravel
from matching.travel.table import PACKED, rows_of, unpacked

if TYPE_CHECKING:
    from matching.problem import Problem


def check_travel(problem: "Problem") -> None:
    """Ways between all places, in every mode that somebody uses."""
    travel = problem.travel
    if isinstance(travel, MatrixTravel):
        _matrix(problem, travel)
        return
    if isinstance(travel, TableTravel):
        _tables(problem, travel)
    else:
        bounded("travel.factor", travel.factor, 1, 1000)
        bounded("travel.constant_metres", travel.constant_metres, 0, MAX_METRES)
    _speeds(travel.speeds)
    if travel.tick_seconds != problem.horizon.tick_seconds:
        raise ProblemError("travel.tick_seconds", "Differs from the ticks of the horizon")


def _speeds(speeds: Speeds) -> None:
    for mode in ("walk", "walk_slow", "ebike", "car"):
        bounded(f"travel.speeds.{mode}", getattr(speeds, mode), 1, MAX_METRES)


def _tables(problem: "Problem", travel: TableTravel) -> None:
    distinct("travel.places", travel.places)
    places = set(travel.places)
    for i, place in enumerate(problem.places):
        known(f"places[{i}].id", place.id, places, "place in the travel tables:")
    distinct("travel.guesses", travel.guesses)
    for i, guess in enumerate(travel.guesses):
        known(f"travel.guesses[{i}]", guess, places, "place in the travel tables:")
    _packed("travel.points", travel.points, len(places))
    points = unpacked(travel.points)
    used = np.unique(points)
    if not np.array_equal(used, np.arange(len(used))):
        raise ProblemError("travel.points", f"Expected every number from 0 to {len(used) - 1}")
    modes: set[str] = set()
    for i, table in enumerate(travel.tables):
        if not table.modes or not modes.isdisjoint(table.modes):
            raise ProblemError(f"travel.tables[{i}].modes", "Expected modes that no other table has")
        modes.update(table.modes)
        _table(f"travel.tables[{i}]", table, len(used))
    _modes(problem, modes, "mode of the travel tables:")


def _modes(problem: "Problem", modes: set[str], what: str) -> None:
    for i, worker in enumerate(problem.workers):
        known(f"workers[{i}].mode", worker.mode, modes, what)
    for i, enrolment in enumerate(problem.enrolments):
        known(f"enrolments[{i}].mode", enrolment.mode, modes, what)


def _table(path: str, table: ModeTable, size: int) -> None:
    distinct(f"{path}.modes", table.modes)
    bounded(f"{path}.limit_metres", table.limit_metres, 0, MAX_METRES)
    _packed(f"{path}.first", table.first, size + 1)
    first = unpacked(table.first)
    if first[0] != 0 or (np.diff(first) < 0).any():
        raise ProblemError(f"{path}.first", "Expected numbers that begin with 0 and never fall")
    for name in ("to", "metres"):
        _packed(f"{path}.{name}", getattr(table, name), int(first[-1]))
    _, to, metres = table.sparse()
    if len(to) and (metres.min() < 0 or metres.max() >= MAX_METRES):
        raise ProblemError(f"{path}.metres", f"Expected numbers from 0 to {MAX_METRES - 1}")
    if len(to) and (to.min() < 0 or to.max() >= size):
        raise ProblemError(f"{path}.to", f"Expected numbers from 0 to {size - 1}")
    rows = rows_of(first)
    if ((np.diff(to) <= 0) & (np.diff(rows) == 0)).any():
        raise ProblemError(f"{path}.to", "Expected the points of each row in ascending order, each once")
    if (to <= rows if table.symmetric else to == rows).any():
        rule = "after that of its row" if table.symmetric else "other than that of its row"
        raise ProblemError(f"{path}.to", f"Expected a point {rule}")


def _packed(path: str, data: bytes, count: int) -> None:
    if len(data) != count * PACKED.itemsize:
        raise ProblemError(
            path,
            f"Expected {count} packed numbers ({count * PACKED.itemsize} bytes), got {len(data)} bytes",
        )


def _matrix(problem: "Problem", travel: MatrixTravel) -> None:
    distinct("travel.places", travel.places)
    places = set(travel.places)
    for i, place in enumerate(problem.places):
        known(f"places[{i}].id", place.id, places, "place in the travel matrix:")
    distinct("travel.matrices", (matrix.mode for matrix in travel.matrices), ".mode")
    modes: set[str] = {matrix.mode for matrix in travel.matrices}
    _modes(problem, modes, "mode of the travel matrix:")
    for i, matrix in enumerate(travel.matrices):
        _square(f"travel.matrices[{i}].ticks", matrix.ticks, len(travel.places))
        _square(f"travel.matrices[{i}].metres", matrix.metres, len(travel.places))


def _square(path: str, rows: tuple[tuple[int, ...], ...], size: int) -> None:
    if len(rows) != size:
        raise ProblemError(path, f"Expected {size} rows, got {len(rows)}")
    for i, row in enumerate(rows):
        if len(row) != size:
            raise ProblemError(f"{path}[{i}]", f"Expected {size} columns, got {len(row)}")
        if row and (min(row) < 0 or max(row) > MAX_TICKS):
            column = next(j for j, value in enumerate(row) if not 0 <= value <= MAX_TICKS)
            raise ProblemError(f"{path}[{i}][{column}]", f"Expected a number from 0 to {MAX_TICKS}")
