"""From a request to a person: session cookie for pages, bearer token for the API; roles and scope are read afresh."""

from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import Guard
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.tokens import bearer, person_of_token
from api.runtime import runtime_of
from catalog.kernel.errors import Forbidden, NotSignedIn
from catalog.people.models import Household, Person, Role, RoleGrant
from catalog.providers.models import ANSWER_AS_ONE, Provider, Worker
from catalog.territory.models import Territory
from market.actor import Actor, Grant

API = "/api/"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, as pages need it."""

    person_id: UUID
    name: str
    phone: str | None
    community_id: UUID | None
    roles: tuple[str, ...]
    actor: Actor


async def load_user(session: AsyncSession, person_id: UUID) -> User | None:
    """Read a person with roles, workers and providers: three statements."""
    found = (
        await session.execute(
            select(Person, Household.community_id)
            .outerjoin(Household, Household.id == Person.household_id)
            .where(Person.id == person_id)
        )
    ).one_or_none()
    if found is None:
        return None
    person, community_id = found
    grants = await _grants(session, person_id)
    worker_ids, provider_ids = await _helping(session, person_id)
    actor = Actor(
        person_id=person_id, name=person.name, grants=grants, worker_ids=worker_ids, provider_ids=provider_ids
    )
    return User(
        person_id=person_id,
        name=person.name,
        phone=person.phone,
        community_id=community_id,
        roles=_roles(actor, lives_here=person.household_id is not None),
        actor=actor,
    )


def _roles(actor: Actor, *, lives_here: bool) -> tuple[str, ...]:
    roles = [str(role) for role in Role if actor.has(role)]
    if actor.worker_ids or actor.provider_ids:
        roles.append("provider")
    if lives_here or not roles:
        roles.append("resident")
    return tuple(roles)


async def _grants(session: AsyncSession, person_id: UUID) -> tuple[Grant, ...]:
    rows = await session.execute(
        select(RoleGrant.role, RoleGrant.territory_id, Territory.path)
        .join(Territory, Territory.id == RoleGrant.territory_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(Territory.path, RoleGrant.role)
    )
    return tuple(Grant(role=role, territory_id=territory_id, path=path) for role, territory_id, path in rows)


async def _helping(session: AsyncSession, person_id: UUID) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    rows = (
        await session.execute(
            select(Worker.id, Provider.id, Provider.contact_id, Provider.kind)
            .select_from(Provider)
            .outerjoin(
                Worker, (Worker.provider_id == Provider.id) & (Worker.person_id == person_id) & Worker.active
            )
            .where(or_(Worker.id.is_not(None), Provider.contact_id == person_id))
            .order_by(Provider.id, Worker.id)
        )
    ).all()
    found: list[UUID | None] = [
        row[0] for row in rows
    ]  # the outer join leaves blanks where only the contact is known
    workers = tuple(worker for worker in found if worker is not None)
    for_all = (row[1] for row in rows if row[2] == person_id or row[3] in ANSWER_AS_ONE)
    return workers, tuple(dict.fromkeys(for_all))


class Identify(AbstractAuthenticationMiddleware):
    """Sets `request.user` to a `User` or None; refusing is the guards' work."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:  # type: ignore[type-arg]
        """Look up the session's or the token's person."""
        person_id = await _person_of(connection)
        if person_id is None:
            return AuthenticationResult(user=None, auth=None)
        async with runtime_of(connection).database.read() as session:
            return AuthenticationResult(user=await load_user(session, person_id), auth=person_id)


async def _person_of(connection: ASGIConnection) -> UUID | None:  # type: ignore[type-arg]
    if not connection.url.path.startswith(API):
        held = connection.session.get("person_id") if connection.scope.get("session") else None
        return UUID(held) if held else None
    token = bearer(connection.headers.get("authorization", ""))
    return await person_of_token(runtime_of(connection).tokens, token) if token else None


async def signed_in(connection: ASGIConnection, _handler: object) -> None:  # type: ignore[type-arg]
    """Guard: somebody is signed in. A guard that is not async would run in a thread."""
    if connection.scope.get("user") is None:
        raise NotSignedIn("Please sign in first")


def role_guard(*roles: str) -> Guard:
    """Return a guard: one of the roles is held somewhere (services check where)."""

    async def guard(connection: ASGIConnection, handler: object) -> None:  # type: ignore[type-arg]
        await signed_in(connection, handler)
        user: User = connection.scope["user"]
        if not set(user.roles) & set(roles):
            raise Forbidden("This page is for {roles}", roles=", ".join(roles))

    return guard


officers = role_guard(Role.OFFICER, Role.ADMIN)
