"""The true times of a route under VROOM's rules: setup on arrival from elsewhere only, breaks, little waiting."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from matching.formats.vroom.document import Break, Window
from matching.formats.vroom.hours import EVER
from matching.formats.vroom.reader import Case
from matching.formats.vroom.ways import ANYWHERE, within

Kind = Literal["start", "job", "break", "end"]
Leg = tuple[int, int]
"""Seconds and metres."""


class Step(NamedTuple):
    """One step of a route in VROOM's seconds. `which`: index of the job, or of the break among the vehicle's; else -1.

    `travel` and `metres`: from the start of the route; `place` is None during a break and at an end that is not given.
    """

    kind: Kind
    which: int
    place: str | None
    arrival: int
    waiting: int
    setup: int
    service: int
    travel: int
    metres: int

    @property
    def leaves(self) -> int:
        """Second at which the vehicle goes on."""
        return self.arrival + self.waiting + self.setup + self.service


class _State(NamedTuple):
    """After some jobs and breaks: free from `now`, `left` seconds of the way to the next place are still to travel."""

    now: int
    left: int
    done: tuple[tuple[Kind, int], ...]


class Timetable:
    """A vehicle's jobs in a given order."""

    def __init__(self, case: Case, vehicle: int, jobs: Sequence[int]) -> None:
        self.case, self.vehicle, self.jobs = case, case.document.vehicles[vehicle], tuple(jobs)
        sites, self.mode = case.sites, case.sites.modes[vehicle]
        self.places = [sites.starts[vehicle], *(sites.jobs[job] for job in jobs), sites.ends[vehicle]]
        pairs = zip(self.places, self.places[1:], strict=False)
        self.legs = [case.ways.leg(a, b, self.mode) for a, b in pairs]
        self.open, self.close = self.vehicle.time_window or (0, EVER)
        self.open = max(self.open, case.hours.base)
        order = sorted(
            range(len(self.vehicle.breaks)), key=lambda i: self.vehicle.breaks[i].time_windows or ()
        )
        self.breaks = [(i, self.vehicle.breaks[i]) for i in order]

    @property
    def travel(self) -> tuple[int, int]:
        """Seconds and metres of the whole route."""
        return sum(ticks for ticks, _ in self.legs), sum(metres for _, metres in self.legs)

    def steps(self) -> tuple[Step, ...] | None:
        """The route that ends earliest and, among these, leaves latest; None if there is none."""
        if not within(self.vehicle, *self.travel):
            return None
        found = self._earliest(self.open)
        if found is None:
            return None
        best = self._walk(found.done, self.open)
        if best is None:
            return None
        low, high, end = self.open, best[-1].arrival, best[-1].arrival
        while low < high:
            middle = (low + high + 1) // 2
            later = self._walk(found.done, middle)
            if later is not None and later[-1].arrival == end:
                low, best = middle, later
            else:
                high = middle - 1
        return best

    def fits(self) -> bool:
        """Whether there is such a route."""
        return within(self.vehicle, *self.travel) and self._earliest(self.open) is not None

    def _earliest(self, depart: int) -> _State | None:
        """The order of breaks among the jobs that ends earliest, leaving at `depart`."""
        layer = {0: [_State(depart, self.legs[0][0], ())]}
        for job in range(len(self.jobs) + 1):
            self._take_breaks(layer)
            if job == len(self.jobs):
                break
            states = {taken: self._after_job(found, job) for taken, found in layer.items()}
            layer = {taken: found for taken, found in states.items() if found}
        done = [s for s in layer.get(len(self.breaks), ()) if s.now + s.left <= self.close]
        return min(done, key=lambda s: s.now + s.left, default=None)

    def _take_breaks(self, layer: dict[int, list[_State]]) -> None:
        """Add what follows if the next breaks are taken here."""
        for taken, (index, rest) in enumerate(self.breaks):
            for state in layer.get(taken, ()):
                start = _first_start(state.now, rest.time_windows)
                if start is None:
                    continue
                left = max(0, state.left - (start - state.now))
                after = _State(start + rest.service, left, (*state.done, ("break", index)))
                layer[taken + 1] = _best([*layer.get(taken + 1, ()), after])

    def _after_job(self, states: list[_State], job: int) -> list[_State]:
        found = []
        for state in states:
            start = _first_start(state.now + state.left, self.case.document.jobs[self.jobs[job]].time_windows)
            if start is not None:
                now = start + self._setup(job) + self.case.document.jobs[self.jobs[job]].service
                found.append(_State(now, self.legs[job + 1][0], (*state.done, ("job", job))))
        return _best(found)

    def _setup(self, job: int) -> int:
        """No setup where the vehicle already is."""
        here = self.places[job] == self.places[job + 1]
        return 0 if here else self.case.document.jobs[self.jobs[job]].setup

    def _walk(self, order: Sequence[tuple[Kind, int]], depart: int) -> tuple[Step, ...] | None:
        """All steps in a given order, leaving at `depart`; None if a window or the hours are missed."""
        steps = [Step("start", -1, self._end(0), depart, 0, 0, 0, 0, 0)]
        gone, leg, left = (0, 0), 0, self.legs[0]
        for kind, index in order:
            now = steps[-1].leaves
            if kind == "job":
                gone = (gone[0] + left[0], gone[1] + left[1])
                step = self._at_job(leg, now + left[0], gone)
                leg += 1
                left = self.legs[leg]
            else:
                step = _at_break(self.vehicle.breaks[index], index, now, left[0], gone)
                moved = _share(left, 0 if step is None else step.travel - gone[0])
                left, gone = (
                    (left[0] - moved[0], left[1] - moved[1]),
                    (gone[0] + moved[0], gone[1] + moved[1]),
                )
                step = None if step is None else step._replace(metres=gone[1])
            if step is None:
                return None
            steps.append(step)
        arrival = steps[-1].leaves + left[0]
        total = (gone[0] + left[0], gone[1] + left[1])
        last = Step("end", -1, self._end(-1), arrival, 0, 0, 0, *total)
        return (*steps, last) if arrival <= self.close else None

    def _end(self, which: int) -> str | None:
        return None if self.places[which] == ANYWHERE else self.places[which]

    def _at_job(self, at: int, arrival: int, gone: Leg) -> Step | None:
        job = self.case.document.jobs[self.jobs[at]]
        start = _first_start(arrival, job.time_windows)
        if start is None:
            return None
        place, setup = self.places[at + 1], self._setup(at)
        return Step("job", self.jobs[at], place, arrival, start - arrival, setup, job.service, *gone)


def _at_break(rest: Break, index: int, now: int, left: int, gone: Leg) -> Step | None:
    """The break, and as much of the way before it as its window leaves time for (metres are filled in by the caller)."""
    start = _first_start(now, rest.time_windows)
    if start is None:
        return None
    moved = min(left, start - now)
    arrival = now + moved
    return Step("break", index, None, arrival, start - arrival, 0, rest.service, gone[0] + moved, gone[1])


def _share(leg: Leg, seconds: int) -> Leg:
    """The first seconds of a way, and the metres that belong to them."""
    return seconds, leg[1] * seconds // leg[0] if leg[0] else 0


def _first_start(ready: int, windows: tuple[Window, ...] | None) -> int | None:
    """The first second from `ready` on that lies in a window."""
    if windows is None:
        return ready
    return min((max(ready, low) for low, high in windows if max(ready, low) <= high), default=None)


def _best(states: list[_State]) -> list[_State]:
    """Without those that another one beats both in time and in the end of its way."""
    kept: list[_State] = []
    for state in sorted(states, key=lambda s: (s.now, s.now + s.left)):
        if not kept or state.now + state.left < kept[-1].now + kept[-1].left:
            kept.append(state)
    return kept
