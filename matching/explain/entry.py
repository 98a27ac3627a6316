"""What callers use: one explanation from a problem and its plan, as objects or as bytes."""

from typing import TYPE_CHECKING

import msgspec

from matching import codec
from matching.errors import OptionsError, PlanError, ProblemError
from matching.explain.document import Explanation, encode_explanation
from matching.plan import Plan, decode_plan
from matching.policy import Policy, decode_policy, policy_hash
from matching.problem import Problem, decode_problem, problem_hash
from matching.stop import Stop

if TYPE_CHECKING:
    from matching.explain.explainer import Explainer

DEFAULT_POLICY = Policy()
DEFAULT_STOP = Stop(deterministic=4)
"""Units of work (about a second each) for one answer; it is usually done in less than one."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which need, how long to search, and whether those who could come are named (for officers)."""

    task: str
    stop: Stop = DEFAULT_STOP
    seed: int = 0
    named: bool = False


def explain(
    problem: Problem,
    plan: Plan,
    task_id: str,
    *,
    policy: Policy = DEFAULT_POLICY,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    named: bool = False,
) -> Explanation:
    """Why one task, delivery or enrolment is served or not, and what would help.

    Raises:
        PlanError: the plan is of another problem or policy, or the problem has no such need.
    """
    return explainer(problem, plan, policy, tasks=(task_id,), stop=stop, seed=seed).explain(
        task_id, named=named
    )


def explainer(
    problem: Problem,
    plan: Plan,
    policy: Policy = DEFAULT_POLICY,
    *,
    tasks: tuple[str, ...] | None = None,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
) -> "Explainer":
    """What explains several needs of one plan (`tasks`; all, if none are named) and shares the work between them."""
    if plan.problem != problem_hash(problem):
        raise PlanError("The plan answers another problem")
    if plan.policy != policy_hash(policy):
        raise PlanError("The plan follows another policy")
    known = problem.task_by_id.keys() | problem.delivery_by_id.keys() | problem.enrolment_by_id.keys()
    for task in tasks or ():
        if task not in known:
            raise PlanError(f"The problem has no task, delivery or enrolment {task!r}")
    from matching.explain.explainer import Explainer  # noqa: PLC0415 reads the problem as solvers do

    return Explainer(problem, plan, policy, tasks=tasks, stop=stop, seed=seed)


def explain_bytes(problem: bytes, plan: bytes, policy: bytes, options: bytes) -> bytes:
    """Explain documents: the answer is an `Explanation` as JSON. An empty `policy` is the default one."""
    try:
        chosen = codec.decode_struct(options, Options)
    except ProblemError as error:
        raise OptionsError(str(error)) from error
    answer = explain(
        decode_problem(problem),
        decode_plan(plan),
        chosen.task,
        policy=decode_policy(policy or b"{}"),
        stop=chosen.stop,
        seed=chosen.seed,
        named=chosen.named,
    )
    return encode_explanation(answer)
