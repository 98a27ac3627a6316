"""A large round: its parts side by side, then the borders between them, then a bound over the whole."""

from collections.abc import Iterator

import msgspec
import numpy as np

from matching import codec
from matching.plan import Plan
from matching.policy import encode_policy
from matching.problem import encode
from matching.progress import Progress
from matching.solvers.instance import Instance, Solution
from matching.solvers.portfolio.bounding import bound
from matching.solvers.portfolio.engines import begin_loading
from matching.solvers.portfolio.state import State
from matching.solvers.portfolio.warm import known
from matching.solvers.territory import split
from matching.solvers.territory.borders import cells
from matching.solvers.territory.child import solve_part
from matching.solvers.territory.frames import Request
from matching.solvers.territory.helpers import Helpers, News
from matching.solvers.territory.part import Limits, as_plan, left_over, part_problem, shares
from matching.solvers.territory.split import Split
from matching.stop import Stop

PARTS_SHARE = 0.35
BORDERS_SHARE = 0.2
BOUND_SHARE = 0.9
"""Shares of what is left that the parts, after them the borders, and after these the bounds may take."""

QUICK_ROUNDS = 4
DOUBLINGS = 6
"""Rounds for each task of a part before bounds are looked at, where a gap is near enough for the caller, and how often
twice as many follow at the borders."""

NOMINAL = 2
"""Parts at once for which deterministic work is meant; the number of processes must not change a plan."""


def solve_parts(state: State, warm: Solution | None, processes: int) -> bool:
    """Split, solve, mend; False where the round cannot be split.

    With one process all parts are solved in this one, one after another.
    """
    parts = split.split(state.instance, split.MOST_TASKS)
    if parts.parts == 1:
        return False
    state.note("parts", f"{parts.parts} parts, {processes} at a time")
    begin_loading(*(("bounds",) if processes > 1 else ("local", "bounds")))
    with Helpers(processes if processes > 1 else 0) as helpers:
        helpers.start()
        crew = _Crew(state, helpers)
        quick = state.budget.stop.gap_ppm is not None
        rounds = QUICK_ROUNDS * split.MOST_TASKS
        crew.solve_parts(parts, warm, rounds if quick else None)
        if quick:
            bound(state, state.instance.policy.levels, BOUND_SHARE)
        for doubled in range(1, DOUBLINGS + 1) if quick else (0,):
            if not state.budget.out() and not state.finished:
                crew.mend(parts, rounds << doubled if quick else None)
                bound(state, state.instance.policy.levels, BOUND_SHARE)
    return True


class _Crew:
    """Requests go out, plans come back and are put together."""

    def __init__(self, state: State, helpers: Helpers) -> None:
        self.state, self.instance, self.helpers = state, state.instance, helpers
        self.policy = encode_policy(state.instance.policy)

    def solve_parts(self, parts: Split, warm: Solution | None, most: int | None) -> None:
        """Each part by itself, beginning with what it keeps of a known plan."""
        instance, names = self.instance, []
        limits = shares(instance, parts.part.tolist(), parts.parts, parts.part_of_worker.tolist())
        stop = self._stop(PARTS_SHARE, parts.parts, most)
        requests = []
        for i in range(parts.parts):
            names.append(f"part {i + 1} of {parts.parts}")
            tasks, workers = np.flatnonzero(parts.part == i), np.flatnonzero(parts.part_of_worker == i)
            inside = _inside(instance, warm or {}, parts, i)
            start = as_plan(instance, warm or {}, inside) if inside else None
            requests.append(self._request(names[i], tasks.tolist(), workers.tolist(), limits[i], stop, start))
        together: Solution = {}
        for _, found in self._run("parts", names, requests):
            together |= found
            self.state.offer("parts", dict(together))

    def mend(self, parts: Split, most: int | None) -> None:
        """Tasks and workers around the cuts once more, and whoever is unserved and could be reached from there."""
        state, instance = self.state, self.instance
        found = cells(instance, state.best, parts.cuts, split.MOST_TASKS)
        names = [f"border {i + 1} of {len(found)}" for i in range(len(found))]
        stop = self._stop(BORDERS_SHARE, len(found), most)
        requests = []
        for name, cell in zip(names, found, strict=True):
            kept = frozenset(cell.tasks) & state.best.keys()
            limits = left_over(instance, {t: visit for t, visit in state.best.items() if t not in kept})
            start = as_plan(instance, state.best, kept)
            requests.append(self._request(name, cell.tasks, cell.workers, limits, stop, start))
        for i, mended in self._run("borders", names, requests):
            inside = set(found[i].tasks)
            rest = {task: visit for task, visit in state.best.items() if task not in inside}
            state.offer("borders", rest | mended)

    def _stop(self, share: float, parts: int, most: int | None) -> Stop:
        budget, stop = self.state.budget, self.state.budget.stop
        waves = -(-parts // max(1, self.helpers.size))
        left = budget.left()
        work = None if budget.work is None else budget.work * share
        if work is not None:
            budget.spend(work)
        return msgspec.structs.replace(
            stop,
            seconds=None if left is None else left * share / waves,
            deterministic=None if work is None else work * NOMINAL / max(NOMINAL, parts),
            iterations=min((n for n in (stop.iterations, most) if n is not None), default=None),
            gap_ppm=None,
        )

    def _request(
        self, name: str, tasks: list[int], workers: list[int], limits: Limits, stop: Stop, start: Plan | None
    ) -> Request:
        from matching.entry import Options  # noqa: PLC0415 it imports this module

        budget = self.state.budget
        options = Options(
            stop=stop,
            seed=budget.seed,
            solver="local",
            deterministic=budget.deterministic,
            warm_start=start,
            processes=1,
        )
        problem = part_problem(self.instance, name, tasks, workers, limits)
        return Request(problem=encode(problem), policy=self.policy, options=codec.encode_struct(options))

    def _run(self, stage: str, names: list[str], requests: list[Request]) -> Iterator[tuple[int, Solution]]:
        """Solutions of parts as they come; what children found is taken even after an interrupt."""
        if not self.helpers.size:
            for i, request in enumerate(requests):
                if not self.state.budget.out():
                    yield i, self._alone(request)
            return
        watch = _Watch(self.state, stage, names)
        try:
            for news in self.helpers.run(requests, self.state.budget.out):
                yield from self._heard(watch, news, requests)
        except KeyboardInterrupt:
            self.state.budget.interrupted = True
            for news in self.helpers.run([], lambda: True):
                yield from self._heard(watch, news, requests)

    def _heard(self, watch: "_Watch", news: News, requests: list[Request]) -> Iterator[tuple[int, Solution]]:
        if news.kind == "news":
            watch.tell(news)
        elif news.kind == "done":
            yield news.part, self._solution(news.body)
        else:
            why = news.body.decode() or "its process ended"
            self.state.note(
                watch.stage, f"{watch.names[news.part]} failed ({why}) and is solved in this process"
            )
            yield news.part, self._alone(_quick(requests[news.part]))

    def _alone(self, request: Request) -> Solution:
        return self._solution(solve_part(msgspec.msgpack.encode(request), cancelled=self.state.budget.out))

    def _solution(self, body: bytes) -> Solution:
        from matching.solve import Result  # noqa: PLC0415 it imports this module

        result = codec.decode_struct(body, Result)
        return known(self.instance, result.plan)


def _quick(request: Request) -> Request:
    """The same part by construction alone: whatever ended a search must not end it again."""
    options = msgspec.json.decode(request.options)
    return msgspec.structs.replace(request, options=msgspec.json.encode({**options, "solver": "greedy"}))


def _inside(instance: Instance, warm: Solution, parts: Split, part: int) -> frozenset[int]:
    """Tasks of a known plan whose people all belong to their part."""
    workers = parts.part_of_worker
    return frozenset(
        task
        for task, (_, rows) in warm.items()
        if parts.part[task] == part and all(workers[instance.worker_of_row[row]] == part for row in rows)
    )


class _Watch:
    """What all children say, as one share and one count."""

    def __init__(self, state: State, stage: str, names: list[str]) -> None:
        self.state, self.stage, self.names = state, stage, names
        self.told: dict[int, Progress] = {}

    def tell(self, news: News) -> None:
        """Pass on what one part says."""
        progress = msgspec.json.decode(news.body, type=Progress)
        self.told[news.part] = progress
        self.state.tell(self.stage, None, f"{self.names[news.part]}: {progress.message}")
