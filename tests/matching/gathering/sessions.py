"""Plans of sessions alone for tests, and the best one of a tiny problem by trying everything."""

from itertools import chain, combinations, groupby, product

from matching.assemble import told
from matching.plan import CauseCount, Plan, Route, Session, Staff, Stop, Unserved
from matching.policy import Policy
from matching.problem import Problem
from matching.rules import check
from matching.rules.case import Case
from matching.rules.terms import level_values
from matching.solvers.budget import Budget
from matching.solvers.gathering import Gathered, gather, why_unseated
from matching.solvers.mixed.merge import merged
from matching.stop import Stop as Limit

BESIDE = {"waiting", "reported"}
"""Rules on what a plan tells beside its sessions."""


def gathered(
    problem: Problem, policy: Policy | None = None, *, work=20.0, seed=0, skip=frozenset(), known=()
) -> Gathered:
    """A deterministic solve."""
    budget = Budget(Limit(deterministic=work), seed=seed, deterministic=True)
    return gather(problem, policy or Policy(), budget, seed=seed, skip=skip, known=known)


def plan_of(problem: Problem, found: Gathered, policy: Policy | None = None) -> Plan:
    """The whole plan of a problem that asks for nothing but seats."""
    seated = {person for session in found.sessions for person in session.seated}
    left = [e.id for e in problem.enrolments if e.id not in seated]
    why = why_unseated(problem, found.sessions, left)
    return told(
        problem,
        policy or Policy(),
        routes=found.routes,
        sessions=found.sessions,
        unserved=[Unserved(task=name, causes=why[name]) for name in left],
        solver="sessions",
    )


def write(problem: Problem, policy: Policy, sessions: tuple[Session, ...]) -> Plan:
    """A plan of these sessions, right or wrong, without waiting lists."""
    routes = merged(problem, (tuple(_leads(problem, sessions)),), sessions)
    seated = {person for session in sessions for person in session.seated}
    left = (e.id for e in problem.enrolments if e.id not in seated)
    causes = (CauseCount(cause="busy", count=1),)
    return told(
        problem,
        policy,
        routes=routes,
        sessions=sessions,
        unserved=[Unserved(task=name, causes=causes) for name in left],
        solver="brute",
    )


def _leads(problem, sessions):
    for session in sessions:
        held = problem.gathering_by_id[session.gathering]
        starts = held.occasions[session.occasion].starts
        for worker in (w for one in session.staff for w in one.workers):
            for start in starts:
                shifts = problem.worker_by_id[worker].shifts
                at = next((i for i, s in enumerate(shifts) if s.start <= start < s.end), None)
                if at is not None:
                    stop = Stop(
                        task=held.id,
                        arrive=start,
                        start=start,
                        end=start + held.duration,
                        travel_ticks=0,
                        travel_metres=0,
                        kind="lead",
                    )
                    yield Route(worker=worker, shift=at, stops=(stop,), return_ticks=0, return_metres=0)


def broken(problem: Problem, policy: Policy, sessions: tuple[Session, ...]) -> set[str]:
    """Which rules on sessions a choice breaks."""
    return {violation.rule for violation in check(problem, write(problem, policy, sessions))} - BESIDE


def best_value(problem: Problem, policy: Policy) -> tuple[int, ...]:
    """(points, seats, -cost of each level of cost) of the best choice of sessions."""
    costs = [level for level in policy.levels if level != "service"]
    ways = [[(), *singles(problem, policy, gathering)] for gathering in problem.gatherings]
    every = [tuple(chain(*choice)) for choice in product(*ways)]
    worth = {choice: _worth(problem, choice) for choice in every}
    every.sort(key=worth.get, reverse=True)
    for value, alike in groupby(every, key=worth.get):
        found = []
        for choice in alike:
            if not broken(problem, policy, choice):
                values = level_values(Case(problem, write(problem, policy, choice)), policy)
                found.append(tuple(-values[level] for level in costs))
        if found:
            return (*value, *max(found))
    raise AssertionError("no session at all is always allowed")


def _worth(problem, choice):
    seated = [problem.enrolment_by_id[person] for session in choice for person in session.seated]
    return sum(person.priority for person in seated), len(seated)


def singles(problem: Problem, policy: Policy, gathering) -> list[tuple[Session, ...]]:
    """All ways to hold one gathering that the checker allows where nothing else is held."""
    asked = [e.id for e in problem.enrolments if gathering.id in e.gatherings]
    most = min(gathering.max_seats, len(asked))
    groups = [some for size in range(1, most + 1) for some in combinations(asked, size)]
    found = []
    for occasion, seated in product(range(len(gathering.occasions)), groups):
        for staff in _teams(problem, gathering, len(seated)):
            one = Session(gathering=gathering.id, occasion=occasion, staff=staff, seated=seated)
            if not broken(problem, policy, (one,)):
                found.append((one,))
    return found


def _teams(problem, gathering, seated):
    people = [worker.id for worker in problem.workers]
    sizes = [
        max(role.count, 0 if role.per_seats is None else -(-seated // role.per_seats))
        for role in gathering.roles
    ]
    for some in product(*(combinations(people, size) for size in sizes)):
        if len(set(chain(*some))) == sum(sizes):
            yield tuple(Staff(role=role, workers=workers) for role, workers in enumerate(some))
