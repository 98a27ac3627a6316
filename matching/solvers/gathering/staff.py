"""Who could run what: skills, papers and providers of a role, and a shift with room for every start."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from matching.gathering import Gathering, Occasion, Role
from matching.people import Mask, People, ShiftTable
from matching.problem import Problem
from matching.travel import IntArray, Mode, Place

Rows = dict[int, tuple[int, ...]]
"""Of each worker the shift (row of the shift table) of every start of an occasion."""


class Legs(NamedTuple):
    """Of every shift the ticks from its start place to a venue, back to its end place, and metres out."""

    out: IntArray
    back: IntArray
    metres: IntArray


class Doors:
    """Start and end places of all shifts of one mode, each once: people often begin where they began yesterday."""

    def __init__(self, problem: Problem, shifts: ShiftTable, mode: Mode) -> None:
        self.mode = mode
        self.rows = np.array([row for row, other in enumerate(shifts.mode) if other == mode], dtype=np.int64)
        table = [shifts.shifts[row] for row in self.rows.tolist()]
        self.starts, self.start = _once(problem, [shift.start_place for shift in table])
        self.ends, self.end = _once(problem, [shift.end_place for shift in table])


def _once(problem: Problem, names: list[str]) -> tuple[list[Place], IntArray]:
    number: dict[str, int] = {}
    index = np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
    return [problem.place_by_id[name] for name in number], index


class Staff:
    """The workers and shifts of a problem, asked about one occasion after another."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.people, self.shifts = problem, People(problem), ShiftTable(problem)
        self.venue = {venue.id: i for i, venue in enumerate(problem.venues)}
        self._doors = [Doors(problem, self.shifts, mode) for mode in sorted(set(self.shifts.mode))]
        self._legs: dict[int, Legs] = {}
        self._roles: dict[tuple[tuple[str, ...], Role], Mask] = {}

    def of(self, gathering: Gathering, occasion: Occasion) -> tuple[tuple[tuple[int, ...], ...], Rows]:
        """Workers who could have each role, and the shifts of all of them."""
        if not gathering.roles:
            return (), {}
        rows = self._rows(gathering, occasion)
        capped = [w for w in sorted(rows) if self._within_caps(w, rows[w], gathering.duration)]
        masks = [self._able(gathering, occasion, role) for role in gathering.roles]
        staff = tuple(tuple(w for w in capped if mask[w]) for mask in masks)
        used = {w for workers in staff for w in workers}
        return staff, {w: rows[w] for w in sorted(used)}

    def legs(self, venue: int) -> Legs:
        """Ways of every shift to a venue and back."""
        if venue not in self._legs:
            there = (self.problem.place_by_id[self.problem.venues[venue].place],)
            found = Legs(*(np.zeros(len(self.shifts), dtype=np.int64) for _ in range(3)))
            for doors in self._doors:
                ticks, metres = self.problem.travel.block(doors.starts, there, doors.mode)
                found.out[doors.rows], found.metres[doors.rows] = (
                    ticks[doors.start, 0],
                    metres[doors.start, 0],
                )
                found.back[doors.rows] = self.problem.travel.block(there, doors.ends, doors.mode)[0][
                    0, doors.end
                ]
            self._legs[venue] = found
        return self._legs[venue]

    def _rows(self, gathering: Gathering, occasion: Occasion) -> Rows:
        """Shifts do not overlap, so that every start has at most one of each worker."""
        shifts, people = self.shifts, self.people
        duration = gathering.duration
        out, back, metres = self.legs(self.venue[occasion.venue])
        near = metres <= people.reach[shifts.worker]
        near &= np.maximum(out, back) <= people.max_leg[shifts.worker]
        first, last = shifts.start + out, shifts.end - back - duration
        found: Rows = {}
        for number, start in enumerate(occasion.starts):
            rows = np.flatnonzero(near & (first <= start) & (start <= last))
            here = dict(zip(shifts.worker[rows].tolist(), rows.tolist(), strict=True))
            known = found if number else dict.fromkeys(here, ())
            found = {w: (*known[w], row) for w, row in here.items() if w in known}
        return found

    def _able(self, gathering: Gathering, occasion: Occasion, role: Role) -> Mask:
        key = gathering.allowed_kinds, role
        if key not in self._roles:
            self._roles[key] = self._suited(gathering, role)
        mask = self._roles[key].copy()
        for code in role.qualifications:
            for start in occasion.starts:
                mask &= self._valid(code, start, start + gathering.duration)
        return mask

    def _suited(self, gathering: Gathering, role: Role) -> Mask:
        people = self.people
        mask: Mask = people.admitted & (people.people == 1)
        if gathering.allowed_kinds:
            mask = mask & np.any([people.of_kind(kind) for kind in gathering.allowed_kinds], axis=0)
        for skill in role.skills:
            mask = mask & (people.level(skill.skill) >= skill.level)
        return mask

    def _valid(self, code: str, start: int, end: int) -> Mask:
        first, low, high = self.people.validities(code)
        who = np.repeat(np.arange(len(first) - 1), np.diff(first))
        mask: Mask = np.zeros(len(first) - 1, dtype=np.bool_)
        mask[who[(low <= start) & (end <= high)]] = True
        return mask

    def _within_caps(self, worker: int, rows: tuple[int, ...], duration: int) -> bool:
        """Whether the starts of one occasion alone are within the limits of a worker and the provider."""
        person = self.problem.workers[worker]
        provider = self.problem.provider_by_id[person.provider]
        for period, number in (("day", self.shifts.day), ("week", self.shifts.week)):
            most = max(Counter(number[row] for row in rows).values())
            tasks = (getattr(owner, f"max_tasks_{period}") for owner in (person, provider))
            ticks = getattr(person, f"max_ticks_{period}")
            if any(cap is not None and most > cap for cap in tasks):
                return False
            if ticks is not None and most * duration > ticks:
                return False
        return True


def filled(staff: tuple[tuple[int, ...], ...], roles: tuple[Role, ...], without: frozenset[int]) -> bool:
    """Whether different people could fill all roles at their least number (augmenting paths)."""
    places = [r for r, role in enumerate(roles) for _ in range(role.count)]
    held: dict[int, int] = {}

    def seat(place: int, seen: set[int]) -> bool:
        for worker in staff[places[place]]:
            if worker in without or worker in seen:
                continue
            seen.add(worker)
            if worker not in held or seat(held[worker], seen):
                held[worker] = place
                return True
        return False

    return all(seat(place, set()) for place in range(len(places)))
