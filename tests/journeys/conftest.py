"""What people and machines do in a journey: all through HTTP, the clock stands still unless it is moved."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from market.rounds.queries import outstanding_rounds
from market.rounds.runner import run_round
from market.states import RoundState
from tests.support.app import House
from tests.support.solver import SharedSolver
from tests.support.world import PLUMBING, id_of

OFFICER = "Officer Fang"
HELPERS = ("Wu", "Xu", "Ye", "Zhou", "Ma", "Qian")


class Day:
    """A day in the small world."""

    def __init__(self, house: House, solver: SharedSolver) -> None:
        self.house, self.solver, self.clock = house, solver, house.clock
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def as_(self, who: str) -> httpx.AsyncClient:
        """Somebody's client."""
        if who not in self._clients:
            self._clients[who] = await self.house.api(who)
        return self._clients[who]

    async def get(self, who: str, path: str, **params: Any) -> Any:
        """Read something; it must be there."""
        answer = await (await self.as_(who)).get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, expected: int = 200, **body: Any) -> Any:
        """Do something; say which status is expected."""
        client = await self.as_(who)
        answer = await (client.post(path, json=body) if body else client.post(path))
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def asks(self, who: str, service: str = PLUMBING, expected: int = 201, **more: Any) -> Any:
        """Somebody asks for something, tomorrow at noon unless said otherwise."""
        body = {"service_code": service, "windows": [self.window()]} | more
        need = await self.post(who, "/needs", expected, **body)
        await self.settle()
        return need

    def window(self, *, days: int = 1, hours: float = 2, long: float = 4) -> dict[str, str]:
        """A window from now on."""
        start = self.clock.now() + timedelta(days=days, hours=hours)
        return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=long)).isoformat()}

    async def matching(self) -> Any:
        """The officer runs a round for tomorrow and publishes it."""
        started = await self.post(OFFICER, "/office/rounds", 202, deterministic=True, seconds=2)
        await self.settle()
        await self.post(OFFICER, f"/office/rounds/{started['id']}/publish")
        await self.settle()
        return await self.get(OFFICER, f"/office/rounds/{started['id']}")

    async def settle(self) -> None:
        """Do what the background would: reactions, then rounds that wait, until there is nothing left to do."""
        await self.house.settle()
        while waiting := await self._waiting():
            for round_id in waiting:
                state = await run_round(
                    self.house.database, self.solver, self.house.runtime.progress, self.clock, round_id
                )
                assert state in {RoundState.CHECKED, RoundState.PUBLISHED}
            await self.house.settle()

    async def _waiting(self) -> list[Any]:
        async with self.house.database.read() as session:
            return await outstanding_rounds(session, self.clock, older_than=timedelta(0))

    async def later(self, **span: float) -> None:
        """Time passes, and what falls due happens."""
        self.clock.advance(timedelta(**span))
        await self.house.fire()
        await self.settle()

    async def at(self, moment: str) -> None:
        """It becomes this time."""
        self.clock.move_to(datetime.fromisoformat(moment))
        await self.house.fire()
        await self.settle()

    async def offered_to(self, need: Any) -> dict[str, Any]:
        """Who has an unanswered offer for a need: name -> offer."""
        found = {}
        for who in HELPERS:
            for offer in await self.get(who, "/offers"):
                if offer["need_id"] == need["id"] and offer["state"] in {"sent", "seen"}:
                    found[who] = offer
        return found

    async def told(self, who: str) -> list[str]:
        """The templates of what somebody was told, newest first."""
        return [message["template"] for message in await self.get(who, "/messages")]

    async def need(self, who: str, need: Any) -> Any:
        """A need as somebody sees it."""
        return await self.get(who, f"/needs/{need['id']}")

    @staticmethod
    def id_of(who: str) -> str:
        """Somebody's id."""
        return str(id_of(who))


@pytest.fixture
def day(house: House, solver: SharedSolver) -> Day:
    return Day(house, solver)
