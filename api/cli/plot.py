"""`linli plot` and `linli match --plot`: a plan as one page in the reader's language."""

from pathlib import Path

from api.cli.console import console, errors, refuse, words
from api.cli.documents import read_plan, read_problem
from api.i18n import N_
from matching.errors import PlanError
from matching.plan import Plan
from matching.plot.page import page
from matching.problem import Problem
from matching.rules import check


def run_plot(problem_file: Path, plan_file: Path, out: Path) -> None:
    """Draw a plan; refuses one of another problem, and says so if it breaks rules."""
    problem, plan = read_problem(problem_file), read_plan(plan_file)
    try:
        write_plot(problem, plan, out)
    except PlanError as error:
        refuse(f"{plan_file}: {error}")
    if found := check(problem, plan):
        sentence = N_("This plan breaks rules ({n} times); linli check names them.")
        errors.print(words().gettext(sentence, n=len(found)), style="yellow")
    console.print(words().gettext(N_("Written: {file}"), file=str(out)), markup=False, soft_wrap=True)


def write_plot(problem: Problem, plan: Plan, out: Path) -> None:
    """Write the page or refuse with its name.

    Raises:
        PlanError: the plan answers another problem.
    """
    say = words()
    text = page(problem, plan, say=say.gettext, language=say.language)
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        refuse(f"{out}: {error.strerror}")
