"""What residents ask for."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, structs

from api.auth.identity import signed_in
from api.rest.values import Body, IdempotencyKey, Reason, command_id
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock
from catalog.services.models import Lane
from market.actor import Actor
from market.needs import service
from market.needs.commands import MAX_WINDOWS, Consent, Latitude, Longitude, OpenNeed, Window, Wishes
from market.needs.models import Channel, Urgency
from market.needs.queries import needs_of, status_of
from market.needs.views import NeedCard, NeedStatus

EXAMPLE = {
    "service_code": "plumbing",
    "windows": [{"starts_at": "2026-11-24T09:00:00+08:00", "ends_at": "2026-11-24T12:00:00+08:00"}],
    "description": "厨房水龙头一直滴水",
}


class AskNeed(Body, frozen=True, kw_only=True):
    """A need. Without `id` it gets one (see Idempotency-Key); without people it is the caller's own.

    `consent` says how the beneficiary agreed, where somebody else asks. `household_id`, `lat` and `lon` default to the
    beneficiary's home, `urgency` to the service's. A window is a span in which the whole service must fit.
    """

    service_code: Annotated[str, Meta(min_length=1, max_length=64)]
    windows: Annotated[tuple[Window, ...], Meta(min_length=1, max_length=MAX_WINDOWS)]
    id: UUID | None = None
    lane: Lane = Lane.SERVICE
    channel: Channel = Channel.PAGE
    requester_id: UUID | None = None
    beneficiary_id: UUID | None = None
    relation: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    consent: Consent | None = None
    urgency: Urgency | None = None
    description: Annotated[str, Meta(max_length=2000)] = ""
    wishes: Wishes = Wishes()
    access_notes: Annotated[str, Meta(max_length=400)] | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    household_id: UUID | None = None
    private: bool = False


class Withdraw(Body, frozen=True, kw_only=True):
    """Why it is no longer needed, if one likes to say."""

    reason: Annotated[str, Meta(max_length=400)] | None = None


class AnswerQuestion(Body, frozen=True, kw_only=True):
    """The answer to what was asked; `windows` replace the old ones."""

    answer: Reason
    windows: Annotated[tuple[Window, ...], Meta(max_length=MAX_WINDOWS)] = ()


class Reopen(Body, frozen=True, kw_only=True):
    """What is not solved; `windows` replace the old ones."""

    reason: Annotated[str, Meta(max_length=400)] | None = None
    windows: Annotated[tuple[Window, ...], Meta(max_length=MAX_WINDOWS)] = ()


@post("/needs", operation_id="askForHelp", opt={"example": EXAMPLE, "answer": "Received"})
async def ask_for_help(
    data: JSONBody[AskNeed],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    key: IdempotencyKey = None,
) -> NeedStatus:
    """Ask for a service, for oneself or with consent for somebody else.

    The same request again (same `id`, or same Idempotency-Key) answers with the same need; another content under the
    same id is refused with 409.

    Example: `{"service_code": "plumbing", "windows": [{"starts_at": "2026-11-24T09:00:00+08:00",
    "ends_at": "2026-11-24T12:00:00+08:00"}]}`
    """
    need = await service.open_need(write, clock, actor, _command(data, actor, key))
    await write.flush()
    return await status_of(write, need.id, actor)


def _command(data: AskNeed, actor: Actor, key: str | None) -> OpenNeed:
    given = structs.asdict(data) | {
        "id": command_id(data.id, actor.person_id, "need", key),
        "requester_id": data.requester_id or actor.person_id,
        "beneficiary_id": data.beneficiary_id or data.requester_id or actor.person_id,
    }
    return OpenNeed(**given)


@get("/needs", operation_id="myNeeds")
async def my_needs(read: NamedDependency[ReadSession], actor: NamedDependency[Actor]) -> list[NeedCard]:
    """List what the caller asked for, or what was asked for the caller, newest first."""
    return await needs_of(read, actor.person_id) if actor.person_id else []


@get("/needs/{need_id:uuid}", operation_id="getNeed")
async def get_need(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor], need_id: FromPath[UUID]
) -> NeedStatus:
    """Return everything about a need: the step it is at, who is responsible, what was said, why it still waits."""
    return await status_of(read, need_id, actor)


@post("/needs/{need_id:uuid}/withdraw", operation_id="withdrawNeed", status_code=200)
async def withdraw(
    data: JSONBody[Withdraw],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Say that it is no longer needed; whoever was to come is told."""
    await service.withdraw_need(write, clock, actor, need_id, data.reason)
    return await _status(write, need_id, actor)


@post("/needs/{need_id:uuid}/answer", operation_id="answerQuestion", status_code=200)
async def answer(
    data: JSONBody[AnswerQuestion],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Answer what the community asked; the search goes on."""
    await service.answer_question(write, clock, actor, need_id, data.answer, data.windows)
    return await _status(write, need_id, actor)


@post("/needs/{need_id:uuid}/confirm", operation_id="confirmDone", status_code=200)
async def confirm(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Confirm that the work is done; the need closes as served."""
    await service.confirm_done(write, clock, actor, need_id)
    return await _status(write, need_id, actor)


@post("/needs/{need_id:uuid}/reopen", operation_id="reopenNeed", status_code=200)
async def reopen(
    data: JSONBody[Reopen],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Say that it is not solved, within seven days; the search begins again."""
    await service.reopen_need(write, clock, actor, need_id, data.reason, data.windows)
    return await _status(write, need_id, actor)


async def _status(write: WriteSession, need_id: UUID, actor: Actor) -> NeedStatus:
    await write.flush()
    return await status_of(write, need_id, actor)


GUARDS = [signed_in]
ROUTES = [ask_for_help, my_needs, get_need, withdraw, answer, confirm, reopen]
