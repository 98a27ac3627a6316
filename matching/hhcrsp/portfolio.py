"""Solve a home-care instance: search first, then a proof where the size allows; the answer is checked."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Literal

import msgspec

from matching.errors import OptionsError, PlanError
from matching.hhcrsp.arrays import Arrays, arrays_of, solution_of
from matching.hhcrsp.evaluate import Score, evaluate
from matching.hhcrsp.instance import Instance
from matching.hhcrsp.solution import Solution
from matching.stop import Stop

if TYPE_CHECKING:
    from matching.hhcrsp.exact import Proof
    from matching.hhcrsp.search import Found, Search

PROVABLE = 15
"""Visits up to which the whole problem is proven; ten patients are thirteen visits, and take a second."""

ROUNDS_OF_WORK = 40_000
"""Rounds of the search that count as one unit of deterministic work, about a second."""

SMALL_ROUNDS = 20_000
"""Rounds that a provable instance gets before the proof."""

WORK_OF_PROOF = 20.0
"""Units of the exact solver's work where rounds alone are limited."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`share` of the run from 0 to 1; `value` is the best public objective so far (None before there is one)."""

    stage: Literal["kernels", "search", "proof", "done"]
    share: float
    value: float | None
    message: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A checked solution. `bound`: what no solution can undercut, where one is known; `rounds` of each thread."""

    solution: Solution
    score: Score
    bound: float | None
    status: Literal["optimal", "feasible", "interrupted"]
    rounds: int
    seconds: float


def solve(
    instance: Instance,
    *,
    stop: Stop,
    seed: int = 0,
    threads: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Find routes with the least public objective; `PlanError` if the evaluator finds fault with them.

    `stop`: seconds of the clock (after the kernels are loaded), iterations (rounds of each thread), or units of
    deterministic work. Without seconds the same instance, seed and number of threads give the same solution. An
    interrupt (Ctrl-C) returns the best so far; before there is one, it is raised.
    """
    if stop.seconds is None and stop.iterations is None and stop.deterministic is None:
        raise OptionsError("Say when to stop: seconds, iterations or deterministic work")
    if threads < 1:
        raise OptionsError(f"threads: expected a number from 1, got {threads}")
    run = _Run(instance, stop, threads, on_progress)
    try:
        run.search(seed)
        run.prove(seed)
    except KeyboardInterrupt:
        run.interrupted = True
    return run.result()


class _Run:
    """State of one solve, such that an answer can be given at any moment after the first routes."""

    def __init__(
        self, instance: Instance, stop: Stop, threads: int, listener: Callable[[Progress], None] | None
    ) -> None:
        self.began = monotonic()
        self.instance, self.stop, self.threads, self.listener = instance, stop, threads, listener
        self.arrays: Arrays = arrays_of(instance)
        self.engine: Search | None = None
        self.found: Found | None = None
        self.proof: Proof | None = None
        self.interrupted = False

    def search(self, seed: int) -> None:
        """Anneal until the time or the rounds are used up."""
        # numba takes a second to import and must stay out of the web process.
        from matching.hhcrsp.search import Search, Settings, load  # noqa: PLC0415

        if not load.cache_info().currsize:
            self.tell("kernels", 0.0, "loading the search (compiled at its first run on a machine, 40 s)")
        load()
        self.began = monotonic()
        self.engine = Search(self.arrays, len(self.instance.caregivers), seed, self.threads, Settings())
        self.found = self.engine.best()
        self.engine.run(self._share, self._rounds(), self._improved)

    def _small(self) -> bool:
        return len(self.arrays.visits) <= PROVABLE

    def _rounds(self) -> int | None:
        work = None if self.stop.deterministic is None else int(self.stop.deterministic * ROUNDS_OF_WORK)
        limits = (self.stop.iterations, work, SMALL_ROUNDS if self._small() else None)
        return min((limit for limit in limits if limit is not None), default=None)

    def _share(self, rounds: int) -> float:
        most, seconds = self._rounds(), self.stop.seconds
        by_rounds = 0.0 if most is None else rounds / max(most, 1)
        by_time = 0.0 if seconds is None else (monotonic() - self.began) / max(seconds, 1e-9)
        return 1.0 if most == 0 else max(by_rounds, by_time)

    def _improved(self, _cost: int, share: float) -> None:
        assert self.engine is not None  # noqa: S101 called by the engine
        self.found = self.engine.best()
        self.tell("search", min(share, 1.0), f"{self.engine.rounds * self.threads:,} rounds")

    def prove(self, seed: int) -> None:
        """Prove a small instance with what is left of the time."""
        left = None if self.stop.seconds is None else self.stop.seconds - (monotonic() - self.began)
        if not self._small() or self.found is None or (left is not None and left <= 0):
            return
        self.tell("proof", 0.5, "proving")
        # ortools takes a second to import as well.
        from matching.hhcrsp.exact import Limits, prove  # noqa: PLC0415

        work = None if self.stop.seconds is not None else self.stop.deterministic or WORK_OF_PROOF
        limits = Limits(left, work, seed, self.threads)
        caregivers = len(self.instance.caregivers)
        self.proof = prove(self.arrays.model, caregivers, *self.found, limits)

    def result(self) -> Result:
        """The best so far, judged by the evaluator."""
        if self.found is None:
            raise KeyboardInterrupt
        after, start = self.found.after, self.found.start
        if self.proof is not None and self.proof.after is not None and self.proof.start is not None:
            after, start = self.proof.after, self.proof.start
        solution = solution_of(self.instance, self.arrays, after, start)
        score = evaluate(self.instance, solution)
        if score.violations:
            raise PlanError(f"The search broke a rule: {score.violations[0]}")
        proven = self.proof is not None and self.proof.optimal
        self.tell("done", 1.0, f"{score.value:.3f}")
        return Result(
            solution=solution,
            score=score,
            bound=None if self.proof is None else self._value(self.proof.bound),
            status="optimal" if proven else "interrupted" if self.interrupted else "feasible",
            rounds=0 if self.engine is None else self.engine.rounds,
            seconds=monotonic() - self.began,
        )

    def _value(self, cost: int) -> float:
        return cost / (3 * self.arrays.scale)

    def tell(self, stage: Literal["kernels", "search", "proof", "done"], share: float, message: str) -> None:
        """Tell the listener, if there is one."""
        if self.listener is not None:
            value = None if self.found is None else self._value(self.found.cost)
            self.listener(Progress(stage=stage, share=share, value=value, message=message))
