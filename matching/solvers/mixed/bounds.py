"""What no plan of all shapes can beat, from what no plan of one shape can."""

from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import NamedTuple

from matching.accounts import Asked, need_of
from matching.solvers.mixed.cut import Shape
from matching.solvers.mixed.needs import shape_of

SHAPES: tuple[Shape, ...] = ("sessions", "deliveries", "visits")


class Proof(NamedTuple):
    """What is proven of one shape with all workers to itself.

    `points`: no plan has more of it. No plan whose points and number are `served` costs less than `costs`, by level (None:
    that is not known); `most`: no plan serves more than that.
    """

    points: int
    served: tuple[int, int] | None = None
    most: bool = False
    costs: Mapping[str, int] = {}


def service_bound(asked: Collection[Asked], proofs: Mapping[Shape, Proof]) -> int:
    """The least of what follows from counting each shape by its bound, or its needs one by one.

    A shape is taken at its bound, with points of its own that no other way of the same need can add to; or each of its needs
    counts at most once, with the most points of all shapes that are not at their bound. All eight ways are valid, whoever
    could come.
    """
    return min(
        _bound(asked, frozenset(shape for shape, at in zip(SHAPES, taken, strict=True) if at), proofs)
        for taken in product((False, True), repeat=len(SHAPES))
    )


def _bound(asked: Iterable[Asked], taken: frozenset[Shape], proofs: Mapping[Shape, Proof]) -> int:
    most: dict[tuple[str, str], int] = {}
    for one in asked:
        if shape_of(one) not in taken:
            most[need_of(one)] = max(most.get(need_of(one), 0), one.priority)
    return sum(most.values()) + sum(proofs[shape].points for shape in sorted(taken))


def cost_bound(
    level: str,
    served: Mapping[Shape, tuple[int, int]],
    proofs: Mapping[Shape, Proof],
    *,
    apart: bool,
) -> int:
    """What no plan costs less that serves as much; `served`: points and number of each shape in the plan.

    Known only where every shape (unless it is the only one) serves the most that it could alone: a plan that serves as much
    in all does so in each. No
    way gets longer without the stops of other shapes, so each shape alone is a bound; where they cannot share workers
    (`apart`), their sum is.
    """
    found = []
    for shape, amount in served.items():
        proof = proofs.get(shape)
        if proof is None or proof.served != amount or not (proof.most or len(served) == 1):
            return 0
        found.append(proof.costs.get(level, 0))
    return sum(found) if apart else max(found, default=0)
