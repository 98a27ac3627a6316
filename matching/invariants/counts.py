"""Counts and ids of the whole document, before anything in it is looked at."""

from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.basics import at_most
from matching.invariants.limits import MAX_COUNTS, MAX_ITEMS, MAX_PAIRS

if TYPE_CHECKING:
    from matching.problem import Problem

COLLECTIONS = (
    *("places", "tasks", "workers", "providers", "pins", "forbids", "precedences", "funds"),
    *("depots", "deliveries", "venues", "gatherings", "enrolments"),
)
ASKED = ("tasks", "deliveries", "enrolments")
"""Collections whose ids a plan names in one breath."""


def check_counts(problem: "Problem") -> None:
    """Refuse what is far beyond a city before anything looks at it."""
    for name in COLLECTIONS:
        at_most(name, len(getattr(problem, name)), MAX_COUNTS.get(name, MAX_ITEMS))
    for name, what in (("tasks", "task"), ("deliveries", "delivery")):
        pairs = len(getattr(problem, name)) * len(problem.workers)
        if pairs > MAX_PAIRS:
            raise ProblemError(name, f"Expected at most {MAX_PAIRS} pairs of {what} and worker, got {pairs}")


def check_ids(problem: "Problem") -> None:
    """No task, delivery or enrolment has the id of another one."""
    seen: set[str] = set()
    for name in ASKED:
        own = [item.id for item in getattr(problem, name)]
        for i, key in enumerate(own):
            if key in seen:
                raise ProblemError(f"{name}[{i}].id", f"Duplicate {key!r}")
        seen.update(own)
