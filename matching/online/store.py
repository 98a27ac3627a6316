"""The arrays of a plan in memory: they grow, and what was changed can be taken back."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from matching.online import kernels
from matching.online import layout as at
from matching.online.kernels import I64, Board, Ways

SPARE = 256
"""Lines that are kept free behind each array, at first."""


class Kept(NamedTuple):
    """Rows as they were: stops of each in order, and their lines; what was used and spent."""

    rows: dict[int, tuple[list[int], I64]]
    meter: I64
    over: dict[int, int]


class Store:
    """A `Board` whose arrays grow; nodes 0 to R - 1 are the ends of the rows."""

    def __init__(self, ways: Ways, row: I64, meter: I64) -> None:
        self.rows = len(row)
        node = np.zeros((len(row) + SPARE, at.NODE_COLUMNS), dtype=np.int64)
        for column in (at.AFTER, at.BEFORE, at.OWNER):
            node[: len(row), column] = np.arange(len(row))
        node[len(row) :, at.OWNER] = at.NOBODY
        nothing = np.zeros((SPARE, at.TASK_COLUMNS), dtype=np.int64)
        pair = np.zeros((SPARE, at.PAIR_COLUMNS), dtype=np.int64)
        window = np.zeros((SPARE, 4), dtype=np.int64)
        self.board = Board(ways, row, node, pair, window, nothing, meter)
        self.tasks = self.pairs = self.windows = 0
        self.nodes = len(row)
        self.free: list[int] = []
        self.over: dict[int, int] = {}
        self.visits: dict[int, tuple[int, ...]] = {}

    def add_task(self, line: Iterable[int], pair: I64, window: I64) -> int:
        """Add a task with its pairs, whose windows count from 0; its number."""
        pair = pair.copy()
        pair[:, [at.P_WINDOW, at.P_WINDOW_END]] += self.windows
        board = self.board
        board = board._replace(window=_filled(board.window, self.windows, window))
        board = board._replace(pair=_filled(board.pair, self.pairs, pair))
        task = np.zeros((1, at.TASK_COLUMNS), dtype=np.int64)
        task[0] = [self.pairs, self.pairs + len(pair), *line]
        self.board = board._replace(task=_filled(board.task, self.tasks, task))
        self.windows, self.pairs, self.tasks = (
            self.windows + len(window),
            self.pairs + len(pair),
            self.tasks + 1,
        )
        return self.tasks - 1

    def replace_pairs(self, t: int, pair: I64, window: I64) -> None:
        """Give a task other pairs; its old ones stay unused."""
        line = self.board.task[t].tolist()[2:]
        new = self.add_task(line, pair, window)
        self.board.task[t] = self.board.task[new]
        self.tasks -= 1

    def remove_task(self) -> None:
        """Forget the last task."""
        first, end = self.board.task[self.tasks - 1, [at.PAIRS, at.PAIRS_END]].tolist()
        if first < end:
            self.windows = int(self.board.pair[first, at.P_WINDOW])
        self.pairs, self.tasks = first, self.tasks - 1

    def new_node(self) -> int:
        """A line for a stop that is in no row yet."""
        if self.free:
            v = self.free.pop()
        else:
            v, self.nodes = self.nodes, self.nodes + 1
            if v == len(self.board.node):
                more = np.zeros((len(self.board.node) // 2 + SPARE, at.NODE_COLUMNS), dtype=np.int64)
                self.board = self.board._replace(node=np.vstack([self.board.node, more]))
        self.board.node[v] = 0
        self.board.node[v, at.OWNER] = at.NOBODY
        self.board.node[v, at.UNITS] = 1
        self.board.node[v, at.TASK] = at.NOBODY
        return v

    def stops(self, row: int) -> list[int]:
        """Stops of a row in their order."""
        found, v = [], int(self.board.node[row, at.AFTER])
        while v != row:
            found.append(v)
            v = int(self.board.node[v, at.AFTER])
        return found

    def row_of(self, v: int) -> int:
        """The row in which a stop is."""
        return int(self.board.node[v, at.OWNER])

    def pair_of(self, task: int, row: int) -> int:
        """The pair of a task in a row, NOBODY if there is none."""
        first, end = self.board.task[task, [at.PAIRS, at.PAIRS_END]].tolist()
        q = first + int(np.searchsorted(self.board.pair[first:end, at.P_ROW], row))
        return q if q < end and int(self.board.pair[q, at.P_ROW]) == row else at.NOBODY

    def schedule(self, row: int) -> bool:
        """Bring a row up to date; False if it breaks a rule."""
        cost = kernels.schedule(self.board, row)
        self.board.node[row, at.COST] = max(cost, 0)
        return bool(cost >= 0)

    def schedule_all(self, rows: Iterable[int]) -> bool:
        """Bring rows up to date; False if one of them breaks a rule."""
        good = True
        for row in rows:
            good = self.schedule(row) and good
        return good

    def keep(self, rows: Iterable[int]) -> Kept:
        """What `restore` needs to undo all changes in these rows."""
        lines = {row: self.stops(row) for row in rows}
        return Kept(
            {row: (stops, self.board.node[[row, *stops]]) for row, stops in lines.items()},
            self.board.meter[at.USED].copy(),
            dict(self.over),
        )

    def restore(self, kept: Kept) -> None:
        """Undo."""
        for row, (stops, lines) in kept.rows.items():
            self.board.node[[row, *stops]] = lines
        self.board.meter[at.USED] = kept.meter
        self.over = kept.over


def _filled(lines: I64, count: int, more: I64) -> I64:
    """Lines with more behind the first `count`, in a larger array if need be."""
    if count + len(more) > len(lines):
        spare = np.zeros((len(lines) // 2 + len(more) + SPARE, lines.shape[1]), dtype=np.int64)
        lines = np.vstack([lines, spare])
    lines[count : count + len(more)] = more
    return lines
