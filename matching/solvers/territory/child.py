"""The process that solves parts: `python -m matching.solvers.territory.child`, spoken to over its input and output.

A fresh interpreter, never a fork. It ends when its input ends, that is when whoever started it is gone. Everything it needs
is in the bytes of a request, so that it may as well run on another machine.
"""

import os
import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from matching.solvers.territory.frames import Answer, Request, read, write


def solve_part(
    body: bytes, tell: Callable[[bytes], None] | None = None, cancelled: Callable[[], bool] | None = None
) -> bytes:
    """Solve a `Request` (MessagePack); the answer is a `Result` (JSON). `tell` hears of progress."""
    from matching.entry import solve_bytes  # noqa: PLC0415 the reader must listen before the long imports

    request = msgspec.msgpack.decode(body, type=Request)
    return solve_bytes(request.problem, request.policy, request.options, tell, cancelled)


def main() -> None:
    """Answer requests until the input ends. An empty frame asks the solve under way to end with what it has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print goes to standard error
    requests: SimpleQueue[bytes] = SimpleQueue()
    given_up = threading.Event()
    threading.Thread(target=_listen, args=(source, requests, given_up), daemon=True).start()
    from matching.solvers.portfolio.engines import begin_loading  # noqa: PLC0415 the reader is listening by now

    begin_loading("local")
    while True:
        _answer(requests.get(), target, given_up)


def _answer(body: bytes, target: BinaryIO, given_up: threading.Event) -> None:
    def tell(news: bytes) -> None:
        write(target, msgspec.msgpack.encode(Answer(kind="news", body=news)))

    try:
        answer = Answer(kind="done", body=solve_part(body, tell, given_up.is_set))
    except Exception as error:  # noqa: BLE001 whatever went wrong, the parent must hear of it
        answer = Answer(kind="failed", body=f"{type(error).__name__}: {error}".encode())
    write(target, msgspec.msgpack.encode(answer))


def _listen(source: BinaryIO, requests: "SimpleQueue[bytes]", given_up: threading.Event) -> None:
    while (body := read(source)) is not None:
        if body:
            requests.put(body)
        else:
            given_up.set()
    os._exit(0)


if __name__ == "__main__":
    main()
