"""Checking in at a door: few tries, since a code of four digits is soon guessed."""

from uuid import UUID

from api.stores import Counters
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import TooMany
from catalog.kernel.time import Clock
from market.actor import Actor
from market.jobs import service
from market.jobs.models import Job

TRIES = 5
TRIES_SECONDS = 900


async def check_in(
    counters: Counters, session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, door_code: str | None
) -> Job:
    """Check in with the resident's code; tries are counted apart from the transaction, which a wrong code undoes.

    Raises:
        TooMany: five codes of this person were wrong; the right one is refused too, for a quarter of an hour.
        Invalid: the code is missing or wrong.
    """
    key = f"door:{job_id}:{actor.person_id}"
    if door_code and await counters.hit(key, TRIES_SECONDS) > TRIES:
        raise TooMany(
            "Too many wrong door codes; wait a quarter of an hour, or call the community", field="door_code"
        )
    job = await service.check_in(session, clock, actor, job_id, door_code)
    await counters.forget(key)
    return job
