"""A process that keeps plans in memory: `python -m matching.online.port --socket PATH`.

Any number of clients on one machine ask over a Unix socket; requests are answered one after another. A message that
cannot be read is answered with `Failed` (its sender is hung up on where the next message cannot be found). The
process ends when it is told to stop, or with `--lifeline` when its standard input ends, that is when its parent is
gone.
"""

import argparse
import gc
import os
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from matching.errors import PlanError, ProblemError
from matching.online import messages
from matching.online.documents import Mended, OnlineError, StaleError
from matching.online.live import Live
from matching.online.repair import mend
from matching.plan import decode_plan, encode_plan
from matching.policy import decode_policy
from matching.problem import decode_problem, encode
from matching.rules import check

KEPT = 4
"""Plans kept at once: the one that nobody has asked about for longest goes."""

READY = b"ready\n"


class Keeper:
    """Plans by their keys, and the answers to requests."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self.plans: OrderedDict[str, Live] = OrderedDict()
        self.lock = threading.Lock()

    def answer(self, request: messages.Request) -> messages.Answer:
        """Answer one request; whatever goes wrong is an answer, too, and the plan in which it did is kept no longer."""
        with self.lock:
            try:
                return self._answer(request)
            except StaleError as error:
                return messages.Failed(message=str(error), stale=True)
            except (OnlineError, ProblemError, PlanError) as error:
                return messages.Failed(message=str(error))
            except Exception as error:  # noqa: BLE001 a fault of ours must not take other plans down
                self.plans.pop(getattr(request, "key", ""), None)
                return messages.Failed(message=f"{type(error).__name__}: {error}", refused=False)

    def _answer(self, request: messages.Request) -> messages.Answer:
        if isinstance(request, messages.Stop):
            return messages.Done()
        if isinstance(request, messages.Load):
            return self._load(request)
        if request.key not in self.plans:
            return messages.Unknown(key=request.key)
        self.plans.move_to_end(request.key)
        if isinstance(request, messages.Rename | messages.Forget):
            return self._moved(request)
        return _of(self.plans[request.key], request)

    def _moved(self, request: messages.Rename | messages.Forget) -> messages.Answer:
        live = self.plans.pop(request.key)
        if isinstance(request, messages.Rename):
            self._keep(request.to, live)
        return messages.Done()

    def _load(self, request: messages.Load) -> messages.Answer:
        problem, plan = decode_problem(request.problem), decode_plan(request.plan)
        policy = decode_policy(request.policy or b"{}")
        broken = check(problem, plan)
        if broken:
            raise PlanError(f"The plan breaks a rule: {broken[0].rule}: {broken[0].message}")
        planned = [one.task for one in plan.assignments]
        confirmed = planned if request.confirmed is None else request.confirmed
        self._keep(request.key, Live(problem, plan, policy, settings=request.settings, confirmed=confirmed))
        settle()
        return messages.Done()

    def _keep(self, key: str, live: Live) -> None:
        self.plans[key] = live
        self.plans.move_to_end(key)
        while len(self.plans) > self.kept:
            self.plans.popitem(last=False)


def settle() -> None:
    """Leave what was loaded out of the search for garbage, which takes a tenth of a second in the middle of an answer."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


OfOne = messages.Recommend | messages.Take | messages.Drop | messages.Repair | messages.Tell


def _of(live: Live, request: OfOne) -> messages.Answer:
    """Answer what is asked of one plan."""
    if isinstance(request, messages.Recommend):
        return messages.Options(options=live.recommend(request.task, request.place, request.most))
    if isinstance(request, messages.Take):
        live.take(request.option, request.task, request.place)
        return messages.Done()
    if isinstance(request, messages.Drop):
        return messages.Changed(mended=Mended(changes=live.drop(request.task)))
    if isinstance(request, messages.Repair):
        return messages.Changed(mended=mend(live, request.hole))
    plan, problem = live.plan(), live.problem
    broken = check(problem, plan, live.policy)
    if broken:
        raise RuntimeError(f"The plan in memory broke a rule: {broken[0]}")
    return messages.Documents(problem=encode(problem), plan=encode_plan(plan))


class Port:
    """A Unix socket on which a keeper answers."""

    def __init__(self, path: Path, keeper: Keeper, end: Callable[[], None]) -> None:
        self.keeper, self.end = keeper, end
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Only whoever runs the application may ask.
        before = os.umask(0o177)
        try:
            self.socket.bind(str(path))
        finally:
            os.umask(before)
        self.socket.listen()

    def serve(self) -> None:
        """Answer all who come, each in a thread of its own."""
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as source, suppress(OSError):
            while True:
                try:
                    body = messages.body_of(source)
                except ValueError as error:
                    client.sendall(messages.frame(messages.Failed(message=str(error))))
                    return
                if body is None:
                    return
                client.sendall(messages.frame(self._answer(body)))

    def _answer(self, body: bytes) -> messages.Answer:
        try:
            request = msgspec.msgpack.decode(body, type=messages.Request)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            return messages.Failed(message=f"No request: {error}")
        answer = self.keeper.answer(request)
        if isinstance(request, messages.Stop):
            threading.Timer(0.1, self.end).start()
        return answer


def warm() -> None:
    """Load what is compiled with a plan of nothing much, so that the first request need not wait."""
    from matching.online.example import rehearse  # noqa: PLC0415 nobody else needs it

    rehearse()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    parser.add_argument("--kept", type=int, default=KEPT)
    options = parser.parse_args(arguments)
    over = threading.Event()
    if options.lifeline:
        threading.Thread(target=_listen, args=(over,), daemon=True).start()
    warm()
    port = Port(options.socket, Keeper(options.kept), over.set)
    threading.Thread(target=port.serve, daemon=True).start()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    over.wait()
    with suppress(OSError):
        options.socket.unlink()
    # Threads may be in the middle of an answer that nobody waits for.
    os._exit(0)


def _listen(over: threading.Event) -> None:
    while sys.stdin.buffer.read(1):
        pass
    over.set()
    # Even in the middle of the long imports, or of compiling.
    threading.Timer(1.0, os._exit, (0,)).start()


if __name__ == "__main__":
    main()
