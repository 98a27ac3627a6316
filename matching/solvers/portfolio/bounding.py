"""Bounds of all levels as a stage."""

from functools import partial

from matching.policy import Level
from matching.solvers.budget import Steps
from matching.solvers.portfolio.engines import ready
from matching.solvers.portfolio.state import State

FIRST_SHARE = 0.65
"""Of the share of all levels, for the first of them."""

PAIR_WORK, MOST_WORK = 1.4e-5, 0.05
"""Units of deterministic work of one step: for each possible visit, and at most."""


def bound(state: State, levels: tuple[Level, ...], share: float) -> None:
    """Bound some levels within a share of what is left; routes that bounds call for are remembered."""
    open_levels = [level for level in levels if not state.settled(level)]
    if not open_levels or state.budget.out() or not ready(state, "bounds", state.budget.spent(share)):
        return
    state.budget.improved()
    for i, level in enumerate(open_levels):
        # Each takes the larger part of what is left to it: many end by themselves.
        _bound(state, level, share if i == len(open_levels) - 1 else FIRST_SHARE * share)


def _bound(state: State, level: Level, share: float) -> None:
    from matching.solvers.bounds import bound_cost, bound_service, in_time  # noqa: PLC0415 loaded by now

    work = min(MOST_WORK, PAIR_WORK * max(1, len(state.instance.pairs.task)))
    steps = Steps(state.budget, share, work)
    late = in_time if state.budget.deterministic else steps.enough
    before = state.bounds.get(level)
    prices = None if before is None else before.prices
    pool = tuple(state.pool)
    near = partial(state.near, level)
    if level == "service":
        found = bound_service(
            state.instance, state.best, out=steps.out, pool=pool, prices=prices, near=near, late=late
        )
    else:
        found = bound_cost(
            state.instance, state.best, level, out=steps.out, pool=pool, prices=prices, near=near, late=late
        )
    state.learn(level, found)
    said = f"no plan serves more than {state.points_bound} points"
    state.note("bound", said if level == "service" else f"{level} costs at least {state.cost_bound[level]}")
