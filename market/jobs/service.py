"""Writing jobs. Every function works within the caller's transaction and never commits."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.jobs.models import Job
from market.needs.models import Need
from market.offers.models import Offer


async def create_job(session: WriteSession, clock: Clock, need: Need, offers: Sequence[Offer]) -> Job:
    """All seats are accepted: agree the work, arrange the need, tell everybody."""
    raise NotImplementedError


async def set_out(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID) -> Job:
    """Confirmed -> on the way."""
    raise NotImplementedError


async def check_in(
    session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, door_code: str | None = None
) -> Job:
    """At the door: helpers give the resident's code, staff may do without. Twice is once."""
    raise NotImplementedError


async def check_out(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID) -> Job:
    """Work is finished; the resident is asked to confirm. Twice is once."""
    raise NotImplementedError


async def report_problem(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, reason: str) -> Job:
    """Something is wrong; a person decides."""
    raise NotImplementedError


async def cancel_job(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, reason: str) -> Job:
    """By a helper or staff: need back to looking; by the resident: need withdrawn."""
    raise NotImplementedError


async def note_no_show(
    session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, side: Literal["helper", "resident"]
) -> Job:
    """Staff: the helper did not come (need back to looking) or nobody was home (closed, person absent)."""
    raise NotImplementedError
