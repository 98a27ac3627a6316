"""The long-lived process: documents in, options out; bad bytes, two clients, and an end."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import msgspec
import pytest

from matching.online import messages
from matching.online.documents import Cancelled, Decline
from matching.online.port import READY
from matching.plan import decode_plan, encode_plan
from matching.policy import Policy, encode_policy
from matching.problem import decode_problem, encode
from matching.rules import check
from tests.matching.online.cases import greedy_plan, street

POLICY = Policy()
PROBLEM = street(16)
PLAN = greedy_plan(PROBLEM, POLICY)
LOAD = messages.Load(key="k", problem=encode(PROBLEM), plan=encode_plan(PLAN), policy=encode_policy(POLICY))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("port") / "socket"
    with process(path) as running:
        yield path
        assert running.poll() is None


@contextmanager
def process(path):
    command = [sys.executable, "-m", "matching.online.port", "--lifeline", "--socket", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:  # noqa: S603 - our own code
        assert running.stdout.readline() == READY
        yield running
        running.stdin.close()
        running.wait(10)


@contextmanager
def client(path):
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(60)
        talk.connect(str(path))
        with talk.makefile("rb") as source:

            def ask(request):
                talk.sendall(request if isinstance(request, bytes) else messages.frame(request))
                body = messages.body_of(source)
                return None if body is None else msgspec.msgpack.decode(body, type=messages.Answer)

            yield ask


def test_a_plan_is_loaded_asked_changed_and_told(path):
    task = PLAN.unserved[0].task
    with client(path) as ask:
        assert messages.Unknown(key="k") == ask(messages.Recommend(key="k", task=task))
        assert messages.Done() == ask(LOAD)
        victim = PLAN.assignments[0].task
        dropped = ask(messages.Drop(key="k", task=victim))
        assert [victim] == [change.task for change in dropped.mended.changes]
        options = ask(messages.Recommend(key="k", task=victim)).options
        assert options
        assert messages.Done() == ask(messages.Take(key="k", option=options[0]))
        assert ask(messages.Take(key="k", option=options[0])).refused
        gone = ask(messages.Repair(key="k", hole=Cancelled(task=victim)))
        assert victim in {change.task for change in gone.mended.changes}
        told = ask(messages.Tell(key="k"))
        problem, plan = decode_problem(told.problem), decode_plan(told.plan)
        assert () == check(problem, plan, POLICY)
        assert victim not in problem.task_by_id
        assert messages.Done() == ask(messages.Rename(key="k", to="other"))
        assert messages.Done() == ask(messages.Forget(key="other"))
        assert isinstance(ask(messages.Forget(key="other")), messages.Unknown)


def test_bad_bytes_hurt_nobody_else(path):
    with client(path) as ask:
        assert messages.Done() == ask(messages.Load(**{**msgspec.structs.asdict(LOAD), "key": "safe"}))
        assert "No request" in ask(messages.SIZE.pack(5) + b"hello").message
        assert ask(messages.Recommend(key="safe", task="nobody knows")).refused
        broken = {**msgspec.structs.asdict(LOAD), "key": "bad", "plan": b"{}"}
        assert "plan" in ask(messages.Load(**broken)).message.lower() or broken
        assert isinstance(ask(messages.Recommend(key="bad", task="x")), messages.Unknown)
        with client(path) as other:
            assert "refused" in other(messages.SIZE.pack(2**31)).message
        with client(path) as half:
            assert half is not None  # hangs up in the middle
        assert ask(messages.Recommend(key="safe", task=PLAN.unserved[0].task)) is not None


def test_two_clients_are_answered_side_by_side(path):
    names = [one.task for one in PLAN.unserved][:6]

    def asked(number):
        key = f"client{number}"
        with client(path) as ask:
            assert messages.Done() == ask(messages.Load(**{**msgspec.structs.asdict(LOAD), "key": key}))
            return [ask(messages.Recommend(key=key, task=name)).options for name in names]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(asked, range(2))
    assert len(names) == len(first)
    assert first == second


def test_a_decline_is_repaired_over_the_port(path):
    victim = PLAN.assignments[0]
    with client(path) as ask:
        load = messages.Load(**{**msgspec.structs.asdict(LOAD), "key": "d", "confirmed": None})
        assert messages.Done() == ask(load)
        mended = ask(
            messages.Repair(key="d", hole=Decline(task=victim.task, worker=victim.workers[0]))
        ).mended
        assert victim.task in {change.task for change in mended.changes}
        told = ask(messages.Tell(key="d"))
        assert () == check(decode_problem(told.problem), decode_plan(told.plan), POLICY)


def test_the_process_ends_when_told_and_when_its_parent_is_gone(tmp_path):
    with process(tmp_path / "told") as running, client(tmp_path / "told") as ask:
        assert messages.Done() == ask(messages.Stop())
        assert 0 == running.wait(30)
    with process(tmp_path / "alone") as running:
        running.stdin.close()
        assert 0 == running.wait(30)


def test_a_killed_process_is_an_end_of_file_for_who_asks(tmp_path):
    with process(tmp_path / "killed") as running, client(tmp_path / "killed") as ask:
        os.kill(running.pid, signal.SIGKILL)
        running.wait(30)
        try:
            answer = ask(messages.Stop())
        except OSError:
            answer = None
        assert answer is None
