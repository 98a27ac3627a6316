"""What must hold in every problem document, and the order in which it is kept."""

from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.counts import check_counts, check_ids
from matching.invariants.deliveries import check_deliveries, check_depots
from matching.invariants.gatherings import check_enrolments, check_gatherings, check_venues
from matching.invariants.limits import (
    DAY_SECONDS,
    MAX_CAP,
    MAX_COUNTS,
    MAX_FEN,
    MAX_FUND,
    MAX_HEADCOUNT,
    MAX_ITEMS,
    MAX_LEVEL,
    MAX_METRES,
    MAX_NAMED,
    MAX_OCCASIONS,
    MAX_PAIRS,
    MAX_PRICE,
    MAX_PRIORITY,
    MAX_ROLES,
    MAX_SEATS,
    MAX_SHIFTS,
    MAX_TICKS,
    MAX_UNITS,
    MAX_WINDOWS,
)
from matching.invariants.order import sorted_fields
from matching.invariants.people import check_horizon, check_places, check_providers, check_workers
from matching.invariants.tasks import check_pins, check_precedences, check_tasks
from matching.invariants.ways import check_travel

if TYPE_CHECKING:
    from matching.problem import Problem

__all__ = [
    "DAY_SECONDS",
    "MAX_CAP",
    "MAX_COUNTS",
    "MAX_FEN",
    "MAX_FUND",
    "MAX_HEADCOUNT",
    "MAX_ITEMS",
    "MAX_LEVEL",
    "MAX_METRES",
    "MAX_NAMED",
    "MAX_OCCASIONS",
    "MAX_PAIRS",
    "MAX_PRICE",
    "MAX_PRIORITY",
    "MAX_ROLES",
    "MAX_SEATS",
    "MAX_SHIFTS",
    "MAX_TICKS",
    "MAX_UNITS",
    "MAX_WINDOWS",
    "check_problem",
    "sorted_fields",
]

CHECKS = (
    *(check_counts, check_horizon, check_places, check_providers, check_workers, check_tasks),
    *(check_depots, check_deliveries, check_venues, check_gatherings, check_enrolments, check_ids),
    *(check_pins, check_precedences, check_travel),
)


def check_problem(problem: "Problem") -> None:
    """Raise `ProblemError` for the first invariant that fails; indices are those of the document given."""
    if problem.schema != "linli.problem/1":
        raise ProblemError("schema", f"Unknown schema {problem.schema!r}, expected 'linli.problem/1'")
    for check in CHECKS:
        check(problem)
