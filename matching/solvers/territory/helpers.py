"""Child processes that solve parts side by side; a crash costs one part its search, not the round."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple, Self

import msgspec

from matching.solvers.territory.frames import Answer, Request, read, write

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "matching.solvers.territory.child")
LOOK_SECONDS = 0.1
GRACE_SECONDS = 10.0
"""How long a child that was asked to end may take to write down what it has."""


class News(NamedTuple):
    """What child number `part` says; `lost`: it died."""

    part: int
    kind: str
    body: bytes


class Helpers:
    """At most `size` children, started when needed, ended by `close` (or by leaving the `with`)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.heard: SimpleQueue[News] = SimpleQueue()
        self.idle: list[subprocess.Popen[bytes]] = []
        self.busy: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start all children ahead of time: their imports take a second."""
        while len(self.idle) + len(self.busy) < self.size:
            self.idle.append(_child())

    def run(self, requests: list[Request], out: Callable[[], bool]) -> Iterator[News]:
        """News of all parts, which are done in their order; once `out`, children are asked for what they have."""
        todo = list(range(len(requests)))[::-1]
        asked = False
        while todo or self.busy:
            while todo and len(self.busy) < self.size:
                self._give(todo.pop(), requests)
            with suppress(Empty):
                news = self.heard.get(timeout=LOOK_SECONDS)
                if news.kind != "news":
                    self._free(news)
                yield news
            if out() and not asked:
                asked = True
                todo.clear()
                self.give_up()

    def give_up(self) -> None:
        """Ask every busy child for what it has; one that does not answer in time is ended."""
        for child in self.busy.values():
            _send(child, b"")
            timer = threading.Timer(GRACE_SECONDS, child.kill)
            timer.daemon = True
            timer.start()

    def close(self) -> None:
        """End all children."""
        for child in (*self.idle, *self.busy.values()):
            _end(child)
        self.idle.clear()
        self.busy.clear()

    def _give(self, part: int, requests: list[Request]) -> None:
        child = self.idle.pop() if self.idle else _child()
        self.busy[part] = child
        threading.Thread(target=self._follow, args=(part, child), daemon=True).start()
        _send(child, msgspec.msgpack.encode(requests[part]))

    def _follow(self, part: int, child: subprocess.Popen[bytes]) -> None:
        """Pass on what a child says until its part is done, or it is gone."""
        source = child.stdout
        assert source is not None  # noqa: S101 it was opened as a pipe
        with suppress(OSError, ValueError):
            while (body := read(source)) is not None:
                answer = msgspec.msgpack.decode(body, type=Answer)
                self.heard.put(News(part, answer.kind, answer.body))
                if answer.kind != "news":
                    return
        self.heard.put(News(part, "lost", b""))

    def _free(self, news: News) -> None:
        child = self.busy.pop(news.part)
        if news.kind == "lost":
            _end(child)
        else:
            self.idle.append(child)


def _child() -> subprocess.Popen[bytes]:
    """A fresh interpreter outside of the terminal's group: Ctrl-C is its parent's business."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 our own code
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _send(child: subprocess.Popen[bytes], body: bytes) -> None:
    """Send; one that is gone is heard of by its follower."""
    assert child.stdin is not None  # noqa: S101 it was opened as a pipe
    with suppress(OSError):
        write(child.stdin, body)
