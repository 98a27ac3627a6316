"""A pool of processes that solve, route and explain.

The event loop never waits for them, and a crash costs one child, not the server.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy.engine import make_url

from api.settings import Settings
from api.solver_child import SIZE, Answer, Explain, Pool, Request, Route, Solve, frame
from market.ports import NoWays, Router, SolveOptions, SolverFailed

START_SECONDS = 120.0
"""Imports take seconds on a quiet machine; a loaded one may take long, and that is not the problem's fault."""
GRACE_FACTOR, GRACE_SECONDS = 1.5, 10.0
ROUTE_SECONDS = 300.0
"""Patience with the ways of a whole district at first; a street takes a second."""
EXPLAIN_SECONDS = 30.0
"""Patience with one explanation; most take a second, and somebody waits for it in front of a page."""
POOL_SECONDS = 120.0
"""Patience with fairs: each proposal is solved twice, for a street in seconds."""
CACHE = Path(".linli/cache")

log = structlog.get_logger()

OnProgress = Callable[[dict[str, Any]], None]


class SolverPool:
    """Keeps `size` children; each does one thing at a time. Children start when first needed, or by `start`.

    `network` is the prepared street network on which they measure ways, `cache` the folder in which they keep them.
    """

    def __init__(self, size: int = 1, network: Path | None = None, cache: Path = CACHE) -> None:
        self._slots = asyncio.Semaphore(size)
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._size = size
        self._closed = False
        self.network, self.cache = network, cache

    async def start(self) -> None:
        """Start one child ahead of time, so that the first round need not wait for its imports."""
        async with self._slots:
            child = await self._take()
            try:
                await child.ready()
            except BaseException:
                await self._drop(child)
                raise
            self._idle.append(child)

    async def solve(
        self, problem: bytes, policy: bytes, options: SolveOptions, on_progress: OnProgress
    ) -> bytes:
        """Return the plan's bytes; `on_progress` is called on the event loop.

        Raises:
            SolverFailed: the child died, took too long, or found no plan; a new one takes its place.
        """
        request = Solve(problem=problem, policy=policy, options=_options(options))
        try:
            return await self._ask(request, _limit(options), on_progress)
        except _Refused as error:
            raise SolverFailed(str(error)) from error

    async def travel(self, problem: bytes) -> bytes | None:
        """Return the table of ways of a problem; None where no network is named.

        Raises:
            NoWays: the network cannot be used; says why.
            SolverFailed: the child died or took too long; a new one takes its place.
        """
        if self.network is None:
            return None
        paths = {"network": str(self.network.absolute()), "cache": str(self.cache.absolute())}
        try:
            return await self._ask(Route(problem=problem, **paths), ROUTE_SECONDS, _ignore)
        except _Refused as error:
            raise NoWays(str(error)) from error

    async def explain(self, problem: bytes, plan: bytes, policy: bytes, options: bytes) -> bytes:
        """Return why a task, delivery or enrolment is (not) served by a plan, as a document of `matching.explain`.

        Raises:
            SolverFailed: the child died, took too long, or does not know the task; says why.
        """
        request = Explain(problem=problem, plan=plan, policy=policy, options=options)
        try:
            return await self._ask(request, EXPLAIN_SECONDS, _ignore)
        except _Refused as error:
            raise SolverFailed(str(error)) from error

    async def pool(self, problem: bytes, policy: bytes, options: bytes) -> bytes:
        """Return fairs that could stand in for visits, as a document of `matching.pooling`.

        Raises:
            SolverFailed: the child died or took too long.
        """
        try:
            request = Pool(problem=problem, policy=policy, options=options)
            return await self._ask(request, POOL_SECONDS, _ignore)
        except _Refused as error:
            raise SolverFailed(str(error)) from error

    async def _ask(self, request: Request, limit: float, on_progress: OnProgress) -> bytes:
        async with self._slots:
            child = await self._take()
            try:
                answer = await child.ask(request, limit, on_progress)
            except _Refused:
                self._idle.append(child)
                raise
            except BaseException:
                # Crashed, hung or given up by the caller: in any case nobody knows what it is doing.
                await self._drop(child)
                raise
            self._idle.append(child)
            return answer

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the living children."""
        return [child.pid for child in self._all]

    async def close(self) -> None:
        """End all children."""
        self._closed = True
        for child in list(self._all):
            await self._drop(child)

    async def _take(self) -> "_Child":
        if self._closed:
            raise SolverFailed("the solver pool is closed")
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                return child
            await self._drop(child)
        child = await _Child.spawn()
        self._all.add(child)
        return child

    async def _drop(self, child: "_Child") -> None:
        self._all.discard(child)
        if child in self._idle:
            self._idle.remove(child)
        await child.kill()


def solver_pool(settings: Settings, size: int | None = None) -> SolverPool:
    """Return the pool that the settings ask for, with the network they name."""
    network = Path(settings.network) if settings.network else None
    return SolverPool(settings.solver_processes if size is None else size, network, _cache(settings))


def router_of(pool: SolverPool) -> Router | None:
    """Return the pool as a router if it has a street network."""
    return None if pool.network is None else pool


def _cache(settings: Settings) -> Path:
    """Return the folder for measured ways: beside a SQLite file, else below the working directory."""
    url = make_url(settings.database_url)
    here = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database).parent / "cache" if here and url.database else CACHE


def _ignore(_: dict[str, Any]) -> None:
    """Nobody listens."""


def _options(options: SolveOptions) -> bytes:
    stop = {"deterministic": options.seconds} if options.deterministic else {"seconds": options.seconds}
    return msgspec.json.encode(
        {
            "stop": stop,
            "seed": options.seed,
            "solver": options.solver,
            "deterministic": options.deterministic,
        }
    )


def _limit(options: SolveOptions) -> float:
    """Return seconds of patience; a deterministic second is work, which takes as long as the machine needs."""
    seconds = options.seconds * (4 if options.deterministic else 1)
    return seconds * GRACE_FACTOR + GRACE_SECONDS


class _Refused(Exception):
    """The child is well and says why there is no answer."""


class _Child:
    """One process. `ready` and `ask` are never awaited at the same time: the pool sees to that."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a solver process without pipes")
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self._ready = False

    @classmethod
    async def spawn(cls) -> "_Child":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api.solver_child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._out.at_eof()

    async def ready(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                while not self._ready:
                    self._ready = (await self._answer()).kind == "ready"
        except TimeoutError as error:
            raise SolverFailed("the solver process did not start in time") from error

    async def ask(self, request: Request, limit: float, on_progress: OnProgress) -> bytes:
        await self.ready()
        try:
            async with asyncio.timeout(limit):
                await self._send(request)
                return await self._listen(on_progress)
        except TimeoutError as error:
            raise SolverFailed(f"the solver process took longer than {limit:.0f} s") from error

    async def _send(self, request: Request) -> None:
        try:
            self._in.write(frame(request))
            await self._in.drain()
        except (ConnectionError, RuntimeError) as error:
            raise SolverFailed("the solver process has died") from error

    async def _listen(self, on_progress: OnProgress) -> bytes:
        while True:
            answer = await self._answer()
            if answer.kind == "done":
                return answer.body
            if answer.kind == "failed":
                raise _Refused(answer.body.decode())
            on_progress(msgspec.json.decode(answer.body))

    async def _answer(self) -> Answer:
        try:
            (length,) = SIZE.unpack(await self._out.readexactly(SIZE.size))
            return msgspec.msgpack.decode(await self._out.readexactly(length), type=Answer)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
            raise SolverFailed("the solver process has died") from error

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        # Waiting also closes the pipes; a cancelled caller must not leave a zombie behind.
        await asyncio.shield(self._process.wait())
        self._in.close()
        with suppress(ConnectionError):
            await self._in.wait_closed()


def _environment() -> dict[str, str]:
    """Let the child find our packages wherever the parent was started from."""
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
