"""The ways of some of a problem's places."""

from collections.abc import Sequence

import msgspec
import numpy as np

from matching.problem import Problem
from matching.travel import IntArray, LineTravel, MatrixTravel, ModeMatrix, ModeTable, TableTravel
from matching.travel.table import mode_table, packed, rows_of, unpacked


def ways_between(problem: Problem, places: Sequence[str]) -> LineTravel | MatrixTravel | TableTravel:
    """Travel of a problem that has only these places, which are in order of their ids."""
    travel = problem.travel
    if isinstance(travel, TableTravel):
        return _of_table(travel, places)
    if isinstance(travel, MatrixTravel):
        return _of_matrix(travel, places)
    return travel


def _of_matrix(travel: MatrixTravel, places: Sequence[str]) -> MatrixTravel:
    number = {place: i for i, place in enumerate(travel.places)}
    kept = [number[place] for place in places]
    return MatrixTravel(
        places=tuple(places),
        matrices=tuple(
            ModeMatrix(
                mode=matrix.mode,
                ticks=tuple(tuple(matrix.ticks[i][j] for j in kept) for i in kept),
                metres=tuple(tuple(matrix.metres[i][j] for j in kept) for i in kept),
            )
            for matrix in travel.matrices
        ),
    )


def _of_table(travel: TableTravel, places: Sequence[str]) -> TableTravel:
    wanted = set(places)
    kept = np.array([place in wanted for place in travel.places], dtype=bool)
    old, points = np.unique(unpacked(travel.points)[kept], return_inverse=True)
    number = np.full(int(unpacked(travel.points).max(initial=-1)) + 1, -1, dtype=np.int64)
    number[old] = np.arange(len(old))
    return msgspec.structs.replace(
        travel,
        places=tuple(place for place in travel.places if place in wanted),
        points=packed(points),
        tables=tuple(_of_mode(table, number, len(old)) for table in travel.tables),
        guesses=tuple(place for place in travel.guesses if place in wanted),
    )


def _of_mode(table: ModeTable, number: IntArray, size: int) -> ModeTable:
    first, to, metres = table.sparse()
    rows, columns = number[rows_of(first)], number[to]
    both = (rows >= 0) & (columns >= 0)
    pairs = (rows[both], columns[both], metres[both])
    return mode_table(table.modes, table.limit_metres, size, pairs, symmetric=table.symmetric)
