"""What only these pages ask: who answers the phone here, who may be asked for, who came before."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import User
from catalog.kernel.errors import Invalid
from catalog.people.models import Person
from catalog.people.phones import normal_phone
from catalog.people.queries import Address, addresses, people_of, person, read_for
from catalog.providers.models import Worker
from catalog.services.queries import services_by_code
from catalog.territory.queries import contacts_of, territory
from market.jobs.models import Job, JobWorker
from market.needs.models import Need
from market.reviews.models import Review, Side

HELPERS_SHOWN = 3


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A person or office that answers the telephone; `name` is a person's, the others a place's."""

    phone: str
    name: str = ""
    place_zh: str = ""
    place_en: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom the signed-in person may ask for without typing a number."""

    id: UUID
    name: str
    same_home: bool
    birth_year: int | None = None


class Helper(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has come before."""

    worker_id: UUID
    name: str


async def caller_of(session: AsyncSession, user: User | None) -> Caller | None:
    """Return who is nearest to call: the building's contact, else the community; None without a number of theirs."""
    if user is None or user.community_id is None:
        return None
    me = await person(session, user.person_id)
    home = (await addresses(session, [me.household_id])).get(me.household_id) if me.household_id else None
    if home is not None:
        for contact in await contacts_of(session, home.building.id):
            if contact.phone and contact.person_id != user.person_id:
                return Caller(
                    phone=contact.phone,
                    name=contact.name,
                    place_zh=contact.territory_zh,
                    place_en=contact.territory_en,
                )
    community = await territory(session, user.community_id)
    if not community.phone:
        return None
    return Caller(phone=community.phone, place_zh=community.name_zh, place_en=community.name_en)


async def known_to(session: AsyncSession, user: User) -> list[Known]:
    """Return the people of the same home, and those whose messages this person reads."""
    me = await person(session, user.person_id)
    home = await people_of(session, me.household_id) if me.household_id else []
    found = {one.id: _known(one, same_home=True) for one in home}
    for one in await read_for(session, user.person_id):
        found.setdefault(one.id, _known(one, same_home=False))
    found.pop(user.person_id, None)
    return list(found.values())


def _known(one: Person, *, same_home: bool) -> Known:
    return Known(id=one.id, name=one.name, same_home=same_home, birth_year=one.birth_year)


async def by_name_and_phone(session: AsyncSession, name: str, phone: str) -> Person:
    """Return somebody by both name and number, so that neither can be found out by trying the other.

    Raises:
        Invalid: the number is none, or nobody has both.
    """
    number = normal_phone(phone)
    statement = select(Person).where(Person.phone == number, Person.name == name.strip())
    found = (await session.execute(statement.order_by(Person.id))).scalars().first()
    if found is None:
        raise Invalid("We do not know this name with this number; call us and we add them", field="name")
    return found


async def home_of(session: AsyncSession, person_id: UUID) -> Address | None:
    """Return where somebody lives."""
    found = await person(session, person_id)
    if found.household_id is None:
        return None
    return (await addresses(session, [found.household_id]))[found.household_id]


async def helpers_of(session: AsyncSession, person_id: UUID) -> Sequence[Helper]:
    """Return who came to this person before, the latest first."""
    statement = (
        select(Worker.id, Person.name)
        .join_from(JobWorker, Job, Job.id == JobWorker.job_id)
        .join(Need, Need.id == Job.need_id)
        .join(Worker, Worker.id == JobWorker.worker_id)
        .join(Person, Person.id == Worker.person_id)
        .where(Need.beneficiary_id == person_id, Job.checked_out_at.is_not(None))
        .group_by(Worker.id, Person.name)
        .order_by(func.max(Job.start_at).desc(), Worker.id)
        .limit(HELPERS_SHOWN)
    )
    return [Helper(worker_id=id_, name=name) for id_, name in await session.execute(statement)]


async def has_reviewed(session: AsyncSession, job_id: UUID) -> bool:
    """Say whether the resident's side has given its word on a job."""
    statement = select(Review.id).where(Review.job_id == job_id, Review.side == Side.RESIDENT)
    return (await session.execute(statement)).first() is not None


async def service_names(session: AsyncSession, codes: set[str], language: str) -> dict[str, str]:
    """Return the names of services in a language, for messages."""
    found = await services_by_code(session, codes)
    return {code: row.name_zh if language == "zh" else row.name_en for code, row in found.items()}
