"""Who could come now to one request: the world as it stands, with all that is promised, asked of the planner process."""

import asyncio
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

import structlog
from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.explaining import NotNow
from api.planner import Planner
from catalog.kernel.db import Database
from catalog.kernel.errors import NotFound
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, local_day
from catalog.territory.queries import territory
from market.needs.models import Need, NeedWindow
from market.ports import Router, SolveOptions, Solver, SolverFailed
from market.rounds.claims import open_needs
from market.rounds.models import Round
from market.rounds.policy import POLICY
from market.rounds.problem.build import build_problem
from market.rounds.problem.facts import Facts, load_facts
from market.rounds.problem.ticks import Calendar
from market.rounds.ways import along
from market.states import NeedState
from matching.online.documents import OnlineError, Option
from matching.policy import encode_policy
from matching.problem import Problem, Task, encode

MOST_DAYS = 7
MOST = 3
QUICK = SolveOptions(seconds=2, seed=0, solver="greedy")
"""Promised visits have their people and their start: there is nothing to search."""

log = structlog.get_logger()


class Pool(Solver, Router, Protocol):
    """Solves and measures ways (`api.solver_pool.SolverPool`)."""


class Now(NamedTuple):
    """Options, the best first, and the calendar of their ticks."""

    calendar: Calendar
    options: tuple[Option, ...]


class WhoNow:
    """Asks the planner; nothing is written and nobody is told."""

    def __init__(self, database: Database, clock: Clock, pool: Pool, planner: Planner) -> None:
        self._database, self._clock, self._pool, self._planner = database, clock, pool, planner

    async def options(self, need_id: UUID) -> Now:
        """Return the best few ways to serve a request that is looked for; none if it is not, or if nobody can.

        Raises:
            NotFound: there is no such request.
            NotNow: a process did not answer.
        """
        calendar, facts = await self._facts(need_id)
        if facts is None:
            return Now(calendar, ())
        problem = (await asyncio.to_thread(build_problem, facts)).problem
        if str(need_id) not in problem.task_by_id:
            return Now(calendar, ())
        try:
            return Now(calendar, await self._asked(await self._routed(problem), str(need_id)))
        except (SolverFailed, OnlineError) as error:
            log.warning("nobody recommended", need=str(need_id), error=str(error))
            raise NotNow("This cannot be worked out just now; please try again in a while") from error

    async def _facts(self, need_id: UUID) -> tuple[Calendar, Facts | None]:
        """Return what a round for this request alone would know; None if it is not looked for."""
        now = self._clock.now()
        async with self._database.read() as session:
            need = await session.get(Need, need_id)
            if need is None:
                raise NotFound("There is no such {thing}", thing="need")
            first_day, days = await _days(session, need, local_day(now))
            alone = Round(
                id=derived_id("now", need.id),
                territory_id=need.community_id,
                first_day=first_day,
                days=days,
                only_need_id=need.id,
            )
            if need.state is not NeedState.LOOKING:
                return Calendar(first_day, days), None
            path = (await territory(session, need.community_id)).path
            needs = await open_needs(session, alone, path, now)
            return Calendar(first_day, days), await load_facts(session, alone, needs, now)

    async def _routed(self, problem: Problem) -> Problem:
        """Return the problem with ways along streets, if there are any."""
        ways = await along(self._pool)(await asyncio.to_thread(encode, problem))
        return problem if ways.travel is None else structs.replace(problem, travel=ways.travel)

    async def _asked(self, problem: Problem, wanted: str) -> tuple[Option, ...]:
        """Plan what is promised, then ask who could serve the request beside it."""
        promised, task = apart(problem, wanted)
        document, policy = await asyncio.to_thread(encode, promised), encode_policy(POLICY)
        plan = await self._pool.solve(document, policy, QUICK, lambda _: None)
        return await self._planner.recommend(document, plan, policy, task, most=MOST)


def apart(problem: Problem, wanted: str) -> tuple[Problem, Task]:
    """Return a problem without one task, and that task, which refuses those who must not serve it."""
    task = problem.task_by_id[wanted]
    refused = {*task.refused_workers, *(one.worker for one in problem.forbids if one.task == wanted)}
    rest = structs.replace(
        problem,
        tasks=tuple(one for one in problem.tasks if one.id != wanted),
        pins=tuple(pin for pin in problem.pins if pin.task != wanted),
        forbids=tuple(one for one in problem.forbids if one.task != wanted),
    )
    return rest, structs.replace(task, refused_workers=tuple(sorted(refused)))


async def _days(session: AsyncSession, need: Need, today: date) -> tuple[date, int]:
    """Return the days on which a need may still be served, a week at most; today alone if there are none."""
    span = select(func.min(NeedWindow.starts_at), func.max(NeedWindow.ends_at))
    first_at, last_at = (await session.execute(span.where(NeedWindow.need_id == need.id))).one()
    if first_at is None:
        return today, 1
    first = max(today, local_day(first_at))
    return first, min(MOST_DAYS, max(1, (local_day(last_at) - first).days + 1))
