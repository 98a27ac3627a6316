"""Needs and promises as tasks."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from catalog.services.models import Shape
from market.needs.models import Need, Urgency
from market.rounds.problem.bonds import safeguards
from market.rounds.problem.commitments import Commitment
from market.rounds.problem.facts import Door, Facts
from market.rounds.problem.places import Places
from market.rounds.problem.present import Present, binding_gender
from market.rounds.problem.priority import days_waited, priority
from matching.invariants import MAX_PRIORITY
from matching.problem import SkillLevel, StartWindow, Task

# Nobody can be asked and be there sooner; it is the shortest life of an offer and then some.
NOTICE = {
    Urgency.NORMAL: timedelta(minutes=60),
    Urgency.SAME_DAY: timedelta(minutes=40),
    Urgency.URGENT: timedelta(minutes=15),
}


def need_task(facts: Facts, need: Need, places: Places, present: Present) -> Task | None:
    """Return a need as a task, or None if no start on the days of the round is left.

    The reach of the catalogue is what helpers are advised to name, not a limit of the task: each helper's own binds.
    """
    windows = start_windows(facts, need)
    if not windows:
        return None
    service = facts.services[need.service_code]
    return Task(
        id=str(need.id),
        place=_place(facts, places, service.shape, need),
        duration=need.duration_minutes,
        windows=windows,
        headcount=need.headcount,
        priority=priority(need, service, facts.now),
        service=service.code,
        skills=tuple(SkillLevel(skill=s["skill"], level=s["level"]) for s in service.skills),
        qualifications=tuple(service.qualifications),
        allowed_kinds=tuple(service.provider_kinds),
        refused_workers=tuple(w for w in sorted(set(need.refused_workers)) if UUID(w) in present.people),
        required_gender=binding_gender(need),
        days_waited=days_waited(need, facts.now),
        groups=(f"community:{facts.communities[need.community_id]}",),
        wishes=present.wishes(need),
        known_workers=present.known(need, service, facts.bonds),
        zones=tuple(str(zone) for zone in facts.doors.get(need.id, Door()).zones),
        safeguards=safeguards(need, service, facts.bonds),
    )


def _place(facts: Facts, places: Places, shape: Shape, asked: Need | Commitment) -> str:
    if shape == Shape.REMOTE:
        return places.remote(asked.lat, asked.lon)
    need_id = asked.id if isinstance(asked, Need) else asked.need_id
    door = facts.doors.get(need_id, Door())
    return places.door(asked.lat, asked.lon, door.floor, door.has_lift)


def start_windows(facts: Facts, need: Need) -> tuple[StartWindow, ...]:
    """Return when a need may start: at the start its other helpers agreed on, or within its windows, not at once."""
    promised = {c.start_at for c in own_seats(facts, need.id)}
    if promised:
        start = facts.calendar.floor(min(promised))
        return (StartWindow(earliest=start, latest=start),) if start >= 0 else ()
    return tuple(_open_windows(facts, need))


def own_seats(facts: Facts, need_id: UUID) -> list[Commitment]:
    """Return the live seats of a need that is planned again: only the missing people are looked for."""
    return [c for c in facts.commitments if c.need_id == need_id]


def _open_windows(facts: Facts, need: Need) -> Iterator[StartWindow]:
    calendar = facts.calendar
    soonest = max(0, calendar.ceil(facts.now + NOTICE[need.urgency]))
    for starts_at, ends_at in facts.windows.get(need.id, ()):
        earliest = max(soonest, calendar.ceil(starts_at))
        latest = min(calendar.ticks, calendar.floor(ends_at)) - need.duration_minutes
        if earliest <= latest:
            yield StartWindow(earliest=earliest, latest=latest)


def promised_task(facts: Facts, seats: Sequence[Commitment], places: Places) -> Task:
    """Return promised work as a task with nothing left to decide: its people, its start, no conditions."""
    first, calendar = seats[0], facts.calendar
    start = calendar.floor(first.start_at)
    return Task(
        id=str(first.need_id),
        place=_place(facts, places, first.shape, first),
        duration=max(1, calendar.ceil(first.end_at) - start),
        windows=(StartWindow(earliest=start, latest=start),),
        headcount=len(seats),
        priority=MAX_PRIORITY,
        mandatory=True,
    )
