"""Small plans for tests: a greedy plan of a random problem without some of its tasks."""

from hypothesis import strategies as st

from matching.assemble import assemble
from matching.policy import Policy
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from tests.matching.strategies import policies, problems


def greedy_plan(problem, policy=None):
    """A plan of most tasks; no tasks that wait for an unserved one."""
    instance = Instance(problem, policy or Policy())
    return assemble(instance, greedy(instance), [], solver="greedy", seed=0)


@st.composite
def plans(draw, max_tasks=6, max_workers=4, **kinds):
    """A problem, a policy and a plan in which some tasks are not served."""
    policy = draw(policies())
    problem = draw(problems(max_tasks, max_workers, **kinds))
    instance = Instance(problem, policy)
    solution = greedy(instance)
    tied = {link.before for link in instance.links}
    for task in sorted(solution):
        if task not in tied and draw(st.integers(0, 2)) == 0:
            del solution[task]
    return problem, policy, assemble(instance, solution, [], solver="greedy", seed=0)
