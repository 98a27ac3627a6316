"""Reading providers: the public card, lists for officers, who acts for whom, papers that run out."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.models import Person
from catalog.providers.models import (
    ANSWER_AS_ONE,
    Credential,
    CredentialState,
    Provider,
    ProviderState,
    Worker,
    WorkerSkill,
)
from catalog.services.models import Qualification, Skill
from catalog.territory.models import Territory
from catalog.territory.rows import get_row, rows_by


class SkillShown(msgspec.Struct, frozen=True, kw_only=True):
    """A skill with the highest level among a provider's people, and how many have it."""

    skill: Skill
    level: int
    people: int


class PaperShown(msgspec.Struct, frozen=True, kw_only=True):
    """A verified paper with its last day and how many hold it."""

    qualification: Qualification
    valid_until: date | None
    holders: int


class ProviderCard(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may see of a provider, 三亮: identity 亮身份, skill 亮特长, pledge 亮承诺."""

    provider: Provider
    territory: Territory
    contact_name: str | None
    people: int
    skills: tuple[SkillShown, ...]
    papers: tuple[PaperShown, ...]


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    """A verified paper that runs out, with whom to remind."""

    credential: Credential
    qualification: Qualification
    provider: Provider
    worker_id: UUID | None
    holder_name: str


class ActsFor(msgspec.Struct, frozen=True, kw_only=True):
    """The workers that a person is, and the providers that the person answers for."""

    worker_ids: tuple[UUID, ...]
    provider_ids: tuple[UUID, ...]


async def provider(session: AsyncSession, provider_id: UUID) -> Provider:
    """Return a provider; `NotFound` if there is none."""
    return await get_row(session, Provider, provider_id)


async def providers_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Provider]:
    """Return providers by id, for lists."""
    return await rows_by(session, Provider, ids)


async def workers_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Worker]:
    """Return workers by id, for lists."""
    return await rows_by(session, Worker, ids)


async def providers(
    session: AsyncSession, path: str = "", states: Collection[ProviderState] = ()
) -> Sequence[Provider]:
    """Return the providers below a path, in some states only if given."""
    below = Territory.path.startswith(path, autoescape=True)
    statement = select(Provider).join(Territory, Provider.territory_id == Territory.id).where(below)
    if states:
        statement = statement.where(Provider.state.in_(states))
    return (await session.execute(statement.order_by(Provider.name_zh, Provider.id))).scalars().all()


async def acts_for(session: AsyncSession, person_id: UUID) -> ActsFor:
    """Return for whom a person acts: as a worker, as the contact of a provider, as staff of a business; one statement."""
    mine = (Worker.provider_id == Provider.id) & (Worker.person_id == person_id) & Worker.active
    rows = (
        await session.execute(
            select(Worker.id, Provider.id, Provider.contact_id, Provider.kind, Provider.state)
            .select_from(Provider)
            .outerjoin(Worker, mine)
            .where(Worker.id.is_not(None) | (Provider.contact_id == person_id))
        )
    ).all()
    found: list[UUID | None] = [row[0] for row in rows]  # blank where the person is the contact only
    whole = {
        provider
        for _, provider, contact, kind, state in rows
        if state != ProviderState.LEFT and (contact == person_id or kind in ANSWER_AS_ONE)
    }
    return ActsFor(
        worker_ids=tuple(sorted(worker for worker in found if worker is not None)),
        provider_ids=tuple(sorted(whole)),
    )


async def workers_of(session: AsyncSession, provider_id: UUID) -> Sequence[tuple[Worker, Person]]:
    """Return the workers of a provider with their persons, by name."""
    statement = select(Worker, Person).join(Person, Worker.person_id == Person.id)
    found = await session.execute(statement.where(Worker.provider_id == provider_id).order_by(Person.name))
    return [(worker, person) for worker, person in found]


async def card(session: AsyncSession, provider_id: UUID, today: date) -> ProviderCard:
    """Return the public card of a provider; papers are those valid today."""
    shown = await provider(session, provider_id)
    place = await get_row(session, Territory, shown.territory_id)
    contact = await session.get(Person, shown.contact_id) if shown.contact_id else None
    crew = select(func.count()).where(Worker.provider_id == provider_id, Worker.active)
    return ProviderCard(
        provider=shown,
        territory=place,
        contact_name=contact.name if contact else None,
        people=(await session.execute(crew)).scalar_one(),
        skills=await _skills(session, provider_id),
        papers=await _papers(session, provider_id, today),
    )


async def expiring_credentials(
    session: AsyncSession, today: date, days: int = 30, path: str = ""
) -> Sequence[Expiring]:
    """Return verified papers below a path whose last day is today or within `days`, the soonest first."""
    statement = (
        select(Credential, Qualification, Provider, Person.name)
        .join(Qualification, Credential.qualification_code == Qualification.code)
        .outerjoin(Worker, Credential.worker_id == Worker.id)
        .outerjoin(Person, Worker.person_id == Person.id)
        .join(Provider, or_(Credential.provider_id == Provider.id, Worker.provider_id == Provider.id))
        .join(Territory, Provider.territory_id == Territory.id)
        .where(Credential.state == CredentialState.VERIFIED)
        .where(Credential.valid_until.between(today, today + timedelta(days=days)))
        .where(Territory.path.startswith(path, autoescape=True))
        .order_by(Credential.valid_until, Credential.id)
    )
    return [
        Expiring(
            credential=credential,
            qualification=paper,
            provider=owner,
            worker_id=credential.worker_id,
            holder_name=name or owner.name_zh,
        )
        for credential, paper, owner, name in await session.execute(statement)
    ]


async def _skills(session: AsyncSession, provider_id: UUID) -> tuple[SkillShown, ...]:
    statement = (
        select(Skill, func.max(WorkerSkill.level), func.count())
        .join(WorkerSkill, WorkerSkill.skill_code == Skill.code)
        .join(Worker, WorkerSkill.worker_id == Worker.id)
        .where(Worker.provider_id == provider_id, Worker.active)
        .group_by(Skill.code)
        .order_by(func.count().desc(), Skill.code)
    )
    found = await session.execute(statement)
    return tuple(SkillShown(skill=skill, level=level, people=people) for skill, level, people in found)


async def _papers(session: AsyncSession, provider_id: UUID, today: date) -> tuple[PaperShown, ...]:
    crew = select(Worker.id).where(Worker.provider_id == provider_id, Worker.active)
    statement = (
        select(Qualification, func.max(Credential.valid_until), func.count())
        .join(Credential, Credential.qualification_code == Qualification.code)
        .where(or_(Credential.provider_id == provider_id, Credential.worker_id.in_(crew)))
        .where(Credential.state == CredentialState.VERIFIED, Credential.valid_from <= today)
        .where(or_(Credential.valid_until.is_(None), Credential.valid_until >= today))
        .group_by(Qualification.code)
        .order_by(Qualification.code)
    )
    found = await session.execute(statement)
    return tuple(PaperShown(qualification=q, valid_until=until, holders=n) for q, until, n in found)
