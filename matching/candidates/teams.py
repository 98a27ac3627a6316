"""Whom no team of the right size, experience and price can include.

A crew comes alone, and so does whoever serves a task for one; others come as a team out of one pool, and an atomic
provider is a pool of its own.
"""

import numpy as np

from matching.candidates.codes import CODE, Causes
from matching.candidates.starts import Starts
from matching.people import NO_LIMIT, Mask, People
from matching.problem import Problem, Task
from matching.travel import IntArray

CREW = 2
"""From so many people on a worker is a crew."""


class Teams:
    """Tests of people who come together; `causes` are rows of a chunk, pairs those that are still possible."""

    def __init__(self, problem: Problem, people: People) -> None:
        self.people = people
        self.funds = {fund.id: fund.fen for fund in problem.funds}

    def beside_pins(self, task: Task, pinned: list[int]) -> Mask:
        """Who may come where these are pinned: nobody else once they are enough, no crew beside single people."""
        crew = self.people.people >= CREW
        if len(pinned) < task.headcount and not crew[pinned].any():
            return ~crew
        mask = np.zeros(len(crew), dtype=bool)
        mask[pinned] = True
        return mask

    def test(
        self, tasks: list[Task], place: IntArray, worker: IntArray, starts: Starts, causes: Causes
    ) -> None:
        """Exclude those who can be in no team."""
        asked = Asked(tasks, self.people, self.funds)
        alone = (asked.size[place] == 1) | (self.people.people[worker] >= CREW)
        _alone(asked, self.people, place[alone], worker[alone], causes)
        if not alone.all():
            together = Together(asked, self.people, place[~alone], worker[~alone])
            number = np.cumsum(~alone) - 1
            theirs = starts.only(~alone[starts.pair])
            together.test(theirs._replace(pair=number[theirs.pair]))
            left = together.cause > 0
            causes[together.place[left], together.worker[left]] = together.cause[left]


class Asked:
    """What tasks ask of those who come together, as columns; `spare` is what a fund holds, -1 without one."""

    def __init__(self, tasks: list[Task], people: People, funds: dict[str, int]) -> None:
        self.size = np.array([task.headcount for task in tasks], dtype=np.int64)
        self.guarded = np.array(["two_adults" in task.safeguards for task in tasks], dtype=bool)
        self.trusted = np.array(["experienced" in task.safeguards for task in tasks], dtype=bool)
        caps = [NO_LIMIT if task.price_cap_fen is None else task.price_cap_fen for task in tasks]
        self.cap = np.array(caps, dtype=np.int64)
        self.spare = np.array([funds.get(task.fund or "", -1) for task in tasks], dtype=np.int64)
        self.fen = np.zeros((len(tasks), len(people.problem.providers)), dtype=np.int64)
        for i in np.flatnonzero(self.cap < NO_LIMIT).tolist():
            self.fen[i] = people.fen(tasks[i])
        pins = [people.numbers(people.pins.get(task.id, ())) for task in tasks]
        self.pins = np.array([len(pinned) for pinned in pins], dtype=np.int64)
        self.pinned = [(i, worker) for i, pinned in enumerate(pins) for worker in pinned]

    def dear(self, place: IntArray, fen: IntArray) -> Causes:
        """Cause that a price of the task at `place` excludes somebody, or 0."""
        over, spare = fen - self.cap[place], self.spare[place]
        cause = np.where(spare < 0, CODE["price_cap"], CODE["funding"])
        return np.where(over > np.maximum(spare, 0), cause, 0).astype(np.uint8)


def _alone(asked: Asked, people: People, place: IntArray, worker: IntArray, causes: Causes) -> None:
    crowd = people.people[worker]
    cause = asked.dear(place, asked.fen[place, people.provider[worker]])
    for bad, code in (
        (asked.guarded[place] & (crowd < CREW), "two_adults"),
        (asked.trusted[place] & people.newcomer[worker], "experienced"),
        (crowd < asked.size[place], "headcount"),
    ):
        cause[bad & (cause == 0)] = CODE[code]
    free = (cause > 0) & (causes[place, worker] == 0)
    causes[place[free], worker[free]] = cause[free]


class Together:
    """Single people who could come to tasks of several: each once for each task, in groups of one task and pool.

    `cause`: why somebody can be in no team, 0 as long as nothing says so.
    """

    def __init__(self, asked: Asked, people: People, place: IntArray, worker: IntArray) -> None:
        self.asked, self.people = asked, people
        members, self.number = np.unique(place * len(people.pool) + worker, return_inverse=True)
        self.place, self.worker = np.divmod(members, len(people.pool))
        pools = len(people.problem.providers) + 1
        groups, self.group = np.unique(self.place * pools + people.pool[self.worker] + 1, return_inverse=True)
        self.task, self.free = groups // pools, groups % pools == 0
        self.cause: Causes = np.zeros(len(members), dtype=np.uint8)

    def test(self, starts: Starts) -> None:
        """Mark everybody; `starts.pair` counts what was given (task and worker, once for each shift)."""
        self._pinned()
        self._dear()
        size = np.bincount(self.group[self.cause == 0], minlength=len(self.task))
        old = self._count(~self.people.newcomer[self.worker])
        self._exclude(self.asked.trusted[self.task] & (size > 0) & (old == 0), "experienced")
        enough, known = self._meet(starts)
        self._exclude(~enough & self.free, "headcount")
        self._exclude(~enough, "atomic_team")
        self._exclude(~known, "experienced")

    def _count(self, mask: Mask) -> IntArray:
        """How many members of each group are left and so."""
        return np.bincount(self.group[mask & (self.cause == 0)], minlength=len(self.task))

    def _exclude(self, groups: Mask, cause: str) -> None:
        self.cause[groups[self.group] & (self.cause == 0)] = CODE[cause]

    def _pinned(self) -> None:
        """Groups without all whom pins name."""
        if not self.asked.pinned:
            return
        named = np.array([i * len(self.people.pool) + worker for i, worker in self.asked.pinned])
        there = self._count(np.isin(self.place * len(self.people.pool) + self.worker, named))
        self._exclude(there < self.asked.pins[self.task], "pinned")

    def _dear(self) -> None:
        """Those who are too dear even beside the cheapest others of a group that is large enough."""
        if (self.asked.cap == NO_LIMIT).all():
            return
        fen = self.asked.fen[self.place, self.people.provider[self.worker]]
        order = np.lexsort((fen, self.group))
        total = np.concatenate([[0], np.cumsum(fen[order])])
        count = np.bincount(self.group, minlength=len(self.task))
        first, size = np.cumsum(count) - count, self.asked.size[self.task]
        last = np.minimum(first + size, first + count)
        others, cheapest = total[last - 1] - total[first], total[last] - total[first]
        price = np.maximum(cheapest[self.group], others[self.group] + fen)
        dear = self.asked.dear(self.place, price)
        tested = (count >= size)[self.group] & (self.cause == 0)
        self.cause[tested] = dear[tested]

    def _meet(self, starts: Starts) -> tuple[Mask, Mask]:
        """Whether ever enough members of each group can start at one tick; and so with the experience asked for."""
        member = self.number[starts.pair]
        here = self.cause[member] == 0
        member = member[here]
        ticks = np.concatenate([starts.low[here], starts.high[here] + 1])
        group = np.tile(self.group[member], 2)
        order = np.lexsort((ticks, group))
        ticks, group = ticks[order], group[order]
        change = np.repeat([1, -1], len(member))[order]
        old = np.tile(~self.people.newcomer[self.worker[member]], 2)[order]
        last = np.ones(len(ticks), dtype=bool)
        last[:-1] = (np.diff(ticks) > 0) | (np.diff(group) > 0)
        group = group[last]
        enough = np.cumsum(change)[last] >= self.asked.size[self.task[group]]
        known = (np.cumsum(change * old)[last] > 0) | ~self.asked.trusted[self.task[group]]
        return self._any(group[enough]), self._any(group[enough & known])

    def _any(self, groups: IntArray) -> Mask:
        return np.bincount(groups, minlength=len(self.task)) > 0
