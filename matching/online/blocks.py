"""Trips and sessions of somebody who is away: each goes to one other person as a whole, at the same times, or is lost.

Who could take it over is asked of the checker itself: a handful of people, nearest first, each tried with the whole
plan.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from matching.online import kernels
from matching.online import layout as at
from matching.plan import Session, Staff
from matching.problem import Gathering, Place, Worker
from matching.rules import check

if TYPE_CHECKING:
    from matching.online.live import Live

TRIES = 8
"""People who are tried for one trip or role."""


class Blocks:
    """Blocks of a plan in memory."""

    def __init__(self, live: "Live") -> None:
        self.live, self.store = live, live.store

    def hand_over(self, rows: list[int], since: int) -> list[str]:
        """Find others for all blocks of these shifts that begin at `since` or later; sentences on what is lost."""
        said: list[str] = []
        away = {int(self.store.board.row[row, at.WORKER]) for row in rows}
        for row in rows:
            said += [
                self._lost_trip(trip) for trip in list(self._trips(row, since)) if not self._trip(trip, away)
            ]
        led = sorted({self.live.loaded.blocks[v].task for row in rows for v in self._leads(row, since)})
        for name in led:
            if not self._role(name, away, since):
                said.append(self._closed(name))
        return said

    def _later(self, row: int, since: int) -> list[int]:
        node, blocks = self.store.board.node, self.live.loaded.blocks
        return [v for v in self.store.stops(row) if v in blocks and node[v, at.AT] >= since]

    def _leads(self, row: int, since: int) -> list[int]:
        return [v for v in self._later(row, since) if self.live.loaded.blocks[v].kind == "lead"]

    def _trips(self, row: int, since: int) -> Iterator[list[int]]:
        """Whole trips, and what is left of one that has begun."""
        trip: list[int] = []
        for v in self._later(row, since):
            kind = self.live.loaded.blocks[v].kind
            if kind != "deliver" and trip:
                yield trip
                trip = []
            if kind != "lead":
                trip.append(v)
        if trip:
            yield trip

    def _trip(self, trip: list[int], away: set[int]) -> bool:
        """Give a trip that has not begun to somebody else."""
        load = self.live.loaded.blocks[trip[0]]
        if load.kind != "load":
            return False
        problem, old = self.live.problem, self.store.row_of(trip[0])
        brought = [problem.delivery_by_id[self.live.loaded.blocks[v].task] for v in trip[1:]]
        units = sum(one.units for one in brought)
        for row in self._near(trip[0], away, lambda worker: worker.capacity >= units):
            if self._moved(trip, row) and not self._broken():
                return True
            self._moved(trip, old)
        return False

    def _near(self, v: int, away: set[int], able: Callable[[Worker], bool]) -> list[int]:
        """Shifts of others that span a stop, those that begin nearest first."""
        line, found = self.store.board.node[v], []
        for row in range(self.store.rows):
            lines = self.store.board.row[row]
            worker = self.live.people[self.live.loaded.rows.worker[row]]
            inside = lines[at.BEGIN] <= line[at.AT] and line[at.AT] + line[at.STAY] <= lines[at.END]
            if inside and lines[at.OPEN] and int(lines[at.WORKER]) not in away and able(worker):
                found.append((self._ends(v, row)[0], row))
        return [row for _, row in sorted(found)[:TRIES]]

    def _ends(self, v: int, row: int) -> tuple[int, int]:
        """Ticks to a stop from where a shift starts, and from there to where it ends."""
        rows, travel = self.live.loaded.rows, self.live.loaded.asker.travel
        shift, mode, places = rows.shifts[row], rows.modes[row], self.live.loaded.asker.places
        door: Place = places[list(self.live.places)[int(self.store.board.node[v, at.PLACE])]]
        out = travel.ticks(places[shift.start_place], door, mode)
        return out, travel.ticks(door, places[shift.end_place], mode)

    def _moved(self, nodes: Iterable[int], row: int) -> bool:
        """Put stops into another shift at their times; False if that shift then breaks a rule of time or its limits."""
        node = self.store.board.node
        for v in nodes:
            old = self.store.row_of(v)
            if old >= 0:
                kernels.unlink(self.store.board, v)
                self.store.schedule(old)
            before = [u for u in self.store.stops(row) if node[u, at.AT] < node[v, at.AT]]
            node[v, at.OUT], node[v, at.BACK] = self._ends(v, row)
            kernels.link(self.store.board, v, before[-1] if before else row, row)
        limits = self.store.board.meter
        return self.store.schedule(row) and bool((limits[at.USED] <= limits[at.LIMIT]).all())

    def _broken(self) -> bool:
        return bool(check(self.live.problem, self.live.plan(), self.live.policy))

    def _remove(self, nodes: Iterable[int]) -> list[str]:
        """Take stops out for good; what they were."""
        names = []
        for v in nodes:
            row = self.store.row_of(v)
            kernels.unlink(self.store.board, v)
            self.store.schedule(row)
            names.append(self.live.loaded.blocks.pop(v).task)
        return names

    def _lost_trip(self, trip: list[int]) -> str:
        """Nobody can take a trip over: its deliveries are not served."""
        from matching.solvers.delivery import why_undelivered  # noqa: PLC0415 for those who deliver

        begun = self.live.loaded.blocks[trip[0]].kind == "deliver"
        before = int(self.store.board.node[trip[0], at.BEFORE])
        names = self._remove(trip)
        ids = names if begun else names[1:]
        if begun and self.live.loaded.blocks[before].kind == "load":
            # Nothing was brought yet: a load for nothing is no trip.
            self._remove([before])
        self.live.causes |= why_undelivered(self.live.problem, ids)
        self.live.lost |= set(ids)
        why = "the trip had begun" if begun else "nobody else can make the trip"
        return f"{', '.join(ids)}: {why}"

    def _role(self, name: str, away: set[int], since: int) -> bool:
        """Give the roles of those who are away to others, at every start."""
        (session,) = (one for one in self.live.sessions if one.gathering == name)
        gathering = self.live.problem.gathering_by_id[name]
        if any(start < since for start in gathering.occasions[session.occasion].starts):
            return False
        for staff in session.staff:
            for worker in staff.workers:
                if self.live.loaded.asker.people.number[worker] in away and not self._another(
                    gathering, staff.role, worker
                ):
                    return False
        return True

    def _another(self, gathering: Gathering, role: int, worker: str) -> bool:
        """Replace one person in one role."""
        blocks = self.live.loaded.blocks
        nodes = [v for v, stop in sorted(blocks.items()) if stop.kind == "lead" and stop.task == gathering.id]
        mine = [v for v in nodes if self._worker(v) == worker]
        rows = {v: self.store.row_of(v) for v in mine}
        before = self.live.sessions
        people = {self._worker(v) for v in nodes}
        asks = {skill.skill: skill.level for skill in gathering.roles[role].skills}

        def able(one: Worker) -> bool:
            has = {skill.skill: skill.level for skill in one.skills}
            return (
                one.people == 1 and one.id not in people and all(has.get(s, -1) >= n for s, n in asks.items())
            )

        away = {self.live.loaded.asker.people.number[worker]}
        for row in self._near(mine[0], away, able):
            other = self.live.people[self.live.loaded.rows.worker[row]]
            self.live.sessions = tuple(
                _restaffed(one, role, worker, other.id) if one.gathering == gathering.id else one
                for one in before
            )
            if all(self._lead(v, other) for v in mine) and not self._broken():
                return True
            self.live.sessions = before
            for v, old in rows.items():
                self._moved([v], old)
        return False

    def _lead(self, v: int, worker: Worker) -> bool:
        """Put a lead stop into the shift of a worker that spans it."""
        line = self.store.board.node[v]
        for i in range(len(worker.shifts)):
            row = self.live.loaded.rows.at[worker.id, i]
            begin, end = self.store.board.row[row, [at.BEGIN, at.END]].tolist()
            if begin <= line[at.AT] and line[at.AT] + line[at.STAY] <= end:
                return bool(self.store.board.row[row, at.OPEN]) and self._moved([v], row)
        return False

    def _worker(self, v: int) -> str:
        return self.live.people[self.live.loaded.rows.worker[self.store.row_of(v)]].id

    def _closed(self, name: str) -> str:
        """Nobody can lead a session: it does not take place."""
        from matching.solvers.gathering import why_unseated  # noqa: PLC0415 for those who meet

        blocks = self.live.loaded.blocks
        self._remove([v for v, stop in sorted(blocks.items()) if stop.kind == "lead" and stop.task == name])
        (session,) = (one for one in self.live.sessions if one.gathering == name)
        self.live.sessions = tuple(one for one in self.live.sessions if one is not session)
        ids = sorted(session.seated)
        self.live.causes |= why_unseated(self.live.problem, self.live.sessions, ids)
        self.live.lost |= set(ids)
        return f"{name}: nobody else can lead it at its times"


def _restaffed(session: Session, role: int, old: str, new: str) -> Session:
    staff = (
        Staff(role=one.role, workers=tuple(new if w == old else w for w in one.workers))
        if one.role == role
        else one
        for one in session.staff
    )
    return msgspec.structs.replace(session, staff=tuple(staff))
