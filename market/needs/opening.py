"""Taking needs in: one or many, checked as a whole, each command once."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict
from catalog.kernel.time import Clock
from market.actor import Actor
from market.events import record, set_timer
from market.needs import checks
from market.needs.codes import case_code
from market.needs.commands import OpenNeed, Window
from market.needs.deadlines import contact_due, result_due
from market.needs.known import MANY, Known, load_known
from market.needs.models import Need, Urgency
from market.needs.times import add_windows
from market.notices.service import write
from market.states import NeedState

ATTEMPTS = 4


async def open_need(session: WriteSession, clock: Clock, actor: Actor, command: OpenNeed) -> Need:
    """Take a need in; the same command twice answers with the first row.

    Raises:
        Invalid: the command cannot be right; `field` says where.
        Forbidden: the actor may not ask for these people here.
        Conflict: the id exists with other content.
    """
    return (await open_needs(session, clock, actor, (command,)))[0]


async def open_needs(
    session: WriteSession, clock: Clock, actor: Actor, commands: Sequence[OpenNeed]
) -> list[Need]:
    """Take many needs in with few statements: all of them or none; rows in the order of the commands."""
    known: Known | None = None
    for attempt in range(ATTEMPTS):
        there = await _already_there(session, commands)
        fresh = {command.id: command for command in commands if command.id not in there}
        if fresh:
            known = known or await load_known(session, commands)
            made = [_build(clock, actor, command, known, attempt) for command in fresh.values()]
            if not await _insert(session, made):
                continue  # somebody was faster with the same id, or two codes were alike
            there |= {need.id: need for need, _ in made}
            _tell(session, clock, actor, (need for need, _ in made), known)
        return [there[command.id] for command in commands]
    raise Conflict("Somebody else is sending the same; please try again")


def fingerprint(command: OpenNeed) -> str:
    """Return a digest of the content: the same instants in another time zone are the same content."""
    windows = tuple(
        Window(starts_at=window.starts_at.astimezone(UTC), ends_at=window.ends_at.astimezone(UTC))
        for window in command.windows
    )
    same = msgspec.structs.replace(command, windows=windows)
    return sha256(msgspec.json.encode(same, order="deterministic")).hexdigest()


async def _already_there(session: WriteSession, commands: Sequence[OpenNeed]) -> dict[UUID, Need]:
    prints: dict[UUID, str] = {}
    for command in commands:
        if prints.setdefault(command.id, fingerprint(command)) != fingerprint(command):
            raise Conflict("This was sent before with other content")
    there: dict[UUID, Need] = {}
    ids = list(prints)
    for start in range(0, len(ids), MANY):
        some = await session.scalars(select(Need).where(Need.id.in_(ids[start : start + MANY])))
        there.update((need.id, need) for need in some)
    if any(need.fingerprint != prints[need.id] for need in there.values()):
        raise Conflict("This was sent before with other content")
    return there


async def _insert(session: WriteSession, made: Sequence[tuple[Need, tuple[Window, ...]]]) -> bool:
    try:
        async with session.begin_nested():
            session.add_all([need for need, _ in made])
            await session.flush()
    except IntegrityError:
        return False
    for need, windows in made:
        add_windows(session, need.id, windows)
    return True


def _build(
    clock: Clock, actor: Actor, command: OpenNeed, known: Known, attempt: int
) -> tuple[Need, tuple[Window, ...]]:
    service = checks.check_service(command, known)
    urgency = command.urgency or Urgency(service.urgency_default)
    checks.check_people(command, known)
    checks.check_windows(
        command.windows,
        clock.now(),
        minutes=service.duration_minutes,
        lead_hours=checks.lead_hours(service, urgency),
    )
    place = checks.check_place(command, known)
    checks.check_filer(command, actor, place)
    own = {command.requester_id, command.beneficiary_id}
    need = Need(
        id=command.id,
        code=case_code(command.id, attempt),
        fingerprint=fingerprint(command),
        lane=command.lane,
        channel=command.channel,
        service_code=service.code,
        requester_id=command.requester_id,
        beneficiary_id=command.beneficiary_id,
        filed_by_id=None if actor.person_id in own else actor.person_id,
        relation=command.relation,
        consent=_consent(command, clock, actor),
        community_id=place.community_id,
        household_id=place.household_id,
        lat=place.lat,
        lon=place.lon,
        urgency=urgency,
        headcount=service.people_needed,
        duration_minutes=service.duration_minutes,
        description=command.description,
        wishes=msgspec.to_builtins(command.wishes),
        refused_workers=[],
        access_notes=command.access_notes,
        private=command.private,
        state=NeedState.RECEIVED,
        rounds_missed=0,
        last_causes=[],
        created_at=clock.now(),
    )
    return need, command.windows


def _consent(command: OpenNeed, clock: Clock, actor: Actor) -> dict[str, Any] | None:
    if command.consent is None:
        return None
    recorded_by = actor.person_id or command.requester_id
    return {"how": command.consent.how, "at": clock.now().isoformat(), "recorded_by": str(recorded_by)}


def _tell(session: WriteSession, clock: Clock, actor: Actor, needs: Iterable[Need], known: Known) -> None:
    for need in needs:
        for person_id in dict.fromkeys((need.requester_id, need.beneficiary_id)):
            contact = known.people[person_id].contact or {}
            params = {"code": need.code, "service": need.service_code}
            write(session, clock, person_id, contact, "need.received", need.id, **params)
        facts = {"lane": need.lane.value, "service": need.service_code, "urgency": need.urgency.value}
        record(session, clock, "need.opened", need.id, actor_id=actor.person_id, **facts)
        set_timer(session, "need.contact_due", need.id, contact_due(need.created_at))
        set_timer(session, "need.result_due", need.id, result_due(need.created_at))
