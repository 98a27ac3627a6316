"""Enrolments: asked for, withdrawn, and a free seat taken or left."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid
from catalog.kernel.time import Clock, local_day
from catalog.people.models import Household, Person
from catalog.territory.models import Territory
from catalog.territory.rows import rows_by
from catalog.venues.models import Venue
from market.actor import Actor
from market.events import record
from market.gatherings.access import demand_side, load_enrolment, load_gathering
from market.gatherings.commands import Enrol
from market.gatherings.models import Enrolment, Gathering
from market.gatherings.seats import free_seat, promote_next, seat, seats_left, tell_both, wait
from market.needs.access import FILERS
from market.needs.commands import Consent
from market.states import STEPS, EnrolmentState, SessionState

ADULT = 18
E = EnrolmentState
ENDED = (E.WITHDRAWN, E.ATTENDED, E.ABSENT)


async def enrol(session: WriteSession, clock: Clock, actor: Actor, command: Enrol) -> Enrolment:
    """Ask for a seat; the same command twice is one enrolment. In a confirmed gathering a free seat is given at once.

    Raises:
        Invalid: unknown people, nowhere at home, or no guardian's consent where one is needed.
        Forbidden: the actor may not ask for these people.
        Conflict: it takes no enrolments, or the person has one already.
    """
    gathering = await load_gathering(session, command.gathering_id)
    there = await session.get(Enrolment, command.id, populate_existing=True)
    if there is not None:
        return _same(there, command)
    if gathering.state not in {SessionState.ENROLLING, SessionState.CONFIRMED}:
        raise Conflict("{title} takes no enrolments now", title=gathering.title)
    await _demand_first(session, command)
    made = await _made(session, clock, actor, command, gathering)
    session.add(made)
    await session.flush()
    record(session, clock, "enrolment.requested", made.id, actor_id=actor.person_id)
    await tell_both(session, clock, made, "enrolment.received", title=gathering.title)
    if gathering.state == SessionState.CONFIRMED:
        await _at_once(session, clock, made, gathering)
    return made


async def enrol_many(
    session: WriteSession, clock: Clock, actor: Actor, commands: Sequence[Enrol]
) -> list[Enrolment]:
    """Ask for many seats: all or none."""
    return [await enrol(session, clock, actor, command) for command in commands]


def _same(there: Enrolment, command: Enrol) -> Enrolment:
    names = ("gathering_id", "person_id", "requester_id")
    if any(getattr(there, name) != getattr(command, name) for name in names):
        raise Conflict("This {thing} exists with other content", thing="enrolment")
    return there


async def _demand_first(session: WriteSession, command: Enrol) -> None:
    statement = select(Enrolment.id).where(
        Enrolment.gathering_id == command.gathering_id, Enrolment.person_id == command.person_id
    )
    if (await session.execute(statement)).first() is not None:
        raise Conflict("This person has asked for a seat already")


async def _made(
    session: WriteSession, clock: Clock, actor: Actor, command: Enrol, gathering: Gathering
) -> Enrolment:
    people = await rows_by(session, Person, {command.person_id, command.requester_id})
    for field in ("person_id", "requester_id"):
        if getattr(command, field) not in people:
            raise Invalid("There is no such {thing}", field=field, thing="person")
    person, requester = people[command.person_id], people[command.requester_id]
    _check_consent(clock, command, gathering, person, requester)
    home, path = await _home(session, person)
    own = actor.is_system or actor.person_id in {person.id, requester.id}
    if not own and not actor.may(path, *FILERS):
        raise Forbidden("You may ask for yourself, and for those of your own place")
    return Enrolment(
        id=command.id,
        state=E.REQUESTED,
        gathering_id=gathering.id,
        person_id=person.id,
        requester_id=requester.id,
        choice=command.choice,
        consent=_recorded(clock, actor, command.guardian, requester.id),
        proxy=_recorded(clock, actor, command.proxy, None),
        household_id=home.id,
        lat=home.lat,
        lon=home.lon,
        mode=command.mode,
        walk_metres=command.walk_metres,
        step_free=command.step_free,
        refused_workers=[],
        rounds_missed=0,
        last_causes=[],
        created_at=clock.now(),
    )


def grown(clock: Clock, born: int | None) -> bool | None:
    """Whether somebody born in this year is of age this year; None where no year is known."""
    return None if born is None else local_day(clock.now()).year - born >= ADULT


def _check_consent(
    clock: Clock, command: Enrol, gathering: Gathering, person: Person, requester: Person
) -> None:
    """A child's guardian is a grown person who asks for the child, and says how they agreed."""
    other = command.person_id != command.requester_id
    if gathering.consent:
        if command.guardian is None or not other or grown(clock, requester.birth_year) is False:
            raise Invalid("A guardian must ask for this seat and agree", field="guardian")
        if grown(clock, person.birth_year):
            raise Invalid("This is for children; {name} is grown up", field="person_id", name=person.name)
    elif other and command.proxy is None and command.guardian is None:
        raise Invalid("Say how the person you ask for has agreed", field="proxy")


async def _home(session: WriteSession, person: Person) -> tuple[Household, str]:
    statement = (
        select(Household, Territory.path)
        .join(Territory, Territory.id == Household.community_id)
        .where(Household.id == person.household_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise Invalid("Say where the help is needed", field="person_id")
    return row[0], row[1]


def _recorded(
    clock: Clock, actor: Actor, said: Consent | None, guardian_id: UUID | None
) -> dict[str, Any] | None:
    if said is None:
        return None
    by = actor.person_id or guardian_id
    plain: dict[str, Any] = {"how": said.how, "at": clock.now().isoformat()}
    plain["recorded_by"] = str(by) if by else None
    return plain | ({"guardian_id": str(guardian_id)} if guardian_id else {})


async def _at_once(session: WriteSession, clock: Clock, made: Enrolment, gathering: Gathering) -> None:
    waiting = select(func.count()).where(Enrolment.gathering_id == gathering.id, Enrolment.state == E.WAITING)
    before = (await session.execute(waiting)).scalar_one()
    room = await session.get_one(Venue, gathering.venue_id)
    fits = room.step_free or not made.step_free
    if not before and fits and await seats_left(session, gathering) > 0:
        await seat(session, clock, made, gathering, room)
    else:
        await wait(session, clock, made, gathering, before + 1)


async def withdraw_enrolment(
    session: WriteSession, clock: Clock, actor: Actor, enrolment_id: UUID
) -> Enrolment:
    """The person's side or staff: no seat is wanted any more; the next one is asked. Twice is once."""
    enrolment, gathering = await load_enrolment(session, enrolment_id)
    await demand_side(session, actor, enrolment, gathering)
    if enrolment.state == E.WITHDRAWN:
        return enrolment
    refuse_unless(enrolment, E.WITHDRAWN)
    await free_seat(session, clock, enrolment, gathering)
    return enrolment


async def take_seat(session: WriteSession, clock: Clock, actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The person's side or staff: yes to the seat that has become free. Twice is once."""
    enrolment, gathering = await load_enrolment(session, enrolment_id)
    await demand_side(session, actor, enrolment, gathering)
    if enrolment.state == E.SEATED:
        return enrolment
    if enrolment.state != E.PROMOTED:
        allowed = [step.value for step in STEPS[EnrolmentState][enrolment.state]]
        raise IllegalTransition("enrolment", enrolment.state.value, E.SEATED.value, allowed)
    room = await session.get_one(Venue, gathering.venue_id)
    await seat(session, clock, enrolment, gathering, room)
    return enrolment


async def promotion_over(session: WriteSession, enrolment_id: UUID, clock: Clock) -> None:
    """Timer: nobody has said yes; the seat goes to the next one."""
    enrolment, gathering = await load_enrolment(session, enrolment_id)
    if enrolment.state != E.PROMOTED:
        return
    if enrolment.promoted_until is not None and enrolment.promoted_until > clock.now():
        return
    await tell_both(session, clock, enrolment, "enrolment.expired", title=gathering.title)
    await free_seat(session, clock, enrolment, gathering)


def refuse_unless(enrolment: Enrolment, to: EnrolmentState) -> None:
    """Refuse a step that is not allowed in the present state."""
    if to not in STEPS[EnrolmentState][enrolment.state]:
        allowed = [step.value for step in STEPS[EnrolmentState][enrolment.state]]
        raise IllegalTransition("enrolment", enrolment.state.value, to.value, allowed)


__all__ = [
    "enrol",
    "enrol_many",
    "promote_next",
    "promotion_over",
    "take_seat",
    "withdraw_enrolment",
]
