"""Ways to serve one task: straight into a shift, as a team at one start, or after a chain of visits that move on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from matching.online import kernels
from matching.online import layout as at
from matching.online.documents import Settings
from matching.online.kernels import I64
from matching.online.load import CREW
from matching.online.moves import Move, Moves

MAX_STARTS = 32
"""Common starts tried for a task of several people, or one that others wait for."""
ENDS = 512
"""Chains looked at in one search."""
NOWHERE = at.FAR << 9
Span = tuple[int, int]


class Proposal(NamedTuple):
    """Moves that would serve a task, what is dropped for it, and what that costs; `alike`: who would come."""

    price: int
    moves: tuple[Move, ...]
    drops: tuple[int, ...]
    loss: int
    alike: tuple[int, ...]


class Search:
    """Room to work in, for searches one after another."""

    def __init__(self, moves: Moves, settings: Settings) -> None:
        self.moves, self.settings = moves, settings
        self.seen = np.zeros(0, dtype=np.int64)
        self.mark = 0
        self.queue = np.zeros((1, 5), dtype=np.int64)
        self.ends = np.zeros((ENDS, 3), dtype=np.int64)

    def direct(self, t: int, spare: I64, banned: frozenset[int] = frozenset()) -> list[Proposal]:
        """One worker or crew, nobody moves to another person: cheapest first. `spare` is added to the prices of pairs."""
        board, tied = self.moves.store.board, t in self.moves.tied
        if tied or self.moves.tasks[t].headcount > 1:
            return []
        first, end = board.task[t, [at.PAIRS, at.PAIRS_END]].tolist()
        found = np.zeros((end - first, 2), dtype=np.int64)
        kernels.scan(board, t, at.NOBODY, found)
        price = found[:, 0] + spare
        order = np.lexsort((np.arange(len(price)), price))[: int((found[:, 1] >= 0).sum())]
        worker = board.row[board.pair[first:end, at.P_ROW], at.WORKER]
        return [
            Proposal(int(price[i]), (Move(t, (first + i,)),), (), 0, (int(worker[i]),))
            for i in order.tolist()
            if int(worker[i]) not in banned
        ]

    def teams(
        self,
        t: int,
        spans: Sequence[Span],
        spare: I64,
        banned: frozenset[int] = frozenset(),
        wanted: Sequence[int] = (),
    ) -> list[Proposal]:
        """Everybody at one start, for tasks of several people and those that hold their start; `wanted` starts first."""
        store = self.moves.store
        first, end = store.board.task[t, [at.PAIRS, at.PAIRS_END]].tolist()
        if first == end:
            return []
        found = np.zeros((end - first, 2), dtype=np.int64)
        best: dict[tuple[int, ...], Proposal] = {}
        for start in [*wanted, *self._starts(t, spans, first, end)]:
            kernels.scan(store.board, t, start, found)
            for proposal in self._at(t, start, first, found, spare, banned):
                known = best.get(proposal.alike)
                if known is None or proposal.price < known.price:
                    best[proposal.alike] = proposal
        return sorted(best.values())

    def _starts(self, t: int, spans: Sequence[Span], first: int, end: int) -> list[int]:
        """Common starts worth trying: when somebody could be there first, and when windows open."""
        board = self.moves.store.board
        rows = np.unique(board.pair[first:end, at.P_ROW])
        room = np.zeros(4 * (end - first) + sum(len(self.moves.store.stops(int(r))) for r in rows), np.int64)
        count = kernels.starts(board, t, room)
        window = board.window[board.pair[first, at.P_WINDOW] : board.pair[end - 1, at.P_WINDOW_END]]
        some = {*room[:count].tolist(), *window[:, at.LOW].tolist(), *(low for low, _ in spans)}
        some |= {high for _, high in spans if high < at.FAR}
        ordered = sorted(s for s in some if any(low <= s <= high for low, high in spans))
        step = -(-len(ordered) // MAX_STARTS) or 1
        return ordered[::step]

    def _at(
        self, t: int, start: int, first: int, found: I64, spare: I64, banned: frozenset[int]
    ) -> Iterator[Proposal]:
        """The cheapest team out of each pool, and the cheapest crew."""
        board, task = self.moves.store.board, self.moves.tasks[t]
        can = np.flatnonzero(found[:, 1] >= 0)
        row = board.row[board.pair[first + can, at.P_ROW]]
        price = found[can, 0] + spare[can]
        order = np.lexsort((can, price))
        pools: dict[int, list[int]] = {}
        for i in order.tolist():
            if int(row[i, at.WORKER]) in banned:
                continue
            if row[i, at.PEOPLE] < CREW:
                pools.setdefault(int(row[i, at.POOL]), []).append(i)
            elif row[i, at.PEOPLE] >= task.headcount:
                yield self._team(t, start, first, [i], can, price, row)
                break
        late = self._late(start, first)
        for _, some in sorted(pools.items()):
            chosen = self._choice(t, some, row, first + can)
            if len(chosen) == task.headcount:
                proposal = self._team(t, start, first, chosen, can, price, row)
                if self.moves.lawful(proposal.moves[0]):
                    yield proposal._replace(price=proposal.price - late * (len(chosen) - 1))

    def _team(
        self, t: int, start: int, first: int, chosen: list[int], can: I64, price: I64, row: I64
    ) -> Proposal:
        pairs = tuple(sorted(first + int(can[i]) for i in chosen))
        alike = tuple(sorted(int(row[i, at.WORKER]) for i in chosen))
        return Proposal(int(price[chosen].sum()), (Move(t, pairs, start),), (), 0, alike)

    def _choice(self, t: int, some: list[int], row: I64, pairs: I64) -> list[int]:
        """Different people, cheapest first; pinned ones before, and somebody experienced if that is asked for."""
        task, problem = self.moves.tasks[t], self.moves.loaded.instance.problem
        people = self.moves.loaded.asker.people
        pinned = set(people.numbers(people.pins.get(task.id, ())))
        some = sorted(some, key=lambda i: int(row[i, at.WORKER]) not in pinned)
        if "experienced" in task.safeguards:
            some = [*[i for i in some if not row[i, at.NEWCOMER]][:1], *some]
        if task.price_cap_fen is not None and len(some) > task.headcount and problem.providers:
            fen = self.moves.store.board.pair[pairs[some], at.P_FEN]
            if int(fen[: task.headcount].sum()) > task.price_cap_fen:
                some = [some[i] for i in np.argsort(fen, kind="stable").tolist()]
        chosen: dict[int, int] = {}
        for i in some:
            if len(chosen) < task.headcount:
                chosen.setdefault(int(row[i, at.WORKER]), i)
        return list(chosen.values())

    def _late(self, start: int, first: int) -> int:
        board = self.moves.store.board
        line = board.pair[first]
        return int(kernels.lateness(board.window, line[at.P_WINDOW], line[at.P_WINDOW_END], start))

    def chains(self, t: int, worth: int, spare: I64, banned: frozenset[int] = frozenset()) -> list[Proposal]:
        """Visits that make room by moving on; or the last of them is dropped, if it loses less than `worth`.

        Those that lose least come first, then those that change fewest confirmed visits and cost least.
        """
        store = self.moves.store
        if t in self.moves.tied or self.moves.tasks[t].headcount > 1:
            return []
        if len(self.seen) < len(store.board.task):
            self.seen = np.zeros(2 * len(store.board.task), dtype=np.int64)
            self.queue = np.zeros((len(self.seen) + 1, 5), dtype=np.int64)
        self.mark += 1
        settings = self.settings
        count, _ = kernels.chain(
            store.board,
            t,
            worth,
            settings.depth,
            settings.effort,
            self.mark,
            self.seen,
            self.queue,
            self.ends,
        )
        first = int(store.board.task[t, at.PAIRS])
        found = []
        for line, pair, price in self.ends[:count].tolist():
            moves, drops = self._path(line, pair)
            loss = sum(int(store.board.task[x, at.LOSS]) for x in drops)
            worker = int(store.board.row[store.board.pair[moves[0].pairs[0], at.P_ROW], at.WORKER])
            extra = int(spare[moves[0].pairs[0] - first])
            if worker not in banned:
                found.append(Proposal(price + extra, moves, drops, loss, (worker,)))
        return sorted(found, key=lambda p: (p.loss, p.price, p.moves))

    def _path(self, line: int, pair: int) -> tuple[tuple[Move, ...], tuple[int, ...]]:
        """The moves that lead to a line of the queue, the new task first, and what is dropped at its end."""
        last = int(self.queue[line, kernels.Q_TASK])
        moves = [Move(last, (pair,))] if pair >= 0 else []
        while line > 0:
            q, line = int(self.queue[line, kernels.Q_PAIR]), int(self.queue[line, kernels.Q_PARENT])
            moves.append(Move(int(self.queue[line, kernels.Q_TASK]), (q,)))
        return tuple(reversed(moves)), () if pair >= 0 else (last,)
