"""One real solver process for all tests of a session: it takes seconds to start."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.solver_pool import SolverPool
from market.ports import SolveOptions


class SharedSolver:
    """The pool on an event loop of its own, since each test has another one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._pool = SolverPool(1)

    async def solve(
        self,
        problem: bytes,
        policy: bytes,
        options: SolveOptions,
        on_progress: Callable[[dict[str, Any]], None],
    ) -> bytes:
        """Solve in the shared process; news arrive on the caller's loop."""
        here = asyncio.get_running_loop()

        def tell(news: dict[str, Any]) -> None:
            here.call_soon_threadsafe(on_progress, news)

        solving = self._pool.solve(problem, policy, options, tell)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(solving, self._loop))

    def close(self) -> None:
        """End the process and the loop."""
        asyncio.run_coroutine_threadsafe(self._pool.close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def solver() -> Iterator[SharedSolver]:
    """A real solver process, started when first needed."""
    shared = SharedSolver()
    yield shared
    shared.close()
