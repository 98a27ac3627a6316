"""Fifty colleagues accept one offer in the same moment, through two server processes: one has it, the others hear who."""

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
from sqlalchemy import func, select

from api.auth.tokens import issue_token
from api.stores import redis_client, store_factory
from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.events import Event
from market.jobs.models import Job
from market.offers.models import Offer
from market.states import OfferState
from tests.support.app import API
from tests.support.story import Story
from tests.support.world import LAT, LON, World, id_of, small_world

ROOT = Path(__file__).resolve().parents[2]
SERVER = (
    "import os, socket, sys, uvicorn\n"
    "from api.app import create_app\n"
    "from api.settings import settings_from\n"
    "app = create_app(settings_from(os.environ))\n"
    "server = uvicorn.Server(uvicorn.Config(app, log_config=None))\n"
    "server.run([socket.socket(fileno=int(sys.argv[1]))])\n"
)
SECRET = "0" * 32
COLLEAGUES = 50
PATIENCE = 120


@asynccontextmanager
async def server(database_url: str, redis_url: str) -> AsyncIterator[str]:
    """A serving process of its own; its address, once it is ready."""
    served = {"LINLI_DATABASE_URL": database_url, "LINLI_REDIS_URL": redis_url, "LINLI_SECRET": SECRET}
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        number = str(listening.fileno())
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            SERVER,
            number,
            env={**os.environ, **served, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            pass_fds=[listening.fileno()],
        )
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            await _ready(address)
            yield address
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 60)


async def _ready(address: str) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(
            f"{address}/ready"
        )  # waits in the socket's backlog until the server listens
        assert answer.status_code == 200, answer.text


async def colleagues(database: Database, world: World, clock: FrozenClock) -> list[UUID]:
    """Fifty people of the repair firm."""
    ids = [id_of(f"colleague {number}") for number in range(COLLEAGUES)]
    async with database.write() as session:
        session.add_all(
            Person(id=i, name=f"Colleague {number}", contact={}, created_at=clock.now())
            for number, i in enumerate(ids)
        )
        await session.flush()
        session.add_all(
            Worker(
                id=id_of(f"worker {i}"),
                provider_id=world.partner_id,
                person_id=i,
                lat=LAT,
                lon=LON,
                reach_metres=1_000,
                declared_minutes_week=600,
            )
            for i in ids
        )
    return ids


async def the_offer(database: Database, clock: FrozenClock, world: World) -> UUID:
    story = Story(database, clock, world)
    (offer,) = await story.offered(await story.looking(), "Wu")
    return offer.id


async def tokens_of(people: list[UUID], redis_url: str) -> list[str]:
    async with redis_client(redis_url) as client:
        store = store_factory(client)("tokens")
        return [await issue_token(store, person) for person in people]


async def test_exactly_one_of_fifty_wins(postgres_url, redis_url):
    database, clock = Database(postgres_url), FrozenClock(datetime.now(UTC))  # noqa: TID251 servers have real clocks
    async with database.write() as session:
        world = await small_world(session, clock)
    offer_id = await the_offer(database, clock, world)
    people = await colleagues(database, world, clock)
    tokens = await tokens_of(people, redis_url)
    async with server(postgres_url, redis_url) as one, server(postgres_url, redis_url) as other:
        answers = await everybody_accepts(offer_id, tokens, [one, other])
    await judge(database, offer_id, answers)
    await database.dispose()


async def everybody_accepts(offer_id: UUID, tokens: list[str], addresses: list[str]) -> list[httpx.Response]:
    async with httpx.AsyncClient(timeout=PATIENCE, limits=httpx.Limits(max_connections=COLLEAGUES)) as client:
        return await asyncio.gather(
            *(
                client.post(
                    f"{addresses[number % len(addresses)]}{API}/offers/{offer_id}/accept",
                    headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
                )
                for number, token in enumerate(tokens)
            )
        )


async def judge(database: Database, offer_id: UUID, answers: list[httpx.Response]) -> None:
    assert {200: 1, 409: COLLEAGUES - 1} == Counter(answer.status_code for answer in answers)
    async with database.read() as session:
        offer = await session.get_one(Offer, offer_id)
        winner = await session.get_one(Person, offer.answered_by_id)
        jobs = await session.scalar(select(func.count()).select_from(Job))
        told = await session.scalar(
            select(func.count()).select_from(Event).where(Event.topic == "offer.accepted")
        )
    assert (OfferState.ACCEPTED, 1, 1) == (offer.state, jobs, told)
    for refused in (answer.json() for answer in answers if answer.status_code == 409):
        assert refused["code"] == "conflict"
        assert refused["detail"].startswith(f"{winner.name} took this at ")
