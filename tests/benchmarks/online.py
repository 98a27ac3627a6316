"""A district's plan in a process of its own, asked over its port; and a day of single requests.

with port() as ask: ask(Load(...)); ask(Recommend(...))
"""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from matching.online import messages
from matching.online.documents import Settings
from matching.online.live import Live
from matching.online.port import READY
from matching.plan import Plan
from matching.policy import Policy, policy_hash
from matching.problem import Problem, Task, problem_hash

Ask = Callable[[messages.Request], messages.Answer]


@contextmanager
def port() -> Iterator[Ask]:
    """A process that keeps plans; who asks waits for the answer."""
    with tempfile.TemporaryDirectory(prefix="linli-port-") as folder:
        path = Path(folder) / "socket"
        command = [sys.executable, "-m", "matching.online.port", "--lifeline", "--socket", str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:  # noqa: S603 - ours
            assert running.stdin is not None
            assert running.stdout is not None
            assert running.stdout.readline() == READY
            with socket.socket(socket.AF_UNIX) as talk:
                talk.connect(str(path))
                with talk.makefile("rb") as source:

                    def ask(request: messages.Request) -> messages.Answer:
                        talk.sendall(messages.frame(request))
                        body = messages.body_of(source)
                        assert body is not None
                        return msgspec.msgpack.decode(body, type=messages.Answer)

                    yield ask
            running.stdin.close()
            running.wait(10)


def requests(problem: Problem, count: int, seed: int) -> list[Task]:
    """New tasks like those of a problem, at its doors."""
    rng = np.random.default_rng([seed, count])
    chosen = rng.choice(len(problem.tasks), size=count, replace=False).tolist()
    return [msgspec.structs.replace(problem.tasks[i], id=f"now{n:04}") for n, i in enumerate(chosen)]


def declines(plan: Plan, count: int, seed: int) -> list[tuple[str, str]]:
    """Visits that one of those who should come declines, each of another task."""
    rng = np.random.default_rng([seed, count])
    chosen = rng.choice(len(plan.assignments), size=count, replace=False).tolist()
    picked = [plan.assignments[i] for i in chosen]
    return [(one.task, one.workers[int(rng.integers(len(one.workers)))]) for one in picked]


def morning(problem: Problem, policy: Policy) -> tuple[Problem, Plan]:
    """The people of a problem before anybody has asked for anything."""
    empty = msgspec.structs.replace(problem, tasks=(), pins=(), forbids=(), precedences=())
    plan = Plan(problem=problem_hash(empty), policy=policy_hash(policy), solver="nobody", seed=0)
    return empty, plan


def day(problem: Problem, policy: Policy, *, seed: int, settings: Settings | None = None) -> Live:
    """Every task is asked for once, in random order, and takes its best option at once; nobody asks a second time."""
    live = Live(*morning(problem, policy), policy, settings=settings)
    order = np.random.default_rng(seed).permutation(len(problem.tasks)).tolist()
    for i in order:
        for option in live.recommend(problem.tasks[i], most=1):
            live.take(option)
    return live
