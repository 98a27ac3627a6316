"""A plan on the terminal: who is served, how good that is, which part found it, and what keeps the rest away."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.table import Table

from api.cli.console import console, words
from api.cli.plan_tables import LISTED, more, plan_table, word_of
from api.cli.shape_report import shapes_table, show_shapes
from api.i18n import N_
from matching.plan import LevelReport, Plan
from matching.plot import facts
from matching.plot.words import CAUSES, LEVELS, PARTS, STATUSES, TERMS, UNITS
from matching.problem import Problem

if TYPE_CHECKING:
    from matching.solve import Result

TIMETABLE = 30  # visits; more than that nobody reads on a terminal
IN_TICKS = ("travel", "experience")


def show_result(problem: Problem, result: "Result") -> None:
    """Print the summary of a solve."""
    show_plan(problem, result.plan, result.seconds)
    if len({item.part for item in result.found}) > 1:
        console.print(_found(problem, result))
    if result.status == "interrupted":
        console.print(words().gettext(N_("Interrupted: this is the best plan so far.")), style="yellow")


def show_plan(problem: Problem, plan: Plan, seconds: float) -> None:
    """Print what is served, level by level, and why the rest is not."""
    _ = words().gettext
    served, asked = facts.needs(problem, plan)
    sentence = (
        N_("{served} of {asked} tasks served")
        if problem.visits_only
        else N_("{served} of {asked} needs served")
    )
    console.print(
        _(sentence, served=served, asked=asked) + f"  ({word_of(PARTS, plan.solver)}, {seconds:.1f} s)",
        style="bold",
    )
    if not problem.visits_only:
        console.print(shapes_table(facts.by_shape(problem, plan)))
    _show_musts(problem, plan)
    classes = facts.by_priority(problem, plan)
    if len(classes) > 1:
        console.print(_classes(classes))
    console.print(levels_table(plan, problem.horizon.tick_seconds))
    console.print(Columns(_totals(problem, plan), padding=(0, 3)))
    if 0 < len(plan.assignments) <= TIMETABLE:
        console.print(_timetable(problem, plan))
    show_shapes(problem, plan)
    lost = facts.missing(problem, plan)
    if lost:
        console.print(_groups(facts.grouped(problem, plan)))
        console.print(_missing(lost))


def _show_musts(problem: Problem, plan: Plan) -> None:
    pinned = {pin.task for pin in problem.pins}
    lost = [m for m in facts.missing(problem, plan) if facts.must(m.task, pinned)]
    if not lost:
        return
    table = plan_table(
        N_("Must be served, and is not"),
        (N_("Task"), "left"),
        (N_("The rule that fails"), "left"),
        (N_("Cause code"), "left"),
    )
    table.title_style = "bold red"
    for item in lost[:LISTED]:
        table.add_row(item.task.id, word_of(CAUSES, item.main), item.main)
    more(table, len(lost))
    console.print(table)


def _classes(classes: Sequence[facts.PriorityClass]) -> Table:
    table = plan_table(
        N_("Served, by priority"),
        (N_("Points each"), "right"),
        (N_("Asked"), "right"),
        (N_("Served"), "right"),
        (N_("Share"), "right"),
        (N_("Points"), "right"),
    )
    for one in classes[:LISTED]:
        share = f"{100 * one.served / one.asked:.0f} %"
        table.add_row(f"{one.priority:,}", f"{one.asked:,}", f"{one.served:,}", share, f"{one.points:,}")
    more(table, len(classes))
    return table


def levels_table(plan: Plan, tick_seconds: int = 60) -> Table:
    """Value, bound and gap of each level."""
    table = plan_table(
        N_("How good the plan is"),
        (N_("Level"), "left"),
        (N_("Value"), "right"),
        (N_("Bound"), "right"),
        (N_("Gap"), "right"),
        (N_("Status"), "left"),
    )
    for level in plan.levels:
        table.add_row(
            word_of(LEVELS, level.name),
            _valued(level, level.value, tick_seconds),
            _valued(level, level.bound, tick_seconds) if level.bounded else words().gettext(N_("not known")),
            f"{level.gap_ppm / 10_000:.2f} %" if level.bounded else "",
            word_of(STATUSES, level.status),
        )
    return table


def _valued(level: LevelReport, value: int, tick_seconds: int) -> str:
    if level.name not in IN_TICKS:
        return f"{value:,}"
    return words().gettext(N_("{n} min"), n=f"{value * tick_seconds / 60:,.0f}")


def _totals(problem: Problem, plan: Plan) -> list[str]:
    _ = words().gettext
    return [
        _(
            N_("{what}: {amount}"),
            what=word_of(TERMS, code),
            amount=f"{value} {_(UNITS[unit]) if unit else ''}",
        )
        for code, value, unit in facts.totals(problem, plan)
    ]


def _found(problem: Problem, result: "Result") -> Table:
    """One line for each part in turn: how many better plans it found, and the last of them."""
    table = plan_table(
        N_("Which part found what"),
        (N_("Part"), "left"),
        (N_("Better plans"), "right"),
        (N_("Seconds"), "right"),
        (N_("Served"), "right"),
        (N_("Points"), "right"),
        (N_("Last level"), "right"),
    )
    level, tick_seconds = result.plan.levels[-1], problem.horizon.tick_seconds
    turns = [(part, list(items)) for part, items in groupby(result.found, key=lambda item: item.part)]
    for part, items in turns[-LISTED:]:
        last = items[-1]
        counts = (f"{len(items):,}", f"{last.seconds:.1f}", f"{last.served:,}", f"{last.points:,}")
        table.add_row(word_of(PARTS, part), *counts, _valued(level, last.cost, tick_seconds))
    return table


def _timetable(problem: Problem, plan: Plan) -> Table:
    table = plan_table(
        N_("Who comes when"), (N_("Start"), "left"), (N_("Task"), "left"), (N_("People"), "left")
    )
    for visit in sorted(plan.assignments, key=lambda item: (item.start, item.task)):
        table.add_row(facts.clock(problem, visit.start), visit.task, ", ".join(visit.workers))
    return table


def _groups(groups: Sequence[facts.CauseGroup]) -> Table:
    table = plan_table(
        N_("Not served, by main reason"),
        (N_("Reason"), "left"),
        (N_("Cause code"), "left"),
        (N_("Tasks"), "right"),
        (N_("Points"), "right"),
    )
    for group in groups:
        table.add_row(word_of(CAUSES, group.cause), group.cause, f"{group.tasks:,}", f"{group.points:,}")
    return table


def _missing(lost: Sequence[facts.Missing]) -> Table:
    _ = words().gettext
    table = plan_table(
        N_("Not served, and why (people per first reason)"), (N_("Task"), "left"), (N_("Causes"), "left")
    )
    for item in lost[:LISTED]:
        causes = _(N_("; ")).join(f"{word_of(CAUSES, c.cause)} {c.count}" for c in reversed(item.causes))
        table.add_row(item.task.id, causes)
    more(table, len(lost))
    return table
