"""One group of places that should lie together: which of them do not, and would a change of coordinate system mend it.

All positions are metres (n, 2) on a plane. `moved` holds, for each other coordinate system, where the same places would
lie if their coordinates were of that system.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from matching.travel.coordinates import System
from matching.travel.earth import Floats

SPREAD: Final = 6.0
"""A place is far off at so many times the median distance of the others from their middle."""

HOME: Final = 1 / 3
"""A change of system explains a place that it brings to within this share of its distance."""

MAYBE: Final = 1 / 2
"""As `HOME`, for a place that is too far off anyway; and from this share of the limit on, an explained place counts."""

SMALL: Final = 8
"""In groups up to this size each place is measured against the others alone, without itself."""


class Stray(NamedTuple):
    """A member that does not lie with the others: its number, its metres from them, the system that would explain it."""

    member: int
    metres: float
    system: System | None


def strays(here: Floats, moved: Mapping[System, Floats], limit: float) -> list[Stray]:
    """Return the members of a group that lie further from the others than `limit` metres and than these lie apart.

    The worst one is taken out first, then the rest is looked at again. Two places that lie apart without an explanation
    are both returned: nobody can say which of them is wrong.
    """
    found: list[Stray] = []
    kept = np.arange(len(here))
    while len(kept) > 1:
        worst = _worst(here[kept], {key: points[kept] for key, points in moved.items()}, limit)
        if not worst:
            break
        found += [Stray(int(kept[one.member]), one.metres, one.system) for one in worst]
        kept = np.delete(kept, [one.member for one in worst])
    return sorted(found)


def _worst(here: Floats, moved: Mapping[System, Floats], limit: float) -> list[Stray]:
    """Return who has to go next, nobody if all lie together."""
    middle, spread = _others(here)
    metres = _apart(here, middle)
    after = {key: _apart(points, middle) for key, points in moved.items()}
    far = metres > np.maximum(limit, SPREAD * spread)
    explained = metres > limit * MAYBE
    for index in np.argsort(-metres, kind="stable"):
        system = _explanation(float(metres[index]), {key: float(m[index]) for key, m in after.items()})
        if far[index] or (explained[index] and system and after[system][index] <= HOME * metres[index]):
            return _blame(Stray(int(index), float(metres[index]), system), here, moved)
    return []


def _blame(stray: Stray, here: Floats, moved: Mapping[System, Floats]) -> list[Stray]:
    """Return the stray itself, or the others when it is they who would come to it, or both of two."""
    if stray.system:
        return [stray]
    target = here[stray.member]
    metres = _apart(here, target)
    turned = [
        Stray(index, float(metres[index]), system)
        for index in range(len(here))
        if index != stray.member
        and (
            system := _explanation(
                float(metres[index]),
                {key: float(_apart(points[index], target)) for key, points in moved.items()},
            )
        )
    ]
    if len(turned) * 2 >= len(here) - 1:
        return turned
    pair = len(here) == 2  # noqa: PLR2004 two
    return [Stray(index, stray.metres, None) for index in range(2)] if pair else [stray]


def _explanation(metres: float, after: Mapping[System, float]) -> System | None:
    best = min(after, key=lambda key: after[key], default=None)
    return best if best is not None and after[best] <= MAYBE * metres else None


def _others(here: Floats) -> tuple[Floats, Floats]:
    """Middle (n, 2) of the other members, and their median distance from it (n,); medians shrug off a few strays."""
    if len(here) > SMALL:
        middle = np.median(here, axis=0)
        spread = np.median(_apart(here, middle))
        return np.broadcast_to(middle, here.shape), np.full(len(here), spread)
    rest = [np.delete(here, index, axis=0) for index in range(len(here))]
    middles = np.array([np.median(points, axis=0) for points in rest])
    spreads = [np.median(_apart(points, middle)) for points, middle in zip(rest, middles, strict=True)]
    return middles, np.array(spreads)


def _apart(a: Floats, b: Floats) -> Floats:
    metres: Floats = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return metres
