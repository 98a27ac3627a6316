"""Workers of providers: who they are, what they can do and how much they want to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.providers.commands import AddWorker, SetCaps, SetSkills, SkillLevel
from catalog.providers.hours import check_days, check_week, day_rows, week_rows
from catalog.providers.models import Availability, AvailabilityException, Provider, Worker, WorkerSkill
from catalog.services.models import Skill
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, demand, get_row, insert_rows

# What workers change themselves later.
CAPS = ("max_tasks_day", "max_minutes_day", "max_tasks_week", "max_minutes_week", "declared_minutes_week")
PLACE = ("travel_mode", "lat", "lon", "coordinate_system", "reach_metres")
FREE = ("active", "anchors", "newcomer", "carries", *PLACE, *CAPS)


async def add_worker(session: WriteSession, clock: Clock, command: AddWorker) -> Worker:
    """Add a worker with skills, hours and days off."""
    await add_workers(session, clock, [command])
    return await get_row(session, Worker, command.id)


async def add_workers(session: WriteSession, clock: Clock, commands: Sequence[AddWorker]) -> set[UUID]:
    """Add workers; return the ids of the new ones. Who is there already keeps skills and hours.

    Raises:
        Invalid: no such provider, person, skill or adopted place, or hours that cannot be.
        Conflict: the id exists with other content.
    """
    del clock
    for command in commands:
        check_skills(command.skills)
        check_week(command.hours)
        check_days(command.days_off)
    await demand(session, Provider, {command.provider_id for command in commands}, field="provider_id")
    await demand(session, Person, {command.person_id for command in commands}, field="person_id")
    adopted = {place_id for command in commands for place_id in command.anchor_ids}
    await demand(session, Territory, adopted, field="anchor_ids")
    codes = {skill.code for command in commands for skill in command.skills}
    await demand(session, Skill, codes, field="skills", key="code")
    new = await add_rows(session, Worker, [_row(command) for command in commands], free=FREE)
    await _write_parts(session, [command for command in commands if command.id in new])
    return new


async def set_skills(session: WriteSession, clock: Clock, command: SetSkills) -> None:
    """Replace the declared skills of a worker."""
    del clock
    check_skills(command.skills)
    await demand(session, Skill, {skill.code for skill in command.skills}, field="skills", key="code")
    worker = await get_row(session, Worker, command.worker_id)
    await session.execute(delete(WorkerSkill).where(WorkerSkill.worker_id == worker.id))
    await insert_rows(session, WorkerSkill, _skill_rows(worker.id, command.skills))


async def set_caps(session: WriteSession, clock: Clock, command: SetCaps) -> Worker:
    """Replace the caps of a worker."""
    del clock
    worker = await get_row(session, Worker, command.worker_id)
    for name, value in msgspec.structs.asdict(command.caps).items():
        setattr(worker, name, value)
    await session.flush()
    return worker


async def set_active(session: WriteSession, clock: Clock, worker_id: UUID, *, active: bool) -> None:
    """Let a worker get offers, or no longer; twice is once."""
    del clock
    worker = await get_row(session, Worker, worker_id)
    await session.execute(update(Worker).where(Worker.id == worker.id).values(active=active))


def check_skills(skills: Sequence[SkillLevel]) -> None:
    """Refuse a skill that is declared twice."""
    if len({skill.code for skill in skills}) != len(skills):
        raise Invalid("A skill is declared twice", field="skills")


async def _write_parts(session: WriteSession, commands: Sequence[AddWorker]) -> None:
    await insert_rows(session, WorkerSkill, [row for c in commands for row in _skill_rows(c.id, c.skills)])
    await insert_rows(session, Availability, [row for c in commands for row in week_rows(c.id, c.hours)])
    away = [row for c in commands for row in day_rows(c.id, c.days_off)]
    await insert_rows(session, AvailabilityException, away)


def _skill_rows(worker_id: UUID, skills: Sequence[SkillLevel]) -> list[dict[str, Any]]:
    return [{"worker_id": worker_id, "skill_code": skill.code, "level": skill.level} for skill in skills]


def _row(command: AddWorker) -> dict[str, Any]:
    row = {
        "id": command.id,
        "provider_id": command.provider_id,
        "person_id": command.person_id,
        "active": True,
        "travel_mode": command.travel_mode,
        "lat": command.lat,
        "lon": command.lon,
        "coordinate_system": command.coordinate_system,
        "reach_metres": command.reach_metres,
        "anchors": sorted({str(place_id) for place_id in command.anchor_ids}),
        "newcomer": command.newcomer,
        "carries": command.carries,
    }
    return row | msgspec.structs.asdict(command.caps)
