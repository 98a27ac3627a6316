"""Writing reviews. Every function works within the caller's transaction and never commits."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Forbidden
from catalog.kernel.time import Clock
from market.actor import Actor
from market.events import record, set_timer
from market.jobs.access import is_helper, load_with_need
from market.jobs.models import Job
from market.jobs.steps import load_job
from market.needs.access import is_theirs
from market.needs.closing import reopen_need
from market.needs.deadlines import REOPEN
from market.needs.models import Need
from market.reviews.commands import WriteReview
from market.reviews.models import Review, Side
from market.states import NeedState

WINDOW = REOPEN
NOT_SOLVED = frozenset({NeedState.CLOSED, NeedState.TO_CONFIRM})


async def write_review(session: WriteSession, clock: Clock, actor: Actor, command: WriteReview) -> Review:
    """One word a side, within 7 days of the work; shown when both have spoken or the 7 days are over.

    The resident's "not solved" reopens the need. The same command twice answers with the first row.

    Raises:
        Conflict: the work is not done yet, the 7 days are over, or this side has spoken.
    """
    job = await load_job(session, command.job_id)
    need = await load_with_need(session, job)
    side = await _side_of(session, actor, job, need)
    command = _tidy(command, side)
    if (known := await _repeated(session, command, side)) is not None:
        return known
    last = _last_moment(clock, job)
    review = Review(
        id=command.id,
        job_id=job.id,
        side=side,
        author_id=actor.person_id,
        stars=command.stars,
        solved=command.solved,
        comment=command.comment,
        created_at=clock.now(),
    )
    session.add(review)
    await session.flush()
    record(session, clock, "review.written", review.id, actor_id=actor.person_id, job_id=str(job.id))
    await _show_if_both(session, clock, job, last)
    if command.solved is False and need.state in NOT_SOLVED:
        await reopen_need(session, clock, actor, need.id, "not solved")
    return review


async def reveal_reviews(session: WriteSession, job_id: UUID, clock: Clock) -> None:
    """Timer: the 7 days are over; what was said is shown."""
    await session.execute(
        update(Review)
        .where(Review.job_id == job_id, Review.visible_at.is_(None))
        .values(visible_at=clock.now())
    )


async def _side_of(session: WriteSession, actor: Actor, job: Job, need: Need) -> Side:
    if is_theirs(need, actor):
        return Side.RESIDENT
    if await is_helper(session, actor, job.id):
        return Side.PROVIDER
    raise Forbidden("Reviews are for the two sides of a job")


def _tidy(command: WriteReview, side: Side) -> WriteReview:
    # Whether it is solved is the resident's to say.
    solved = command.solved if side == Side.RESIDENT else None
    return msgspec.structs.replace(command, comment=command.comment.strip(), solved=solved)


async def _repeated(session: WriteSession, command: WriteReview, side: Side) -> Review | None:
    said = await session.scalar(
        select(Review).where(
            (Review.id == command.id) | (Review.job_id == command.job_id) & (Review.side == side)
        )
    )
    if said is None:
        return None
    same = (said.id, said.job_id, said.stars, said.solved, said.comment) == (
        command.id,
        command.job_id,
        command.stars,
        command.solved,
        command.comment,
    )
    if not same:
        raise Conflict("You have reviewed this already")
    return said


def _last_moment(clock: Clock, job: Job) -> datetime:
    finished = job.checked_out_at or job.confirmed_at or (job.closed_at if job.checked_in_at else None)
    if finished is None:
        raise Conflict("The work is not done yet")
    if finished + WINDOW < clock.now():
        raise Conflict("The {days} days for reviews are over", days=WINDOW.days)
    return finished + WINDOW


async def _show_if_both(session: WriteSession, clock: Clock, job: Job, last: datetime) -> None:
    sides = await session.scalar(select(func.count(Review.id)).where(Review.job_id == job.id))
    if sides == len(Side):
        await reveal_reviews(session, job.id, clock)
    else:
        set_timer(session, "review.reveal", job.id, last)
