"""The process that solves, routes and explains: `python -m api.solver_child`, spoken to over its standard input and output.

It is a fresh interpreter, never a fork, and imports nothing of the web. It ends when its input ends, that is when its
parent is gone, even in the middle of a search; the terminal's Ctrl-C is the parent's business.
"""

import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Literal

import msgspec

if TYPE_CHECKING:
    from api.streets import Streets

SIZE = struct.Struct(">I")
MALFORMED = 70  # EX_SOFTWARE: whoever wrote to us speaks another language


class Solve(msgspec.Struct, frozen=True, kw_only=True, tag="solve"):
    """One problem to solve, all documents as bytes; the answer is a plan."""

    problem: bytes
    policy: bytes
    options: bytes


class Route(msgspec.Struct, frozen=True, kw_only=True, tag="route"):
    """One problem whose ways to measure on the network of that file; the answer is a table of ways.

    What was measured before is kept in the folder `cache`.
    """

    problem: bytes
    network: str
    cache: str


class Explain(msgspec.Struct, frozen=True, kw_only=True, tag="explain"):
    """One thing that was asked for, named by the options (`matching.explain`); the answer says why it is (not) served."""

    problem: bytes
    plan: bytes
    policy: bytes
    options: bytes


class Pool(msgspec.Struct, frozen=True, kw_only=True, tag="pool"):
    """Visits that could be one fair instead; the answer is a list of proposals (`matching.pooling`)."""

    problem: bytes
    policy: bytes
    options: bytes


Request = Solve | Route | Explain | Pool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`ready` once imports are done, `news` (JSON) any number of times, then `done` (JSON) or `failed` (a sentence)."""

    kind: Literal["ready", "news", "done", "failed"]
    body: bytes = b""


Send = Callable[[Answer], None]


def frame(message: msgspec.Struct) -> bytes:
    """Return a message as bytes with their length before them."""
    body = msgspec.msgpack.encode(message)
    return SIZE.pack(len(body)) + body


def main() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, send = _pipes()
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_read, args=(source, requests), daemon=True).start()
    # The reader is listening: now the long imports.
    _warm_up()
    work = _Work(send)
    send(Answer(kind="ready"))
    while True:
        request = requests.get()
        try:
            send(Answer(kind="done", body=work.do(request)))
        except Exception as error:  # noqa: BLE001 whatever went wrong, the parent must hear of it
            send(Answer(kind="failed", body=_sentence(error).encode()))


def _warm_up() -> None:
    # Solvers take seconds to import, and a minute to compile once: better now than while somebody waits.
    import matching.entry  # noqa: PLC0415
    import matching.solvers.cpsat.improve  # noqa: F401, PLC0415
    from matching.solvers.portfolio.engines import begin_loading  # noqa: PLC0415

    begin_loading("local", "bounds")


def _sentence(error: Exception) -> str:
    from matching.errors import NetworkError  # noqa: PLC0415

    return str(error) if isinstance(error, NetworkError) else f"{type(error).__name__}: {error}"


class _Work:
    """What this process can do; networks stay mapped between requests."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._streets: dict[str, Streets] = {}

    def do(self, request: Request) -> bytes:
        match request:
            case Solve():
                return self.solve(request)
            case Route():
                return self.route(request)
            case Explain():
                return self.explain(request)
            case Pool():
                return self.pool(request)

    def solve(self, request: Solve) -> bytes:
        from matching import codec, entry, plan  # noqa: PLC0415
        from matching.solve import Result  # noqa: PLC0415

        answer = entry.solve_bytes(request.problem, request.policy, request.options, self._tell)
        return plan.encode_plan(codec.decode_struct(answer, Result).plan)

    def _tell(self, news: bytes) -> None:
        self._send(Answer(kind="news", body=news))

    def route(self, request: Route) -> bytes:
        from api.streets import Streets  # noqa: PLC0415
        from matching import entry  # noqa: PLC0415 numba, for those who route

        streets = self._streets.setdefault(request.network, Streets(request.network))
        return entry.travel_bytes(request.problem, streets.required(), Path(request.cache))

    def explain(self, request: Explain) -> bytes:
        from matching.explain import explain_bytes  # noqa: PLC0415 solvers, for those who explain

        return explain_bytes(request.problem, request.plan, request.policy, request.options)

    def pool(self, request: Pool) -> bytes:
        from matching.pooling import pool_bytes  # noqa: PLC0415 solvers, for those who look for fairs

        return pool_bytes(request.problem, request.policy, request.options)


def _pipes() -> tuple[BinaryIO, Send]:
    """Keep the real output for answers; what libraries print goes to standard error."""
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lock = threading.Lock()

    def send(answer: Answer) -> None:
        with lock:
            target.write(frame(answer))
            target.flush()

    return source, send


def _read(source: BinaryIO, requests: "SimpleQueue[Request]") -> None:
    try:
        while head := source.read(SIZE.size):
            body = source.read(SIZE.unpack(head)[0])
            requests.put(msgspec.msgpack.decode(body, type=Request))
    except (msgspec.DecodeError, struct.error, OSError):
        os._exit(MALFORMED)
    # A search cannot be asked to stop; the parent is gone, nobody wants its answer.
    os._exit(0)


if __name__ == "__main__":
    main()
