"""Ways along streets for a round that is about to freeze: asked for while no transaction is open.

Measuring takes a second for a street and longer for a district, too long to hold what freezing locks. So a round looks
at the world, has the ways of that measured, and freezes if the world still is the same; if not, it looks again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import structlog

from market.ports import NoWays, Router, SolverFailed
from matching import codec
from matching.errors import ProblemError
from matching.problem import Problem, TableTravel, encode

TRIES = 2
"""A process that died has been replaced; what kills two of them will kill a third."""

NAMED = 50
"""Needs and workers far from every street that a summary names; whoever has more has the wrong network."""

log = structlog.get_logger()


class Ways(NamedTuple):
    """Routes on the street network, or None and, where there should be a network, the `reason` for estimates."""

    travel: TableTravel | None = None
    reason: str | None = None

    def put_into(self, problem: Problem, document: bytes) -> tuple[bytes, dict[str, Any]]:
        """Return the document of a problem with these ways, and what the round's summary says of them."""
        if self.travel is None:
            return document, {} if self.reason is None else {"no_network": self.reason}
        try:
            routed = msgspec.structs.replace(problem, travel=self.travel)
        except ProblemError as error:
            return document, {"no_network": f"The table of ways does not fit: {error}"}
        return encode(routed), {"network": self.travel.network, **_far(problem, self.travel)}


def _far(problem: Problem, travel: TableTravel) -> dict[str, Any]:
    """Return how many places are near no street, and the first needs and workers that are there, to be named."""
    far = set(travel.guesses)
    tasks = [task.id for task in problem.tasks if task.place in far]
    workers = [w.id for w in problem.workers if any(shift.start_place in far for shift in w.shifts)]
    return {"far_places": len(far), "far_needs": tasks[:NAMED], "far_workers": workers[:NAMED]}


FindWays = Callable[[bytes], Awaitable[Ways]]
"""From a problem's document with estimates to its ways."""


async def estimates(_: bytes) -> Ways:
    """Find no ways."""
    return Ways()


def along(router: Router) -> FindWays:
    """Return a finder that asks the router; whatever it cannot do, the round goes on with estimates."""

    async def find(problem: bytes) -> Ways:
        said = ""
        for _ in range(TRIES):
            try:
                answer = await router.travel(problem)
                return Ways() if answer is None else Ways(codec.decode_struct(answer, TableTravel))
            except SolverFailed as error:
                said = str(error)
            except (NoWays, ProblemError) as error:
                said = str(error)
                break
        log.error("round.estimated", reason=said)
        return Ways(reason=said)

    return find


class WorldMoved(Exception):
    """The world is not the one whose ways were measured."""


class Foreseen(NamedTuple):
    """What a round would have frozen at `now`, and its ways."""

    now: datetime
    problem: bytes
    found: Ways

    async def ways(self, problem: bytes) -> Ways:
        """Return the ways if they are of this problem.

        Raises:
            WorldMoved: they are of another one.
        """
        if self.found.travel is not None and problem != self.problem:
            raise WorldMoved
        return self.found
