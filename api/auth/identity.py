"""From a request to a person: session cookie for pages, bearer token for the API; roles and scope are read afresh."""

from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import Guard
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.tokens import bearer, person_of_token
from api.runtime import runtime_of
from catalog.kernel.errors import Forbidden, NotSignedIn
from catalog.people.models import Household, Person, Role
from market.acting import actor_named
from market.actor import Actor

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
    actor = await actor_named(session, person_id, person.name)
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
