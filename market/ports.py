"""What the market asks of the outside: a solver and a router in another process, and somebody to wake."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

import msgspec


class SolveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how a round may think."""

    seconds: float
    seed: int
    deterministic: bool = False
    solver: str = "auto"


class SolverFailed(Exception):
    """The solver process crashed, hung past its time, or returned what cannot be read."""


class Solver(Protocol):
    """Solves away from the event loop."""

    async def solve(
        self,
        problem: bytes,
        policy: bytes,
        options: SolveOptions,
        on_progress: Callable[[dict[str, Any]], None],
    ) -> bytes:
        """Return the plan's bytes; raise SolverFailed when the process died or ran out of its time."""


class NoWays(Exception):
    """The street network cannot be used; the message says why. Asking again changes nothing."""


class Router(Protocol):
    """Measures ways along streets, away from the event loop."""

    async def travel(self, problem: bytes) -> bytes | None:
        """Return the table of ways of a problem (`matching.travel.TableTravel` as a document).

        None: there is no street network, estimates stay. Raises NoWays when there is one that cannot be used, and
        SolverFailed when the process died or ran out of its time.
        """


class RoundQueue(Protocol):
    """Hands a round to whoever solves; handing it twice is harmless."""

    async def push(self, round_id: UUID) -> None:
        """Ask for a round to be run soon."""


class Progress(Protocol):
    """Tells watchers how a round is getting on."""

    async def tell(self, round_id: UUID, news: dict[str, Any]) -> None:
        """Publish one piece of news; losing one is harmless."""


class Pooler(Protocol):
    """Looks for fairs away from the event loop."""

    async def pool(self, problem: bytes, policy: bytes, options: bytes) -> bytes:
        """Return proposed fairs (`matching.pooling`) as a document; raise SolverFailed when the process died."""
