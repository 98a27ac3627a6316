"""What both sides say afterwards."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, convert

from api.auth.identity import signed_in
from api.rest.values import Body, IdempotencyKey, command_id
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.jobs.queries import job_view
from market.reviews.commands import WriteReview
from market.reviews.queries import ReviewView, reviews_of
from market.reviews.service import write_review


class Judge(Body, frozen=True, kw_only=True):
    """One side's word: stars from 1 to 5; `solved: false` from the resident reopens the need."""

    job_id: UUID
    stars: Annotated[int, Meta(ge=1, le=5)]
    id: UUID | None = None
    solved: bool | None = None
    comment: Annotated[str, Meta(max_length=1000)] = ""


@post("/reviews", operation_id="writeReview", opt={"answer": "Kept; shown when both sides have spoken"})
async def judge(
    data: JSONBody[Judge],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    key: IdempotencyKey = None,
) -> ReviewView:
    """Say how it was, once a side, within seven days. Shown when both have spoken or the seven days are over."""
    review = await write_review(
        write,
        clock,
        actor,
        WriteReview(
            id=command_id(data.id, actor.person_id, f"review:{data.job_id}", key),
            job_id=data.job_id,
            stars=data.stars,
            solved=data.solved,
            comment=data.comment,
        ),
    )
    await write.flush()
    return convert(review, ReviewView, from_attributes=True)


@get("/jobs/{job_id:uuid}/reviews", operation_id="reviewsOfJob")
async def of_job(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor], job_id: FromPath[UUID]
) -> list[ReviewView]:
    """List the reviews of a job that may be shown, for its people and staff."""
    await job_view(read, job_id, actor)
    return await reviews_of(read, [job_id])


GUARDS = [signed_in]
ROUTES = [judge, of_job]
