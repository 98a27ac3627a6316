"""Why a visit does not take place: the one reason that decides, its price, and the nearest plan with it."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from matching.explain.document import Change, Cutoff, Explanation, Reason
from matching.explain.nobody import alone, possible, relaxations
from matching.plan import CauseCount
from matching.policy import MILLION, Level
from matching.problem import Task
from matching.rules import CAUSES
from matching.solvers.instance import Solution

if TYPE_CHECKING:
    from matching.explain.explainer import Explainer


class Lost(NamedTuple):
    """The best plan found that serves a task, and the points that no such plan surpasses."""

    best: Solution | None
    most: int
    certain: bool


def unserved(explainer: "Explainer", task_id: str) -> Explanation:
    """The explanation of a task that the plan leaves out."""
    task = explainer.problem.task_by_id[task_id]
    if task.need and _otherwise(explainer, task):
        return _answer(explainer, task, "alternative", proven=True)
    index = explainer.instance.task_index.get(task_id)
    if index is None or not explainer.instance.possible(index):
        return _crowded_out(explainer, task) or _nobody(explainer, task)
    lost = _search(explainer, index)
    if lost.best is None:
        return _nobody(explainer, task, proven=lost.certain)
    return _compared(explainer, task, index, lost)


def _crowded_out(explainer: "Explainer", task: Task) -> Explanation | None:
    """Rounds and gatherings take the time of all who could come: what they are worth is not known by one search."""
    if explainer.visits is explainer.problem or not possible(alone(explainer.problem, task.id)):
        return None
    suggestions = explainer.helps.of(task.id)
    return _answer(explainer, task, "points", proven=False, level="service", suggestions=suggestions)


def _otherwise(explainer: "Explainer", task: Task) -> bool:
    """Whether the same need is served in another way."""
    problem, missing = explainer.problem, explainer.missing
    needs = {one.id: one.need for one in problem.tasks}
    needs |= {one.id: one.need for one in problem.deliveries}
    needs |= {one.id: one.need for one in problem.enrolments}
    return any(need == task.need and name not in missing for name, need in needs.items())


def _nobody(explainer: "Explainer", task: Task, *, proven: bool = True) -> Explanation:
    """The rules leave nobody; or people, but no team."""
    causes = explainer.missing[task.id].causes
    suggestions = explainer.helps.of(task.id)
    found = _answer(explainer, task, "nobody", proven=proven, suggestions=suggestions)
    rules = relaxations(explainer.problem, task.id)
    return msgspec.structs.replace(found, rule=deciding(causes), relaxations=rules)


def deciding(causes: tuple[CauseCount, ...]) -> str:
    """The rule that kept the last ones away: a plumber too far away says more than a hundred who are no plumbers."""
    return max((c.cause for c in causes if c.cause in CAUSES), key=CAUSES.index, default="")


def _search(explainer: "Explainer", index: int) -> Lost:
    """By exchanges, which are quick; then by the exact search, unless the bound says that nothing better is there."""
    instance, chains = explainer.instance, explainer.chains
    idle = chains.idle(index)
    if idle is not None:
        return Lost(idle, instance.points(idle), certain=True)
    found = [each for each in (chains.exchange(index), chains.cheapest(index)) if each is not None]
    best = min((each.solution for each in found), key=instance.rank, default=None) or chains.clearing(index)
    exact = explainer.exact
    most = exact.bound(index)
    bound: int | None = most
    if best is None or exact.scale.value(instance, best) < most:
        best, bound = exact.serve(index, best)
    if best is not None and _points(explainer, best) == explainer.points:
        best = _cheaper(explainer, index, best)
    if bound is None:
        return Lost(best, -1, certain=True)
    musts = sum(instance.must[task] for task in (best or {}))
    most = (min(most, bound) - musts * exact.scale.must) // exact.scale.point
    return Lost(best, most, certain=best is not None and most == instance.points(best))


def _points(explainer: "Explainer", solution: Solution) -> int:
    return explainer.instance.points(solution)


def _cheaper(explainer: "Explainer", index: int, best: Solution) -> Solution:
    """Of plans with as many points, one that costs little: a tie is decided there."""
    kept: dict[Level, int] = {}
    instance, plan = explainer.instance, explainer.solution
    if len(best) != len(plan):
        return best
    for level in instance.costs:
        best = explainer.exact.shorten(index, best, level, kept)
        kept[level] = instance.cost(best, level)
        if kept[level] > instance.cost(plan, level):
            break
    return best


def _compared(explainer: "Explainer", task: Task, index: int, lost: Lost) -> Explanation:
    """The first level at which the best plan with the task is worse than the plan."""
    best = lost.best or {}
    level, price = first_worse(explainer, best)
    cutoff = None
    reason = _reason(explainer, task, level, best)
    exact_points = not any(explainer.policy.tolerances[:1])
    if reason in {"points", "waits"} and exact_points and level == "service":
        cutoff = _cutoff(explainer, task, best, lost)
    elif reason == "tie" and exact_points:
        cutoff = Cutoff(low=task.priority, high=_high(explainer, task, best))
    settled = explainer.bound == explainer.points + explainer.other_points
    proven = {
        "improvable": True,
        "tolerance": True,
        "tie": settled,
        "waits": True,
        "mandatory": lost.certain,
    }.get(reason, cutoff is not None and cutoff.low == cutoff.high)
    return _answer(
        explainer,
        task,
        reason,
        proven=proven,
        level=level,
        price=price,
        cutoff=cutoff,
        change=changed(explainer.solution, best, index),
        suggestions=explainer.helps.of(task.id),
    )


def first_worse(explainer: "Explainer", other: Solution) -> tuple[str, int]:
    """The first level at which another plan is worse, and by how much; nothing where it is better before that, or equal."""
    instance, plan = explainer.instance, explainer.solution
    for level, ours, theirs in (
        ("mandatory", sum(instance.must[t] for t in plan), sum(instance.must[t] for t in other)),
        ("service", instance.points(plan), instance.points(other)),
        ("served", len(plan), len(other)),
        *((c, -instance.cost(plan, c), -instance.cost(other, c)) for c in instance.costs),
    ):
        if ours > theirs:
            return level, ours - theirs
        if theirs > ours:
            return "", 0
    return "", 0


def _reason(explainer: "Explainer", task: Task, level: str, best: Solution) -> Reason:
    instance, plan = explainer.instance, explainer.solution
    index = instance.task_index[task.id]
    if level == "mandatory":
        return "mandatory"
    if not level and instance.rank(best) < instance.rank(plan):
        return "tolerance" if _given_up(explainer, best) else "improvable"
    if any(link.before not in plan for link in instance.befores.get(index, ())):
        return "waits"
    return "points" if level == "service" else "tie"


def _given_up(explainer: "Explainer", best: Solution) -> bool:
    """Whether the points that another plan has more are within the policy's tolerance, and paid by a later level."""
    policy, instance, plan = explainer.policy, explainer.instance, explainer.solution
    more = instance.points(best) - explainer.points
    allowed = explainer.bound * (policy.tolerances[0] if policy.tolerances else 0) // MILLION
    costs = [(instance.cost(plan, level), instance.cost(best, level)) for level in instance.costs]
    return 0 < more <= allowed and any(ours < theirs for ours, theirs in costs)


def _high(explainer: "Explainer", task: Task, best: Solution) -> int:
    """With more points than this the best plan found with the task is better than any without it."""
    most = max(explainer.bound - explainer.other_points, explainer.points)
    return most - (explainer.instance.points(best) - task.priority)


def _cutoff(explainer: "Explainer", task: Task, best: Solution, lost: Lost) -> Cutoff:
    """From what no plan with the task surpasses to what is found; the points of the plan lie within its bound."""
    low = explainer.points - (lost.most - task.priority)
    high = _high(explainer, task, best)
    return Cutoff(low=max(0, min(low, high)), high=high)


def changed(plan: Solution, other: Solution, index: int) -> Change:
    """How many others a plan displaces, moves to other people or another time, and serves in addition."""
    moved = [t for t in plan.keys() & other.keys() if set(plan[t][1]) != set(other[t][1])]
    return Change(
        displaced=len(plan.keys() - other.keys()),
        moved=len(moved),
        gained=len(other.keys() - plan.keys() - {index}),
    )


def _answer(
    explainer: "Explainer", task: Task, reason: Reason, *, proven: bool, **fields: Any
) -> Explanation:
    return Explanation(
        task=task.id,
        kind="task",
        served=False,
        reason=reason,
        proven=proven,
        points=task.priority,
        causes=explainer.missing[task.id].causes,
        **fields,
    )
