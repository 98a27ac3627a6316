"""Agreed work, from setting out to done."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from api import doors
from api.auth.identity import signed_in
from api.rest.values import Body, Reason
from api.runtime import Runtime
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock, local_day
from market.actor import Actor
from market.jobs import service
from market.jobs.queries import JobView, job_view, today


class CheckIn(Body, frozen=True, kw_only=True):
    """The code that the resident tells at the door; staff may do without."""

    door_code: Annotated[str, Meta(max_length=8)] | None = None


class SayWhy(Body, frozen=True, kw_only=True):
    """A reason."""

    reason: Reason


class NoShow(Body, frozen=True, kw_only=True):
    """Who was not there."""

    side: Literal["helper", "resident"]


@get("/jobs", operation_id="myJobs")
async def my_jobs(
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    day: FromQuery[date | None] = None,
) -> list[JobView]:
    """List the caller's jobs of a day in the order of their start; today if no day is given."""
    return await today(read, actor.worker_ids, day or local_day(clock.now()))


@get("/jobs/{job_id:uuid}", operation_id="getJob")
async def get_job(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor], job_id: FromPath[UUID]
) -> JobView:
    """Return a job as its helpers see it."""
    return await job_view(read, job_id, actor)


@post("/jobs/{job_id:uuid}/set-out", operation_id="setOut", status_code=200)
async def set_out(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """Say that one is on the way."""
    await service.set_out(write, clock, actor, job_id)
    return await _view(write, job_id, actor)


@post("/jobs/{job_id:uuid}/check-in", operation_id="checkIn", status_code=200, opt={"problems": (429,)})
async def check_in(
    data: JSONBody[CheckIn],
    runtime: NamedDependency[Runtime],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """Begin, with the code that the resident tells at the door. Twice is once; five wrong codes are too many."""
    await doors.check_in(runtime.counters, write, clock, actor, job_id, data.door_code)
    return await _view(write, job_id, actor)


@post("/jobs/{job_id:uuid}/check-out", operation_id="checkOut", status_code=200)
async def check_out(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """Finish; the resident is asked to confirm. Twice is once."""
    await service.check_out(write, clock, actor, job_id)
    return await _view(write, job_id, actor)


@post("/jobs/{job_id:uuid}/problem", operation_id="reportProblem", status_code=200)
async def report_problem(
    data: JSONBody[SayWhy],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """Report that something is wrong (nobody home, unsafe, wrong service); an officer decides."""
    await service.report_problem(write, clock, actor, job_id, data.reason)
    return await _view(write, job_id, actor)


@post("/jobs/{job_id:uuid}/cancel", operation_id="cancelJob", status_code=200)
async def cancel(
    data: JSONBody[SayWhy],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """Cancel: by a helper or staff, somebody else is looked for; by the resident, the need is withdrawn."""
    await service.cancel_job(write, clock, actor, job_id, data.reason)
    return await _view(write, job_id, actor)


@post("/jobs/{job_id:uuid}/no-show", operation_id="noteNoShow", status_code=200)
async def no_show(
    data: JSONBody[NoShow],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    job_id: FromPath[UUID],
) -> JobView:
    """For staff: the helper did not come (somebody else is looked for), or nobody was home (the need closes)."""
    await service.note_no_show(write, clock, actor, job_id, data.side)
    return await _view(write, job_id, actor)


async def _view(write: WriteSession, job_id: UUID, actor: Actor) -> JobView:
    await write.flush()
    return await job_view(write, job_id, actor)


GUARDS = [signed_in]
ROUTES = [my_jobs, get_job, set_out, check_in, check_out, report_problem, cancel, no_show]
