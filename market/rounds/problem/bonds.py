"""What binds people beyond skill and time: who has been there before, and whose home nobody new enters alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.time import local_day
from catalog.people.models import Person
from catalog.providers.models import Worker
from catalog.services.models import Service, Shape
from market.jobs.models import Job, JobWorker
from market.needs.models import Need
from market.reviews.models import Review, Side
from matching.problem import Safeguard

ADULT = 18
LIVES_ALONE = "lives_alone"
AT_HOME_WITH = (LIVES_ALONE, "home_alone_risk")
"""Safeguards of services at whose visits somebody who lives alone is alone with whoever comes."""

FEWEST_STARS = 3
"""Whom a resident gave less is nobody to send again unasked."""


class Bonds(NamedTuple):
    """`visited`: by beneficiary, the people who have been there; `guarded`: needs to which nobody new comes alone."""

    visited: Mapping[UUID, frozenset[UUID]]
    guarded: frozenset[UUID]


async def load_bonds(
    session: AsyncSession, needs: Sequence[Need], services: Mapping[str, Service], now: datetime
) -> Bonds:
    """Read what binds the people of some needs; two statements."""
    return Bonds(await _visited(session, needs), await _guarded(session, needs, services, now))


async def _visited(session: AsyncSession, needs: Sequence[Need]) -> dict[UUID, frozenset[UUID]]:
    """Return who has finished work for each beneficiary, without those who left them dissatisfied."""
    statement = (
        select(Need.beneficiary_id, Worker.person_id)
        .join(Job, Job.need_id == Need.id)
        .join(JobWorker, JobWorker.job_id == Job.id)
        .join(Worker, Worker.id == JobWorker.worker_id)
        .where(
            Need.beneficiary_id.in_(sorted({need.beneficiary_id for need in needs})),
            Job.checked_out_at.is_not(None),
            ~_dissatisfied(),
        )
        .distinct()
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for beneficiary_id, person_id in await session.execute(statement):
        found[beneficiary_id].add(person_id)
    return {beneficiary_id: frozenset(people) for beneficiary_id, people in found.items()}


def _dissatisfied() -> Any:
    bad = or_(Review.solved.is_(False), Review.stars < FEWEST_STARS)
    return exists().where(Review.job_id == Job.id, Review.side == Side.RESIDENT, bad)


async def _guarded(
    session: AsyncSession, needs: Sequence[Need], services: Mapping[str, Service], now: datetime
) -> frozenset[UUID]:
    people = sorted({need.beneficiary_id for need in needs})
    statement = select(Person.id, Person.tags, Person.birth_year).where(Person.id.in_(people))
    known = {row.id: row for row in await session.execute(statement)}
    year = local_day(now).year
    return frozenset(
        need.id
        for need in needs
        if _is_guarded(
            services[need.service_code],
            alone=LIVES_ALONE in known[need.beneficiary_id].tags,
            minor=_is_minor(known[need.beneficiary_id].birth_year, year),
        )
    )


def _is_guarded(service: Service, *, alone: bool, minor: bool) -> bool:
    """At a visit for a child; or at one that the service says is a risk, to somebody who lives alone."""
    if service.shape == Shape.REMOTE:
        return False
    at_risk = any(safeguard in AT_HOME_WITH for safeguard in service.safeguarding)
    return minor or "minor" in service.safeguarding or (alone and at_risk)


def _is_minor(birth_year: int | None, year: int) -> bool:
    return birth_year is not None and year - birth_year < ADULT


def safeguards(need: Need, service: Service, bonds: Bonds) -> tuple[Safeguard, ...]:
    """Return what must hold of those who come."""
    two: tuple[Safeguard, ...] = ("two_adults",) if "two_adults" in service.safeguarding else ()
    return (*two, "experienced") if need.id in bonds.guarded else two


def is_new() -> Any:
    """Say in a statement over workers whether somebody is new: called so, and without a finished visit."""
    finished = exists().where(
        JobWorker.worker_id == Worker.id, Job.id == JobWorker.job_id, Job.checked_out_at.is_not(None)
    )
    return and_(Worker.newcomer, ~finished)
