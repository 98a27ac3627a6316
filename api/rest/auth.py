"""Signing in for programs: a code to the phone or a password becomes a bearer token."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from api.auth.codes import LIFETIME as CODE_SECONDS
from api.auth.codes import address_of
from api.auth.identity import User, signed_in
from api.auth.people import by_password, the_person
from api.auth.tokens import LIFETIME as TOKEN_SECONDS
from api.auth.tokens import bearer, issue_token, revoke_token
from api.deps import AnyRequest
from api.rest.values import Body
from api.runtime import Runtime
from catalog.kernel.db import ReadSession

Phone = Annotated[str, Meta(min_length=3, max_length=32)]


class AskCode(Body, frozen=True, kw_only=True):
    """Where to send a code."""

    phone: Phone


class CodeSent(msgspec.Struct, frozen=True, kw_only=True):
    """A code is on its way; `code` itself is shown in demo mode only."""

    expires_in: int
    code: str | None


class UseCode(Body, frozen=True, kw_only=True):
    """Phone and code; `person_id` where several people share the phone."""

    phone: Phone
    code: Annotated[str, Meta(min_length=1, max_length=12)]
    person_id: UUID | None = None


class UsePassword(Body, frozen=True, kw_only=True):
    """Phone and password of staff."""

    phone: Phone
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token; send it as `Authorization: Bearer <token>`. `expires_in` in seconds."""

    token: str
    expires_in: int
    person_id: UUID
    name: str


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A role over a place and all below it; `path` is the place's code path."""

    role: str
    territory_id: UUID
    path: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and for whom they may act."""

    person_id: UUID
    name: str
    phone: str | None
    community_id: UUID | None
    roles: tuple[str, ...]
    grants: tuple[Granted, ...]
    worker_ids: tuple[UUID, ...]
    provider_ids: tuple[UUID, ...]


@post(
    "/auth/code",
    operation_id="askForCode",
    status_code=202,
    opt={"problems": (429,), "example": {"phone": "13800000001"}, "answer": "A code is on its way"},
)
async def ask_for_code(
    request: AnyRequest, data: JSONBody[AskCode], runtime: NamedDependency[Runtime]
) -> CodeSent:
    """Send a one-time code to a phone.

    The answer is the same whether or not anybody is known under the number. At most three codes in ten minutes; a code
    holds for ten minutes. In demo mode the answer carries the code.

    Example: `{"phone": "13800000001"}`
    """
    code = await runtime.codes.send(data.phone, address_of(request))
    return CodeSent(expires_in=CODE_SECONDS, code=code)


@post(
    "/auth/token",
    operation_id="signInWithCode",
    status_code=200,
    opt={
        "problems": (409, 429),
        "example": {"phone": "13800000001", "code": "123456"},
        "answer": "Signed in",
    },
)
async def sign_in_with_code(
    data: JSONBody[UseCode], runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Token:
    """Turn a code into a bearer token.

    One phone may serve several people. If so and `person_id` is missing, the answer is 409 with code `choose_person` and
    the `choices` (id and name); send the same code again with the `person_id` of one of them. A code has five tries.

    Example: `{"phone": "13800000001", "code": "123456"}`
    """
    await runtime.codes.check(data.phone, data.code)
    person = await the_person(read, data.phone, data.person_id)
    await runtime.codes.use(data.phone)
    return await _token(runtime, person.id, person.name)


@post(
    "/auth/password",
    operation_id="signInWithPassword",
    status_code=200,
    opt={
        "problems": (429,),
        "example": {"phone": "13800000002", "password": "a long sentence"},
        "answer": "Signed in",
    },
)
async def sign_in_with_password(
    data: JSONBody[UsePassword], runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Token:
    """Turn phone and password of a member of staff into a bearer token. Ten tries in ten minutes.

    Example: `{"phone": "13800000002", "password": "a long sentence"}`
    """
    person = await by_password(read, runtime.counters, data.phone, data.password)
    return await _token(runtime, person.id, person.name)


async def _token(runtime: Runtime, person_id: UUID, name: str) -> Token:
    token = await issue_token(runtime.tokens, person_id)
    return Token(token=token, expires_in=TOKEN_SECONDS, person_id=person_id, name=name)


@delete(
    "/auth/token",
    operation_id="signOut",
    guards=[signed_in],
    opt={"answer": "The token is worth nothing now"},
)
async def sign_out(request: AnyRequest, runtime: NamedDependency[Runtime]) -> None:
    """End the token that this request carries."""
    await revoke_token(runtime.tokens, bearer(request.headers.get("authorization", "")) or "")


@get("/me", operation_id="me", guards=[signed_in])
async def me(request: AnyRequest) -> Me:
    """Say who is signed in, with roles, their places, and the workers and providers acted for."""
    user: User = request.scope["user"]
    return Me(
        person_id=user.person_id,
        name=user.name,
        phone=user.phone,
        community_id=user.community_id,
        roles=user.roles,
        grants=tuple(
            Granted(role=grant.role, territory_id=grant.territory_id, path=grant.path)
            for grant in user.actor.grants
        ),
        worker_ids=user.actor.worker_ids,
        provider_ids=user.actor.provider_ids,
    )


ROUTES = [ask_for_code, sign_in_with_code, sign_in_with_password, sign_out, me]
