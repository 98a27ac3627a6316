"""Workers as a matching round needs them: everything about many people in five statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.models import Person
from catalog.providers.models import (
    Availability,
    AvailabilityException,
    Credential,
    CredentialState,
    Provider,
    ProviderState,
    Worker,
    WorkerSkill,
)


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A verified qualification with its inclusive dates, the worker's own or the provider's for all its people."""

    code: str
    valid_from: date
    valid_until: date | None
    from_provider: bool

    def holds_on(self, day: date) -> bool:
        """Say whether it is valid on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class WorkerProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A worker with provider, person, skills (code -> level), papers, weekly hours and days that differ."""

    worker: Worker
    provider: Provider
    person: Person
    skills: dict[str, int]
    papers: tuple[Paper, ...]
    week: tuple[Availability, ...]
    exceptions: tuple[AvailabilityException, ...]

    def hours_on(self, day: date) -> list[tuple[int, int]]:
        """Return the spans of a day, minutes after local midnight: what was said of the day, else of the week."""
        said = [entry for entry in self.exceptions if entry.day == day]
        if said:
            spans = [(entry.start_minute, entry.end_minute) for entry in said]
            return sorted((start, end) for start, end in spans if start is not None and end is not None)
        return sorted((s.start_minute, s.end_minute) for s in self.week if s.weekday == day.weekday())


async def load_workers(
    session: AsyncSession,
    *,
    worker_ids: Collection[UUID] | None = None,
    skill_codes: Collection[str] | None = None,
    states: Collection[ProviderState] = (ProviderState.ACTIVE,),
) -> list[WorkerProfile]:
    """Return active workers of providers in `states`, by id; of some ids, or with one of some skills, if given.

    Five statements however many: workers with provider and person, skills, papers, hours, days that differ.
    """
    wanted = _wanted(worker_ids, skill_codes, states)
    rows = (
        await session.execute(
            select(Worker, Provider, Person)
            .join(Provider, Worker.provider_id == Provider.id)
            .join(Person, Worker.person_id == Person.id)
            .where(Worker.id.in_(wanted))
            .order_by(Worker.id)
        )
    ).all()
    skills = await _grouped(session, WorkerSkill, wanted)
    week = await _grouped(session, Availability, wanted)
    exceptions = await _grouped(session, AvailabilityException, wanted)
    papers = await _papers(session, wanted)
    return [
        WorkerProfile(
            worker=worker,
            provider=provider,
            person=person,
            skills={skill.skill_code: skill.level for skill in skills[worker.id]},
            papers=tuple(papers[worker.id] + papers[provider.id]),
            week=tuple(sorted(week[worker.id], key=lambda span: (span.weekday, span.start_minute))),
            exceptions=tuple(sorted(exceptions[worker.id], key=lambda e: (e.day, e.start_minute or 0))),
        )
        for worker, provider, person in rows
    ]


def _wanted(
    worker_ids: Collection[UUID] | None,
    skill_codes: Collection[str] | None,
    states: Collection[ProviderState],
) -> Select[UUID]:
    statement = select(Worker.id).join(Provider, Worker.provider_id == Provider.id)
    statement = statement.where(Worker.active, Provider.state.in_(states))
    if worker_ids is not None:
        statement = statement.where(Worker.id.in_(worker_ids))
    if skill_codes is not None:
        able = select(WorkerSkill.worker_id).where(WorkerSkill.skill_code.in_(skill_codes))
        statement = statement.where(Worker.id.in_(able))
    return statement


async def _grouped(session: AsyncSession, table: Any, wanted: Select[UUID]) -> dict[UUID, list[Any]]:
    rows = (await session.execute(select(table).where(table.worker_id.in_(wanted)))).scalars()
    return _by_worker((row.worker_id, row) for row in rows)


async def _papers(session: AsyncSession, wanted: Select[UUID]) -> dict[UUID, list[Paper]]:
    providers = select(Worker.provider_id).where(Worker.id.in_(wanted))
    statement = select(Credential).where(
        Credential.state == CredentialState.VERIFIED,
        or_(Credential.worker_id.in_(wanted), Credential.provider_id.in_(providers)),
    )
    found: Sequence[Credential] = (await session.execute(statement.order_by(Credential.id))).scalars().all()
    return _by_worker((row.worker_id or row.provider_id, _paper(row)) for row in found)


def _paper(row: Credential) -> Paper:
    return Paper(
        code=row.qualification_code,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        from_provider=row.provider_id is not None,
    )


def _by_worker(pairs: Iterable[tuple[Any, Any]]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for key, row in pairs:
        grouped[key].append(row)
    return grouped
