"""What an officer may do with a need: each act is one form of its page, one command, one service."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from api.i18n import N_
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock, local_day
from catalog.services.models import Lane
from market.actor import Actor
from market.jobs import service as jobs
from market.jobs.cancelling import CANCELLABLE
from market.needs import service
from market.needs.access import load_need
from market.needs.closing import BEFORE_THE_DOOR
from market.needs.queries import status_of
from market.needs.views import NeedStatus
from market.rounds.commands import StartRound
from market.rounds.models import Trigger
from market.rounds.service import start_round
from market.states import JobState, NeedState, Outcome

N = NeedState
SECONDS = 5
MOST_DAYS = 7


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask the resident."""

    question: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the resident said on the telephone."""

    answer: str


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """Which lane, and why."""

    lane: Lane
    why: str


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended; `same_as` is the code of the other request."""

    outcome: Outcome
    reason: str = ""
    same_as: str = ""


class Withdraw(msgspec.Struct, frozen=True, kw_only=True):
    """Why the resident no longer wants it."""

    withdrawn_because: str = ""


class Reopen(msgspec.Struct, frozen=True, kw_only=True):
    """What is not solved."""

    unsolved: str


class LookElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Why this helper will not come."""

    cancelled_because: str


class NoShow(msgspec.Struct, frozen=True, kw_only=True):
    """Who was not there."""

    side: Literal["helper", "resident"]


class MatchNow(msgspec.Struct, frozen=True, kw_only=True):
    """A round for this need alone; the form names it, so that a double click starts one."""

    round_id: UUID


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """A form without fields."""


class Doing(NamedTuple):
    """Within what an act is done."""

    session: WriteSession
    clock: Clock
    actor: Actor
    need_id: UUID


Run = Callable[[Doing, Any], Awaitable[str | None]]


class Act(NamedTuple):
    """One act: its form, what it calls, what the officer then reads, and how the service's fields are named here."""

    form: type[msgspec.Struct]
    run: Run
    said: str
    fields: Mapping[str, str]


async def ask(now: Doing, form: Ask) -> None:
    """Ask the resident."""
    await service.ask_resident(*now, form.question)


async def answer(now: Doing, form: Answer) -> None:
    """Write down what the resident said."""
    await service.answer_question(*now, form.answer)


async def hand_over(now: Doing, form: HandOver) -> None:
    """Move it to another lane."""
    await service.hand_over(*now, form.lane, form.why)


async def close(now: Doing, form: Close) -> None:
    """Close with an outcome."""
    other = None
    if form.outcome is Outcome.DUPLICATE and form.same_as.strip():
        other = (await status_of(now.session, form.same_as.strip(), now.actor)).id
    await service.close_need(*now, form.outcome, form.reason, duplicate_of_id=other)


async def withdraw(now: Doing, form: Withdraw) -> None:
    """Withdraw for the resident."""
    await service.withdraw_need(*now, form.withdrawn_because or None)


async def confirm(now: Doing, _form: Nothing) -> None:
    """Confirm for the resident that it is done."""
    await service.confirm_done(*now)


async def reopen(now: Doing, form: Reopen) -> None:
    """Open it again."""
    await service.reopen_need(*now, form.unsolved)


async def look_elsewhere(now: Doing, form: LookElsewhere) -> None:
    """Let the helper go and look for another."""
    await jobs.cancel_job(now.session, now.clock, now.actor, await _job(now), form.cancelled_because)


async def no_show(now: Doing, form: NoShow) -> None:
    """Note that somebody was not there."""
    await jobs.note_no_show(now.session, now.clock, now.actor, await _job(now), form.side)


async def match_now(now: Doing, form: MatchNow) -> str:
    """Start a round for this need alone; return where to watch it."""
    need = await load_need(now.session, now.need_id)
    first_day, days = days_of(await status_of(now.session, now.need_id, now.actor), now.clock)
    command = StartRound(
        id=form.round_id,
        territory_id=need.community_id,
        first_day=first_day,
        days=days,
        seconds=SECONDS,
        auto_publish=True,
        only_need_id=need.id,
    )
    await start_round(now.session, now.clock, now.actor, command, trigger=Trigger.URGENT)
    return f"/office/rounds/{form.round_id}"


def days_of(status: NeedStatus, clock: Clock) -> tuple[date, int]:
    """Return the days on which a need may still be served: a week at most, today alone if there are none."""
    today = local_day(clock.now())
    first = max(today, min((local_day(window.starts_at) for window in status.windows), default=today))
    last = max((local_day(window.ends_at) for window in status.windows), default=first)
    return first, min(MOST_DAYS, max(1, (last - first).days + 1))


async def _job(now: Doing) -> UUID:
    status = await status_of(now.session, now.need_id, now.actor)
    if status.job_id is None:
        raise Invalid("There is no visit to change any more")
    return status.job_id


ACTS: Mapping[str, Act] = {
    "ask": Act(Ask, ask, N_("The question has been sent. The request waits for the answer."), {}),
    "answer": Act(Answer, answer, N_("Written down. We look for a helper again."), {}),
    "match": Act(MatchNow, match_now, N_("Matching has begun for this request alone."), {}),
    "hand_over": Act(HandOver, hand_over, N_("Handed over; the resident has been told."), {"reason": "why"}),
    "close": Act(Close, close, N_("Closed; the resident has been told."), {"duplicate_of_id": "same_as"}),
    "withdraw": Act(
        Withdraw,
        withdraw,
        N_("Withdrawn; everybody concerned has been told."),
        {"reason": "withdrawn_because"},
    ),
    "confirm": Act(Nothing, confirm, N_("Closed as served. Thank you."), {}),
    "reopen": Act(
        Reopen,
        reopen,
        N_("Open again. We are looking for a helper."),
        {"reason": "unsolved", "windows": "unsolved"},
    ),
    "look_elsewhere": Act(
        LookElsewhere,
        look_elsewhere,
        N_("The helper has been told. We look for somebody else."),
        {"reason": "cancelled_because"},
    ),
    "no_show": Act(NoShow, no_show, N_("Noted."), {}),
}


def acts_for(state: NeedState, lane: Lane, job_state: JobState | None) -> list[str]:
    """Return the names of the acts that are possible now, the most likely first."""
    waits = lane is Lane.SERVICE and state in {N.LOOKING, N.OFFERED}
    possible = {
        "answer": state is N.WAITING_RESIDENT,
        "match": waits,
        "confirm": state is N.TO_CONFIRM,
        "ask": state in {N.RECEIVED, N.LOOKING},
        "look_elsewhere": job_state in CANCELLABLE,
        "no_show": job_state in {JobState.CONFIRMED, JobState.ON_THE_WAY},
        "hand_over": state in {N.RECEIVED, N.LOOKING, N.HANDED_OVER},
        "reopen": state in {N.CLOSED, N.TO_CONFIRM},
        "withdraw": state in BEFORE_THE_DOOR,
        "close": state is not N.CLOSED,
    }
    return [name for name, is_possible in possible.items() if is_possible]
