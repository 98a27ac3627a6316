"""VROOM's priorities 0 to 100 as our points, which begin at 1."""

from functools import reduce
from math import gcd

from matching.invariants import MAX_PRIORITY


def points_of(priorities: list[int]) -> tuple[list[int], bool]:
    """Points of each job, and whether they order plans exactly as VROOM does.

    VROOM maximises the sum of priorities, then the number of jobs. Where no priority is 0, or all are equal, points do
    the same (we break ties by the number of tasks). Otherwise a unit of priority counts for as many jobs as fit below
    our largest number of points: exact, if there are no more jobs than that.
    """
    if len(set(priorities)) <= 1:
        return [1] * len(priorities), True
    if min(priorities) > 0:
        return list(priorities), True
    unit = reduce(gcd, priorities)
    weight = (MAX_PRIORITY - 1) // (max(priorities) // unit)
    return [1 + weight * (priority // unit) for priority in priorities], len(priorities) <= weight
