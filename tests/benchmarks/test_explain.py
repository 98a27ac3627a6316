"""Explanations of everybody who is left out of a round of 400 needs and 40 people.

`pytest -m benchmark tests/benchmarks/test_explain.py -s`
"""

from collections import Counter
from time import process_time

import msgspec
import numpy as np
import pytest

from matching.assemble import assemble
from matching.explain.entry import explainer
from matching.policy import Policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Worker,
)
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

from .report import record, table

MINUTES = 4
METRE = 1 / 111_000
SKILLS = ("care", "repair", "meals", "teach", "clean")
KINDS = ("volunteer_team", "red_partner")
DAYS = 5
DAY = 1440
POLICY = Policy(levels=("service", "travel"))
SECONDS = 15
AGAIN = 3
SAMPLED = 1
RAISED = 8


def week(tasks: int = 400, workers: int = 40, *, seed: int) -> Problem:
    """Five days of a community: half-day windows on one day or two, people with two or three visits in a few hours."""
    rng = np.random.default_rng([seed, tasks, workers])
    spots = rng.integers(0, 1_500, (tasks + workers, 2)).tolist()
    return Problem(
        id=f"week-{tasks}x{workers}-{seed}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=DAYS),
        places=tuple(
            Place(id=f"p{i:03}", lat=22.52 + y * METRE, lon=114.03 + x * METRE, access_ticks=2)
            for i, (x, y) in enumerate(spots)
        ),
        providers=tuple(Provider(id=f"o{i}", kind=KINDS[i % 2]) for i in range(6)),
        tasks=tuple(_task(rng, i) for i in range(tasks)),
        workers=tuple(_worker(rng, i, tasks) for i in range(workers)),
    )


def _task(rng: np.random.Generator, i: int) -> Task:
    days = sorted(rng.choice(DAYS, size=int(rng.integers(1, 4)), replace=False).tolist())
    begin = int(rng.choice([540, 840]))
    return Task(
        id=f"t{i:03}",
        place=f"p{i:03}",
        duration=int(rng.choice([30, 45, 60, 90])),
        windows=tuple(StartWindow(earliest=d * DAY + begin, latest=d * DAY + begin + 150) for d in days),
        priority=int(rng.choice([1, 1, 2, 2, 3, 4, 6])),
        service="help",
        skills=(SkillLevel(skill=SKILLS[int(rng.integers(len(SKILLS)))], level=int(rng.choice([1, 1, 2]))),),
        allowed_kinds=("volunteer_team",) if rng.random() < 0.15 else (),
        required_gender=str(rng.choice(["f", "m"])) if rng.random() < 0.1 else None,
        required_language="yue" if rng.random() < 0.1 else None,
    )


def _worker(rng: np.random.Generator, i: int, tasks: int) -> Worker:
    home, begin = f"p{tasks + i:03}", int(rng.choice([540, 840]))
    free = sorted(rng.choice(DAYS, size=3, replace=False).tolist())
    skills = sorted(rng.choice(len(SKILLS), size=int(rng.integers(2, 4)), replace=False).tolist())
    return Worker(
        id=f"w{i:02}",
        provider=f"o{int(rng.integers(6))}",
        shifts=tuple(
            Shift(start=d * DAY + begin, end=d * DAY + begin + 180, start_place=home, end_place=home)
            for d in free
        ),
        skills=tuple(SkillLevel(skill=SKILLS[s], level=int(rng.choice([1, 2, 3, 3]))) for s in skills),
        reach_metres=int(rng.choice([800, 1_100])),
        max_tasks_day=int(rng.integers(2, 4)),
        gender="fm"[i % 2],
        languages=("yue", "zh") if rng.random() < 0.4 else ("zh",),
    )


def planned(problem, warm=None, *, seconds=SECONDS):
    """A plan of a week, and whether its points are proven: as long as a proof finds a better one, that is taken."""
    plan = solve(problem, POLICY, stop=Stop(seconds=seconds), warm_start=warm).plan
    for _ in range(AGAIN):
        maker = explainer(problem, plan, POLICY, tasks=())
        better, bound = maker.exact.best
        if better is None:
            return plan, bound is not None
        warm = assemble(maker.instance, better, (), solver="warm", seed=0)
        plan = solve(problem, POLICY, stop=Stop(seconds=2), warm_start=warm).plan
    return plan, False


def changed(maker, answer, suggestion):
    """The problem after what a suggestion asks for."""
    problem = maker.problem
    if suggestion.code == "radius":
        return wider(problem, answer.task)
    names = maker.helps.of_task[answer.task]
    change = next(
        c
        for c in (maker.helps.names[name] for name in names)
        if (c.code, c.amount, c.kinds) == (suggestion.code, suggestion.amount, suggestion.kinds)
    )
    return replaced(problem, msgspec.structs.replace(change.task, id=answer.task))


def wider(problem, task_id):
    workers = (msgspec.structs.replace(w, reach_metres=w.reach_metres * 3 // 2) for w in problem.workers)
    return msgspec.structs.replace(problem, workers=tuple(workers))


def replaced(problem, task):
    return msgspec.structs.replace(
        problem, tasks=tuple(task if t.id == task.id else t for t in problem.tasks)
    )


def served_again(problem, plan, task_id, *, seconds=4):
    """Points of all others in a plan solved again with one need that must be served."""
    task = msgspec.structs.replace(problem.task_by_id[task_id], mandatory=True)
    again = solve(replaced(problem, task), POLICY, stop=Stop(seconds=seconds), warm_start=plan).plan
    assert check(replaced(problem, task), again, POLICY) == ()
    assert task_id in {a.task for a in again.assignments}
    points = next(level.value for level in again.levels if level.name == "service")
    return points - task.priority


@pytest.mark.benchmark
def test_explanations_of_all_unserved(capsys):
    problem = week(seed=1)
    plan, _ = planned(problem)
    service = plan.levels[0]
    begun = process_time()
    maker = explainer(problem, plan, POLICY)
    maker.helps.chains.instance, maker.exact.using, maker.chains  # noqa: B018 what all answers share
    shared = process_time() - begun
    answers, seconds = [], []
    for missing in plan.unserved:
        begun = process_time()
        answers.append(maker.explain(missing.task))
        seconds.append(process_time() - begun)
    assert [answer.task for answer in answers] == [missing.task for missing in plan.unserved]
    assert all(answer.reason for answer in answers)
    tried = verified(maker, plan, service.value, answers)
    raised = raise_points(problem, plan, answers)
    told(plan, answers, seconds, shared, tried, raised, capsys)


def verified(maker, plan, points, answers):
    """A sample of the suggestions, solved again: how many of each code, and how many kept their word."""
    tried, kept = Counter(), Counter()
    for answer in answers:
        for suggestion in answer.suggestions:
            if tried[suggestion.code] == SAMPLED:
                continue
            tried[suggestion.code] += 1
            others = served_again(changed(maker, answer, suggestion), plan, answer.task)
            kept[suggestion.code] += others >= points
    return tried, kept


def raise_points(problem, plan, answers):
    """Those whose cut-off is proven get one point more than that; how many are served when solved again."""
    decided = [a for a in answers if a.cutoff is not None and a.cutoff.low == a.cutoff.high]
    step = max(1, len(decided) // RAISED)
    served = Counter()
    for answer in decided[::step][:RAISED]:
        task = msgspec.structs.replace(problem.task_by_id[answer.task], priority=answer.cutoff.high + 1)
        again, proven = planned(replaced(problem, task), plan, seconds=2)
        served[answer.task in {a.task for a in again.assignments}, proven] += 1
    return len(decided), served


def told(plan, answers, seconds, shared, tried, raised, capsys):
    reasons = Counter((a.reason, "proven" if a.proven else "open") for a in answers)
    seconds = sorted(seconds)
    suggestions = [len(a.suggestions) for a in answers]
    service = plan.levels[0]
    decided, served = raised
    rows = [
        ("needs, people, left out", f"{len(plan.assignments) + len(answers)}, 40, {len(answers)}"),
        ("points, bound", f"{service.value}, {service.bound}"),
        ("with exactly one reason", f"{len(answers)}"),
        *(((f"reason {reason}, {how}"), count) for (reason, how), count in sorted(reasons.items())),
        ("process seconds shared by all", f"{shared:.1f}"),
        (
            "process seconds each: median, 95 of 100, longest",
            f"{seconds[len(seconds) // 2]:.2f}, {seconds[int(0.95 * len(seconds))]:.2f}, {seconds[-1]:.2f}",
        ),
        ("with a suggestion; suggestions", f"{sum(map(bool, suggestions))}; {sum(suggestions)}"),
        ("suggestions solved again; kept", f"{tried[0].total()}; {tried[1].total()}"),
        ("cut-offs proven", decided),
        (
            "raised to the cut-off and one point, solved again to a proof; served",
            f"{served.total()}; {served[True, True] + served[True, False]}",
        ),
    ]
    with capsys.disabled():
        record("Explanations", table(("Explanations of all that are left out", "400 x 40"), rows))
    assert tried[0] == tried[1]
    assert served.total() == served[True, True] + served[True, False] > 0
