"""The application's handle to the process that keeps plans in memory (`matching.online.port`).

Nothing heavy is imported here. The process starts when first needed; after a crash or a silence a new one takes its
place, and the plan is loaded again.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

import msgspec

from market.ports import SolverFailed
from matching.online import messages
from matching.online.documents import Change, Hole, OnlineError, Option, StaleError
from matching.problem import Place, Task

START_SECONDS = 180.0
"""Imports take seconds, and the first run on a machine compiles for half a minute."""
LOAD_SECONDS = 120.0
"""A district's plan is read and checked in a quarter of a minute on a quiet machine."""
ASK_SECONDS = 20.0
TELL_SECONDS = 60.0
KEPT = 4

A = TypeVar("A", bound=messages.Answer)


class Taken(NamedTuple):
    """New documents to store, and what is no longer as it was."""

    problem: bytes
    plan: bytes
    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()


class _Plan(NamedTuple):
    """Documents of one plan as stored, and whose visits are confirmed (None: all that are planned)."""

    problem: bytes
    plan: bytes
    policy: bytes
    confirmed: tuple[str, ...] | None

    @property
    def key(self) -> str:
        """Plans are known by what they say: a loaded plan is asked again without sending its documents."""
        digest = sha256(self.plan)
        digest.update(sha256(self.problem).digest() + sha256(self.policy).digest())
        digest.update(msgspec.json.encode(self.confirmed))
        return digest.hexdigest()


class Planner:
    """Asks one child process at a time; `kept`: how many plans it keeps."""

    def __init__(self, kept: int = KEPT, *, patience: float = ASK_SECONDS) -> None:
        self._kept, self._patience = kept, patience
        self._lock = asyncio.Lock()
        self._child: _Child | None = None
        self._closed = False

    async def start(self) -> None:
        """Start the process ahead of time."""
        async with self._lock:
            await self._ready()

    async def close(self) -> None:
        """End the process."""
        self._closed = True
        async with self._lock:
            await self._drop()

    @property
    def pid(self) -> int | None:
        """Process id of the living child."""
        return None if self._child is None else self._child.pid

    async def recommend(
        self,
        problem: bytes,
        plan: bytes,
        policy: bytes,
        task: str | Task,
        *,
        place: Place | None = None,
        most: int = 3,
        confirmed: Collection[str] = (),
    ) -> tuple[Option, ...]:
        """The best few ways to serve a task now, best first; nothing changes.

        Raises:
            OnlineError: this cannot be asked of this plan; says why.
            SolverFailed: the process died or took too long; a new one takes its place.
        """
        kept = _Plan(problem, plan, policy, tuple(sorted(confirmed)))
        request = messages.Recommend(key=kept.key, task=task, place=place, most=most)
        async with self._lock:
            answer = await self._loaded(kept, request)
        return _expected(answer, messages.Options).options

    async def take(
        self,
        problem: bytes,
        plan: bytes,
        policy: bytes,
        option: Option,
        *,
        task: Task | None = None,
        place: Place | None = None,
        confirmed: Collection[str] = (),
    ) -> Taken:
        """Make an option part of the plan; a new task is given again, with its place if that is new.

        Raises:
            StaleError: the plan is not one in which this option holds; ask again.
            OnlineError, SolverFailed: as for `recommend`.
        """
        kept = _Plan(problem, plan, policy, tuple(sorted(confirmed)))
        request = messages.Take(key=kept.key, option=option, task=task, place=place)
        async with self._lock:
            _expected(await self._loaded(kept, request), messages.Done)
            return await self._told(kept, option.changes, ())

    async def repair(
        self,
        problem: bytes,
        plan: bytes,
        policy: bytes,
        hole: Hole,
        *,
        confirmed: Collection[str] | None = None,
    ) -> Taken:
        """Repair a plan around a hole with the fewest changes; `confirmed` None: all visits that are planned.

        Raises:
            OnlineError: there is no such hole in this plan; says why.
            SolverFailed: as for `recommend`.
        """
        kept = _Plan(problem, plan, policy, None if confirmed is None else tuple(sorted(confirmed)))
        async with self._lock:
            answer = await self._loaded(kept, messages.Repair(key=kept.key, hole=hole))
            mended = _expected(answer, messages.Changed).mended
            return await self._told(kept, mended.changes, mended.left)

    async def _told(self, kept: _Plan, changes: tuple[Change, ...], left: tuple[str, ...]) -> Taken:
        """The documents after a change; the plan in memory is known by them from now on."""
        answer = await self._ask(messages.Tell(key=kept.key), TELL_SECONDS)
        told = _expected(answer, messages.Documents)
        moved = {change.task for change in changes}
        confirmed = None if kept.confirmed is None else tuple(t for t in kept.confirmed if t not in moved)
        new = kept._replace(problem=told.problem, plan=told.plan, confirmed=confirmed)
        if confirmed is None:
            # Then what moved counts as confirmed, too: the plan is loaded anew when it is asked for.
            await self._ask(messages.Forget(key=kept.key), self._patience)
        else:
            await self._ask(messages.Rename(key=kept.key, to=new.key), self._patience)
        return Taken(told.problem, told.plan, changes, left)

    async def _loaded(self, kept: _Plan, request: messages.Request) -> messages.Answer:
        """Ask about a plan, and load it first if it is not kept."""
        answer = await self._ask(request, self._patience)
        if not isinstance(answer, messages.Unknown):
            return answer
        load = messages.Load(
            key=kept.key,
            problem=kept.problem,
            plan=kept.plan,
            policy=kept.policy,
            confirmed=kept.confirmed,
        )
        _expected(await self._ask(load, LOAD_SECONDS), messages.Done)
        return await self._ask(request, self._patience)

    async def _ask(self, request: messages.Request, seconds: float) -> messages.Answer:
        child = await self._ready()
        try:
            async with asyncio.timeout(seconds):
                answer = await child.ask(request)
        except BaseException as error:
            # Crashed, hung or given up by the caller: in any case nobody knows what it is doing.
            await self._drop()
            if isinstance(error, TimeoutError):
                raise SolverFailed(f"the planner's process took longer than {seconds:.0f} s") from error
            raise
        if isinstance(answer, messages.Failed):
            raise _error(answer)
        return answer

    async def _ready(self) -> "_Child":
        if self._closed:
            raise SolverFailed("the planner is closed")
        if self._child is not None and not self._child.alive:
            await self._drop()
        if self._child is None:
            self._child = await _Child.spawn(self._kept)
        return self._child

    async def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.kill()


def _error(answer: messages.Failed) -> Exception:
    if answer.stale:
        return StaleError(answer.message)
    return OnlineError(answer.message) if answer.refused else SolverFailed(answer.message)


def _expected(answer: messages.Answer, kind: type[A]) -> A:
    if not isinstance(answer, kind):
        raise SolverFailed(f"the planner's process answered {type(answer).__name__}")
    return answer


class _Child:
    """One process and the socket on which it listens."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        folder: tempfile.TemporaryDirectory[str],
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._process, self._folder = process, folder
        self._in, self._out = streams

    @classmethod
    async def spawn(cls, kept: int) -> Self:
        """Start a process and wait until it listens."""
        folder = tempfile.TemporaryDirectory(prefix="linli-planner-")
        path = Path(folder.name) / "port"
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "matching.online.port", "--lifeline", "--kept", str(kept), "--socket", str(path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                streams = await _listening(process, path)
        except BaseException as error:
            await _end(process, folder)
            if isinstance(error, TimeoutError):
                raise SolverFailed("the planner's process did not start in time") from error
            raise
        return cls(process, folder, streams)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it may answer."""
        return self._process.returncode is None and not self._in.at_eof()

    async def ask(self, request: messages.Request) -> messages.Answer:
        """One request and its answer."""
        try:
            self._out.write(messages.frame(request))
            await self._out.drain()
            (length,) = messages.SIZE.unpack(await self._in.readexactly(messages.SIZE.size))
            body = await self._in.readexactly(length)
            answer: messages.Answer = msgspec.msgpack.decode(body, type=messages.Answer)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
            raise SolverFailed("the planner's process has died") from error
        return answer

    async def kill(self) -> None:
        """End it at once."""
        self._out.close()
        with suppress(ConnectionError):
            await self._out.wait_closed()
        await _end(self._process, self._folder)


async def _listening(
    process: asyncio.subprocess.Process, path: Path
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Wait until a process says that it listens."""
    if process.stdout is None or not await process.stdout.readline():
        raise SolverFailed("the planner's process did not start")
    return await asyncio.open_unix_connection(str(path))


async def _end(process: asyncio.subprocess.Process, folder: tempfile.TemporaryDirectory[str]) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    # Waiting also closes the pipes; a cancelled caller must not leave a zombie behind.
    await asyncio.shield(process.wait())
    if process.stdin is not None:
        process.stdin.close()
        with suppress(ConnectionError):
            await process.stdin.wait_closed()
    folder.cleanup()


def _environment() -> dict[str, str]:
    """Let the child find our packages wherever the parent was started from."""
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
