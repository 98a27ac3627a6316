"""Fairs worth an officer's look: each solved beside the home visits it would replace."""

from collections.abc import Callable, Collection

import msgspec

from matching.errors import OptionsError
from matching.plan import Plan
from matching.policy import Policy
from matching.pooling.change import enrolment_id, gathering_id, moved
from matching.pooling.crowds import Fair, Terms, crowds, movable
from matching.pooling.figures import Figures, better, figures
from matching.problem import Problem
from matching.solve import solve
from matching.stop import Stop

LEAST = 8
WALK_METRES = 500
LONGEST_MINUTES = 120
MOST = 3
"""Defaults: people that make a fair, the everyday radius on foot, how long a fair lasts at most, how many are tried."""


class FairProposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fair of one service in a venue; times in ticks.

    `tasks`: ids of those that move, `workers`: who would be there, each serving people one after another. `problem`: as it
    is once the fair is accepted; the task `t` is there the enrolment `t:fair` with the same need. `plan`: its plan.
    `visits`, `fair`: figures without and with it, of everything that the problem asks for.
    """

    service: str
    venue: str
    start: int
    duration: int
    gathering: str
    tasks: tuple[str, ...]
    workers: tuple[str, ...]
    visits: Figures
    fair: Figures
    problem: Problem
    plan: Plan


Measure = Callable[[Problem], Problem]


def propose_fairs(
    problem: Problem,
    policy: Policy | None = None,
    *,
    poolable: Collection[str],
    starts: Collection[int],
    stop: Stop,
    venues: Collection[str] | None = None,
    home: Collection[str] = (),
    home_groups: Collection[str] = (),
    least: int = LEAST,
    walk_metres: int = WALK_METRES,
    turn_ticks: int | None = None,
    longest_minutes: int = LONGEST_MINUTES,
    most: int = MOST,
    seed: int = 0,
    deterministic: bool = True,
    measure: Measure | None = None,
) -> tuple[FairProposal, ...]:
    """Fairs that serve more people, or take less of helpers' time and serve nobody worse; the best first.

    `poolable`: services; `starts`: when a fair may begin; `venues`: where (ids), all without it. Tasks in `home`, or in a
    group of `home_groups`, keep their visit. At least `least` people within `walk_metres` of the venue make a fair; each has
    a turn of `turn_ticks` (half of the longest visit, if not given). At most `most` fairs are tried, each of them solved
    twice with `stop`: who would come, and then the whole with those. They may share helpers, so accept one and ask again.
    `measure`: gives a changed problem its ways, where the travel of the problem knows too few.
    Raises `OptionsError` for a number below the least that makes sense.
    """
    check_terms(least, walk_metres, turn_ticks, longest_minutes, most, seed)
    policy = policy or Policy()
    seconds = problem.horizon.tick_seconds
    terms = Terms(
        tuple(sorted(set(starts))), least, walk_metres, turn_ticks, max(1, longest_minutes * 60 // seconds)
    )
    rooms = [venue for venue in problem.venues if venues is None or venue.id in venues]
    found = [
        fair
        for service in sorted(set(poolable))
        for fair in crowds(problem, movable(problem, service, home, home_groups), rooms, terms)
    ]
    found.sort(key=lambda fair: (-len(fair.tasks), fair.service, fair.venue, fair.tasks[0].id))
    if not found:
        return ()
    run = _Run(policy, terms, measure, stop, seed, deterministic)
    return run.proposals(problem, found[:most])


def check_terms(
    least: int, walk_metres: int, turn_ticks: int | None, longest_minutes: int, most: int, seed: int
) -> None:
    """Refuse numbers of which no fair can be made: `OptionsError` with the name of the option."""
    turn = 1 if turn_ticks is None else turn_ticks
    numbers = {
        "least": (least, 1),
        "walk_metres": (walk_metres, 0),
        "turn_ticks": (turn, 1),
        "longest_minutes": (longest_minutes, 1),
        "most": (most, 1),
        "seed": (seed, 0),
    }
    for name, (value, low) in numbers.items():
        if value < low:
            raise OptionsError(f"{name}: expected a number from {low}, got {value}")


class _Run:
    """Solves all with one policy, limit and seed."""

    def __init__(
        self,
        policy: Policy,
        terms: Terms,
        measure: Measure | None,
        stop: Stop,
        seed: int,
        deterministic: bool,
    ) -> None:
        self.policy, self.terms, self.stop, self.seed = policy, terms, stop, seed
        self.deterministic, self.measure = deterministic, measure

    def proposals(self, problem: Problem, fairs: list[Fair]) -> tuple[FairProposal, ...]:
        """What is better than the visits alone."""
        visits = self._solved(problem)
        found = [self._proposal(problem, visits, fair) for fair in fairs]
        good = [one for one in found if one is not None]
        return tuple(
            sorted(
                good,
                key=lambda one: (
                    -one.fair.served,
                    one.fair.helper_minutes,
                    one.fair.walk_minutes,
                    one.gathering,
                ),
            )
        )

    def _solved(self, problem: Problem) -> Plan:
        deterministic = self.deterministic
        return solve(problem, self.policy, stop=self.stop, seed=self.seed, deterministic=deterministic).plan

    def _moved(
        self, problem: Problem, fair: Fair, starts: tuple[int, ...], names: Collection[str]
    ) -> Problem:
        tasks = [task for task in fair.tasks if task.id in names]
        terms = self.terms
        changed = moved(problem, fair, starts=starts, tasks=tasks, least=terms.least, walk=terms.walk_metres)
        return changed if self.measure is None else self.measure(changed)

    def _proposal(self, problem: Problem, visits: Plan, fair: Fair) -> FairProposal | None:
        """First everybody near is invited, to see when it is best and who comes; the others keep their visits."""
        everybody = {task.id for task in fair.tasks}
        invited = self._moved(problem, fair, fair.starts, everybody)
        start, coming = _held(invited, self._solved(invited), fair)
        if start is None:
            return None
        changed = self._moved(problem, fair, (start,), coming)
        plan = self._solved(changed)
        name = gathering_id(fair, (start,))
        workers = [
            worker
            for session in plan.sessions
            if session.gathering == name
            for staff in session.staff
            for worker in staff.workers
        ]
        kept = [task.id for task in problem.tasks if task.id not in coming]
        before, after = figures(problem, visits, kept), figures(changed, plan, kept)
        if not workers or not better(after, before):
            return None
        return FairProposal(
            service=fair.service,
            venue=fair.venue,
            start=start,
            duration=fair.duration,
            gathering=name,
            tasks=tuple(sorted(coming)),
            workers=tuple(sorted(workers)),
            visits=before,
            fair=after,
            problem=changed,
            plan=plan,
        )


def _held(problem: Problem, plan: Plan, fair: Fair) -> tuple[int | None, set[str]]:
    """When the fair is held in a plan, and which tasks have a seat."""
    name = gathering_id(fair, fair.starts)
    session = next((one for one in plan.sessions if one.gathering == name), None)
    if session is None:
        return None, set()
    start = problem.gathering_by_id[name].occasions[session.occasion].starts[0]
    seated = set(session.seated)
    return start, {task.id for task in fair.tasks if enrolment_id(task.id) in seated}
