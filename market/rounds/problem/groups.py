"""Gatherings and their enrolments in terms of the matching library."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from catalog.venues.models import Venue
from market.gatherings.models import Enrolment, Gathering
from market.gatherings.proposing import moments
from market.needs.models import Need
from market.rounds.problem.blocks import spans
from market.rounds.problem.facts import Facts
from market.rounds.problem.places import Places
from market.rounds.problem.priority import AGEING_CAP, DAY_POINTS, MISSED_POINTS, priority
from market.rounds.problem.shifts import Stretch, joined
from market.rounds.problem.ticks import DAY
from matching import problem as matching
from matching.invariants import MAX_PRIORITY

TOGETHER = 1
"""Points more for a seat at a fair than for a visit of the same need."""


class Groups:
    """The open gatherings of a round; those whose dates it does not hold are not among them."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self.facts, self.shapes, self.places, self.calendar = facts, facts.shapes, places, facts.calendar
        self.people = {helper.worker.id for helper in facts.people.helpers}
        self.needs: Mapping[UUID, Need] = {need.id: need for need in facts.needs}

    @property
    def served_otherwise(self) -> set[str]:
        """Needs for which somebody also asks for a seat: at most one of both is given."""
        return {str(one.need_id) for one in self.shapes.enrolments if one.need_id is not None}

    @property
    def invited(self) -> set[str]:
        """Needs that an officer has given to a fair: only if it cannot be held are visits looked for as well."""
        return {
            str(one.need_id)
            for one in self.shapes.enrolments
            if one.need_id is not None and not one.rounds_missed
        }

    def venues(self) -> tuple[matching.Venue, ...]:
        """Return the rooms, idle ones 幸福链接 included, with the times when they can be had."""
        return tuple(self._venue(room) for room in self.shapes.rooms.values())

    def _venue(self, room: Venue) -> matching.Venue:
        free = tuple(matching.Span(start=a, end=b) for a, b in self._free(room))
        return matching.Venue(
            id=str(room.id),
            place=self.places.door(room.lat, room.lon),
            seats=room.capacity,
            step_free=room.step_free,
            # No span at all would mean always: a room that is never free in these days has an empty minute.
            open=free or (matching.Span(start=0, end=1),),
            uses=tuple(room.uses),
            fee_fen_hour=room.fee_fen_hour,
        )

    def _free(self, room: Venue) -> list[Stretch]:
        busy = [*self._closed(room), *self._taken(room)]
        left: list[Stretch] = []
        for start, end in joined(self._open(room)):
            now = start
            for a, b in joined(busy):
                if now < b and a < end:
                    left += [(now, a)] if now < a else []
                    now = max(now, b)
            left += [(now, end)] if now < end else []
        return left

    def _open(self, room: Venue) -> Iterator[Stretch]:
        for day in self.calendar.dates():
            midnight = self.calendar.midnight(day)
            for span in room.opening:
                if span["weekday"] == day.weekday():
                    yield midnight + span["start_minute"], midnight + min(span["end_minute"], DAY)

    def _closed(self, room: Venue) -> Iterator[Stretch]:
        for one in self.shapes.closed:
            if one.venue_id == room.id:
                midnight = self.calendar.midnight(one.day)
                whole = one.start_minute is None or one.end_minute is None
                yield (
                    (midnight, midnight + DAY)
                    if whole
                    else (midnight + (one.start_minute or 0), midnight + (one.end_minute or DAY))
                )

    def _taken(self, room: Venue) -> Iterator[Stretch]:
        for held in self.shapes.taken:
            if held.venue_id == room.id:
                for start, end in spans(held):
                    yield self.calendar.floor(start), self.calendar.ceil(end)

    def gatherings(self) -> tuple[matching.Gathering, ...]:
        """Return what may be opened."""
        return tuple(self._gathering(held) for held in self.shapes.gatherings)

    def _gathering(self, held: Gathering) -> matching.Gathering:
        occasions = tuple(
            matching.Occasion(
                venue=str(one.venue_id), starts=tuple(self.calendar.floor(at) for at in moments(one.starts))
            )
            for one in self.shapes.occasions[held.id]
        )
        known = [worker for worker in self.shapes.known.get(held.id, ()) if worker in self.people]
        return matching.Gathering(
            id=str(held.id),
            duration=held.duration_minutes,
            occasions=occasions,
            min_seats=held.min_seats,
            max_seats=held.max_seats,
            service=held.service_code,
            roles=tuple(_role(role) for role in held.roles),
            consent=held.consent,
            allowed_kinds=tuple(held.allowed_kinds),
            known_workers=tuple(str(worker) for worker in known),
        )

    def enrolments(self) -> tuple[matching.Enrolment, ...]:
        """Return who asks for a seat."""
        by_id = {held.id: held for held in self.shapes.gatherings}
        return tuple(self._enrolment(one, by_id[one.gathering_id]) for one in self.shapes.enrolments)

    def _enrolment(self, one: Enrolment, held: Gathering) -> matching.Enrolment:
        refused = sorted({worker for worker in one.refused_workers if UUID(worker) in self.people})
        return matching.Enrolment(
            id=str(one.id),
            place=self.places.door(one.lat, one.lon),
            gatherings=(str(held.id),),
            mode=one.mode,  # type: ignore[arg-type]  # checked by the problem itself
            walk_metres=one.walk_metres,
            step_free=one.step_free,
            consent=one.consent is not None,
            free=self._windows(one),
            refused_workers=tuple(refused),
            priority=self._points(one, held),
            days_waited=self._days(one),
            groups=(f"community:{self.shapes.communities[held.community_id]}",),
            need=str(one.need_id or one.choice or ""),
        )

    def _windows(self, one: Enrolment) -> tuple[matching.Span, ...]:
        """Who expected a visit can come when it was expected."""
        if one.need_id is None or one.need_id not in self.needs:
            return ()
        spans = ((self.calendar.ceil(a), self.calendar.floor(b)) for a, b in self.facts.windows[one.need_id])
        return tuple(
            matching.Span(start=max(0, a), end=min(b, self.calendar.ticks)) for a, b in spans if max(0, a) < b
        )

    def _points(self, one: Enrolment, held: Gathering) -> int:
        service, need = self.shapes.services[held.service_code], self.needs.get(one.need_id or one.id)
        if need is not None:
            return min(MAX_PRIORITY, priority(need, service, self.facts.now) + TOGETHER)
        ageing = one.rounds_missed * MISSED_POINTS + self._days(one) * DAY_POINTS
        return max(1, service.weight * 10 + min(AGEING_CAP, ageing))

    def _days(self, one: Enrolment) -> int:
        return max(0, (self.facts.now - one.created_at) // timedelta(days=1))


def _role(role: Mapping[str, Any]) -> matching.Role:
    return matching.Role(
        count=role["count"],
        per_seats=role["per_seats"],
        skills=tuple(matching.SkillLevel(skill=s["skill"], level=s["level"]) for s in role["skills"]),
        qualifications=tuple(role["qualifications"]),
    )
