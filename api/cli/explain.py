"""`linli explain`: why a need is served or not, and what would help, in plain words or as a document."""

from pathlib import Path
from typing import Literal, NamedTuple

from api.cli.console import console, print_json, refuse, words
from api.cli.documents import read_plan, read_policy, read_problem
from matching.errors import PlanError
from matching.explain import Explanation, explain, told
from matching.policy import Policy
from matching.stop import Stop


class Question(NamedTuple):
    """What is asked, and how the answer should be."""

    task: str
    policy: Path | None
    seconds: float
    language: Literal["en", "zh"] | None
    names: bool


def run_explain(problem_file: Path, plan_file: Path, asked: Question, *, as_json: bool) -> None:
    """Print the explanation of one task, delivery or enrolment."""
    problem, plan = read_problem(problem_file), read_plan(plan_file)
    policy = Policy() if asked.policy is None else read_policy(asked.policy)
    # Work rather than seconds: the same question has the same answer on every machine.
    stop = Stop(deterministic=asked.seconds)
    try:
        found = explain(problem, plan, asked.task, policy=policy, stop=stop, named=asked.names)
    except PlanError as error:
        refuse(f"{plan_file}: {error}")
    if as_json:
        print_json(found)
    else:
        _show(found, asked.language or words().language)


def _show(found: Explanation, language: Literal["en", "zh"]) -> None:
    first, *rest = told(found, language)
    console.print(first, style="bold", markup=False, soft_wrap=True)
    for line in rest:
        console.print(line, markup=False, soft_wrap=True)
