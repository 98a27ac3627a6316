"""Why a round decided on something as it did: worked out when somebody asks, from the documents that the round keeps."""

import asyncio
from collections import OrderedDict
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from market.ports import SolverFailed
from market.rounds.models import Round
from matching.explain import Explanation, decode_explanation

KEPT = 500
"""Explanations kept in memory, a few kB each: what a round was solved from never changes."""
WAITING = 20
"""Readers who may wait for the one process that explains; whoever comes then is asked to come back."""

log = structlog.get_logger()


class RoundIsGone(LinliError):
    """There is nothing left to explain from."""

    status = 404
    code = "round_gone"


class NotNow(LinliError):
    """The process that explains did not answer."""

    status = 503
    code = "not_now"


class Question(NamedTuple):
    """One thing of a round; `named`: with the people of other requests, for officers alone."""

    round_id: UUID
    task: str
    named: bool = False


class Explains(Protocol):
    """Explains away from the event loop (`api.solver_pool.SolverPool`)."""

    async def explain(self, problem: bytes, plan: bytes, policy: bytes, options: bytes) -> bytes:
        """Return the explanation as a document; raise SolverFailed when there is none."""


class Documents(NamedTuple):
    """What a round keeps, as bytes."""

    problem: bytes
    plan: bytes
    policy: bytes


class Explainer:
    """Asks a solver process of its own, so that nobody waits for a round that is being solved."""

    def __init__(self, database: Database, pool: Explains, kept: int = KEPT) -> None:
        self._database, self._pool, self._kept = database, pool, kept
        self._found: OrderedDict[Question, Explanation] = OrderedDict()
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def explain(self, question: Question) -> Explanation:
        """Return why the plan of a round serves something, or not; hold no database session while waiting for it.

        Raises:
            RoundIsGone: the round keeps no plan, or did not look at this.
            NotNow: the process that explains did not answer.
        """
        if question not in self._found:
            if self._waiting >= WAITING:
                raise NotNow("This cannot be worked out just now; please try again in a while")
            self._waiting += 1
            try:
                async with self._turn:
                    await self._work_out(question)
            finally:
                self._waiting -= 1
        self._found.move_to_end(question)
        return self._found[question]

    async def _work_out(self, question: Question) -> None:
        if question in self._found:  # somebody who came before asked the same
            return
        held = await self._documents(question)
        options = msgspec.json.encode({"task": question.task, "named": question.named})
        try:
            answer = await self._pool.explain(*held, options)
        except SolverFailed as error:
            log.warning("not explained", round=str(question.round_id), task=question.task, error=str(error))
            raise NotNow("This cannot be worked out just now; please try again in a while") from error
        self._found[question] = decode_explanation(answer)
        while len(self._found) > self._kept:
            self._found.popitem(last=False)

    async def _documents(self, question: Question) -> Documents:
        statement = select(Round.problem, Round.plan, Round.policy).where(Round.id == question.round_id)
        async with self._database.read() as session:
            row = (await session.execute(statement)).one_or_none()
        if row is None or row.problem is None or row.plan is None:
            raise RoundIsGone("The record of this matching is no longer kept")
        if f'"{question.task}"'.encode() not in row.problem:
            raise RoundIsGone("It was too late for this matching to look at this request")
        return Documents(row.problem, row.plan, row.policy or b"{}")
