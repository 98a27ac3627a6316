"""The process that solves: `python -m api.solver_child`, spoken to over its standard input and output.

It is a fresh interpreter, never a fork, and imports nothing of the web. It ends when its input ends, that is when its
parent is gone, even in the middle of a search; the terminal's Ctrl-C is the parent's business.
"""

import os
import signal
import struct
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import BinaryIO, Literal

import msgspec

SIZE = struct.Struct(">I")
MALFORMED = 70  # EX_SOFTWARE: whoever wrote to us speaks another language


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One problem to solve, all documents as bytes."""

    problem: bytes
    policy: bytes
    options: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`ready` once imports are done, `news` (JSON) any number of times, then `plan` (JSON) or `failed` (a sentence)."""

    kind: Literal["ready", "news", "plan", "failed"]
    body: bytes = b""


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
    from matching import codec, entry, plan  # noqa: PLC0415 the reader must be listening before the long imports
    from matching.solve import Result  # noqa: PLC0415

    _warm_up()
    send(Answer(kind="ready"))
    while True:
        request = requests.get()
        try:
            answer = entry.solve_bytes(
                request.problem, request.policy, request.options, lambda n: send(Answer(kind="news", body=n))
            )
            result = codec.decode_struct(answer, Result)
            send(Answer(kind="plan", body=plan.encode_plan(result.plan)))
        except Exception as error:  # noqa: BLE001 whatever went wrong, the parent must hear of it
            send(Answer(kind="failed", body=f"{type(error).__name__}: {error}".encode()))


def _warm_up() -> None:
    # The exact solver takes a second to import: better now than while somebody waits.
    import matching.solvers.cpsat.improve  # noqa: F401, PLC0415


def _pipes() -> tuple[BinaryIO, Callable[[Answer], None]]:
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
