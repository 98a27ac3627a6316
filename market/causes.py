"""Counted causes: for how many helpers each rule was the first to say no."""

from typing import Any, TypeAlias

from matching.rules import CAUSES

Causes: TypeAlias = list[dict[str, Any]]

NOBODY = "nobody"  # there was no candidate at all


def deciding(causes: Causes) -> str:
    """Return the cause that kept the best candidate away: the last rule at which anybody failed.

    A plumber who is too far away says more than four hundred people who are no plumbers.
    """
    known = [cause["cause"] for cause in causes if cause["cause"] in CAUSES]
    return max(known, key=CAUSES.index, default=NOBODY)
