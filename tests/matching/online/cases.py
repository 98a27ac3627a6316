"""Small plans for tests: a greedy plan of a random problem without some of its tasks."""

from hypothesis import strategies as st

from matching.assemble import assemble
from matching.policy import ORDERS
from matching.problem import Horizon, Place, Problem, Provider, Shift, StartWindow, Task, Worker
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from tests.matching.strategies import policies, problems


def greedy_plan(problem, policy):
    """A plan of most tasks."""
    instance = Instance(problem, policy)
    return assemble(instance, greedy(instance), [], solver="greedy", seed=0)


def street(tasks, workers=4):
    """Tasks of an hour and people for some hours along one street; some tasks cannot be served."""
    return Problem(
        id="street",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(Place(id=f"p{i}", lat=22.5 + i / 1000, lon=114.0) for i in range(10)),
        providers=(Provider(id="team", kind="volunteers"),),
        workers=tuple(
            Worker(
                id=f"w{i}",
                provider="team",
                shifts=(Shift(start=480, end=720, start_place=f"p{i}", end_place=f"p{i}"),),
            )
            for i in range(workers)
        ),
        tasks=tuple(
            Task(
                id=f"t{i:02}",
                place=f"p{i % 10}",
                duration=60,
                priority=1 + i % 3,
                windows=(StartWindow(earliest=480 + 30 * (i % 4), latest=660),),
            )
            for i in range(tasks)
        ),
    )


@st.composite
def plans(draw, max_tasks=6, max_workers=4, rich=True, orders=ORDERS):
    """A problem, a policy and a plan in which some tasks are not served."""
    policy = draw(policies(orders))
    problem = draw(problems(max_tasks, max_workers, rich=rich))
    instance = Instance(problem, policy)
    solution = greedy(instance)
    tied = {link.before for link in instance.links}
    for task in sorted(solution):
        if task not in tied and draw(st.integers(0, 2)) == 0:
            del solution[task]
    return problem, policy, assemble(instance, solution, [], solver="greedy", seed=0)
