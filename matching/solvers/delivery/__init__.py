"""Delivery rounds: loads from depots to doors, several trips a shift; points first, then the last level of cost."""

from collections.abc import Callable
from typing import NamedTuple

from matching.plan import Route
from matching.policy import Policy
from matching.problem import Problem
from matching.solvers.budget import Budget
from matching.solvers.delivery.causes import why_undelivered

__all__ = ["Delivered", "deliver", "load", "loaded", "why_undelivered"]


class Delivered(NamedTuple):
    """Routes that hold stops to load and to deliver, and how good they are.

    `points`: sum of priorities, at most `points_bound` in any plan. `travel`: value of the policy's last level of cost
    (travel, or experience), at least `travel_bound` in any plan that serves as much. `optimal`: both are proven.
    """

    routes: tuple[Route, ...]
    points: int
    points_bound: int
    travel: int
    travel_bound: int
    optimal: bool


def deliver(
    problem: Problem,
    policy: Policy,
    budget: Budget,
    *,
    seed: int = 0,
    lanes: int = 2,
    skip: frozenset[str] = frozenset(),
    tell: Callable[[str], None] | None = None,
) -> Delivered:
    """Plan the deliveries of a problem but those of `skip`; nothing else of it is looked at.

    It ends when the budget is out, or when everything is proven. Same problem, seed and deterministic budget: same routes.
    """
    from matching.solvers.delivery.portfolio import run  # noqa: PLC0415 numba takes a second to import

    return Delivered(*run(problem, policy, budget, seed=seed, lanes=lanes, skip=skip, tell=tell))


def load() -> None:
    """Load the compiled code from disk, or compile it: once for all instances."""
    from matching.solvers.delivery.portfolio import load as load_it  # noqa: PLC0415 as above

    load_it()


def loaded() -> bool:
    """Whether the compiled code is ready."""
    from matching.solvers.delivery.portfolio import loaded as is_it  # noqa: PLC0415 as above

    return is_it()
