"""Proposing gatherings: what, where, when, for how many, and who must run them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid, NotFound
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from catalog.services import taxonomy
from catalog.services.models import Service, Shape
from catalog.territory.models import Territory
from catalog.territory.rows import insert_rows, rows_by
from catalog.venues.models import Venue
from market.actor import STAFF, Actor
from market.events import record
from market.gatherings.commands import ProposeGathering, RoleSkill, RoleWanted
from market.gatherings.models import Gathering, Occasion
from market.needs.commands import DAYS_AHEAD
from market.states import SessionState

FEWEST, MOST = 1, 20
"""Seats of services that name none: those that are otherwise visits."""


async def propose_gathering(
    session: WriteSession, clock: Clock, actor: Actor, command: ProposeGathering
) -> Gathering:
    """Staff: propose something; the same command twice is one gathering.

    Raises:
        Invalid: the command cannot be right; `field` says where.
        Forbidden: the actor is no staff of the community.
        Conflict: the id exists with other content.
    """
    place = await session.get(Territory, command.community_id)
    if place is None:
        raise NotFound("There is no such {thing}", thing="territory")
    if not actor.is_system:
        actor.demand(place.path, *STAFF)
    service = await _service(session, command.service_code)
    made = _gathering(clock, actor, command, service)
    there = await session.get(Gathering, command.id)
    if there is not None:
        return await _same(session, there, made, command)
    _check_dates(clock, command, made.duration_minutes)
    await _check_venues(session, command, made)
    session.add(made)
    await session.flush()
    await insert_rows(session, Occasion, list(_occasions(command)))
    record(session, clock, "gathering.proposed", made.id, actor_id=actor.person_id, title=made.title)
    return made


async def _service(session: WriteSession, code: str) -> Service:
    service = await session.get(Service, code)
    if service is None or not service.active or not (service.shape == Shape.GROUP or service.poolable):
        raise Invalid("There is no service {code}", field="service_code", code=code)
    return service


def _gathering(clock: Clock, actor: Actor, command: ProposeGathering, service: Service) -> Gathering:
    known = taxonomy.load_taxonomy().by_code.get(service.code)
    seats = known.seats if known else None
    fewest = command.min_seats or (seats.fewest if seats else FEWEST)
    most = command.max_seats or (seats.most if seats else max(MOST, fewest))
    if fewest > most:
        raise Invalid("There are fewer seats at most than at least", field="max_seats")
    minor = "minor" in service.safeguarding
    return Gathering(
        id=command.id,
        state=SessionState.PROPOSED,
        title=command.title,
        service_code=service.code,
        community_id=command.community_id,
        proposed_by_id=actor.person_id,
        duration_minutes=command.duration_minutes or service.duration_minutes,
        min_seats=fewest,
        max_seats=most,
        roles=[_plain(role) for role in command.roles or usual_roles(service)],
        allowed_kinds=list(service.provider_kinds),
        consent=minor if command.consent is None else command.consent,
        follows_id=command.follows_id,
        starts=[],
        created_at=clock.now(),
    )


def usual_roles(service: Service) -> tuple[RoleWanted, ...]:
    """A leader who can do it; further people, or one for every so many children, know a little of it."""
    skills = tuple(RoleSkill(skill=s["skill"], level=s["level"]) for s in service.skills)
    papers = tuple(service.qualifications)
    known = taxonomy.load_taxonomy().by_code.get(service.code)
    ratio = known.children_per_adult if known else None
    leader = RoleWanted(skills=skills, qualifications=papers)
    if service.people_needed == 1 and ratio is None:
        return (leader,)
    helping = tuple(RoleSkill(skill=one.skill) for one in skills[:1])
    others = max(1, service.people_needed - 1)
    return (leader, RoleWanted(count=others, per_seats=ratio, skills=helping, qualifications=papers))


def _plain(role: RoleWanted) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(role)
    return plain


async def _same(
    session: WriteSession, there: Gathering, made: Gathering, command: ProposeGathering
) -> Gathering:
    content = ("title", "service_code", "community_id", "duration_minutes", "min_seats", "max_seats")
    rows = await session.execute(select(Occasion.id).where(Occasion.gathering_id == there.id))
    occasions = {row["id"] for row in _occasions(command)}
    if occasions != set(rows.scalars()) or any(getattr(there, n) != getattr(made, n) for n in content):
        raise Conflict("This {thing} exists with other content", thing="gathering")
    return there


def _check_dates(clock: Clock, command: ProposeGathering, minutes: int) -> None:
    for dates in command.dates:
        if min(dates) <= clock.now():
            raise Invalid("The time is over already", field="dates")
        if max(dates) > clock.now() + timedelta(days=2 * DAYS_AHEAD):
            raise Invalid("The time is more than {days} days ahead", field="dates", days=2 * DAYS_AHEAD)
        for one, following in pairwise(sorted(dates)):
            if following < one + timedelta(minutes=minutes):
                raise Invalid("Two of the times overlap", field="dates")


async def _check_venues(session: WriteSession, command: ProposeGathering, made: Gathering) -> None:
    rooms = await rows_by(session, Venue, command.venue_ids)
    if set(command.venue_ids) - set(rooms):
        raise Invalid("There is no such {thing}", field="venue_ids", thing="venue")
    chosen = [rooms[venue_id] for venue_id in dict.fromkeys(command.venue_ids)]
    other = [room.name_zh for room in chosen if room.uses and made.service_code not in room.uses]
    if other:
        raise Invalid("{venue} may not be used for this", field="venue_ids", venue="、".join(other))
    small = [room.name_zh for room in chosen if room.capacity < made.min_seats]
    if small:
        raise Invalid("{venue} has too few seats", field="venue_ids", venue="、".join(small))


def _occasions(command: ProposeGathering) -> Iterator[dict[str, Any]]:
    for venue_id in dict.fromkeys(command.venue_ids):
        for dates in dict.fromkeys(command.dates):
            starts = iso(dates)
            yield {
                "id": derived_id("occasion", command.id, venue_id, *starts),
                "gathering_id": command.id,
                "venue_id": venue_id,
                "starts": starts,
                "first_at": min(dates),
                "last_at": max(dates),
            }


def iso(moments: Sequence[datetime]) -> list[str]:
    """Return moments as text in UTC, in order."""
    return [moment.astimezone(UTC).isoformat() for moment in sorted(moments)]


def moments(starts: Sequence[str]) -> list[datetime]:
    """Return moments from their text."""
    return [datetime.fromisoformat(start) for start in starts]
