"""What no plan of all shapes can beat, from what no plan of one shape can."""

from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Literal, NamedTuple

from matching.accounts import Asked, need_of
from matching.solvers.mixed.cut import Shape
from matching.solvers.mixed.needs import shape_of

SHAPES: tuple[Shape, ...] = ("sessions", "deliveries", "visits")

Way = Literal["whole", "own", "each"]
"""How a shape is counted: by its bound; by that of its own needs, others one by one; all one by one."""


class Proof(NamedTuple):
    """What is proven of one shape with all workers to itself.

    `points`: no plan has more of it. No plan whose points and number are `served` costs less than `costs`, by level (None:
    that is not known); `most`: no plan serves more than that.
    """

    points: int
    served: tuple[int, int] | None = None
    most: bool = False
    costs: Mapping[str, int] = {}


class Ceiling(NamedTuple):
    """One way to count: no plan has more points, nor, with as many points, serves a greater `number` (None: not known).

    A plan that reaches both has the most of each of `reached`.
    """

    points: int
    number: int | None
    reached: tuple[Proof, ...]


class Counted(NamedTuple):
    """What is asked for, and what is proven of each shape: of `whole` shapes, and of their `own` needs alone.

    `shared`: ids of what has a need that another shape could meet. A bound of own needs must hold whatever is shared.
    """

    asked: Collection[Asked]
    shared: frozenset[str]
    whole: Mapping[Shape, Proof]
    own: Mapping[Shape, Proof]

    def ceilings(self) -> Iterator[Ceiling]:
        """All ways to count, each valid whoever could come."""
        mixed = {shape_of(one) for one in self.asked if one.id in self.shared}
        ways: list[tuple[Way, ...]] = [
            ("whole", "own", "each") if shape in mixed and shape in self.own else ("whole", "each")
            for shape in SHAPES
        ]
        for chosen in product(*ways):
            yield self._ceiling(dict(zip(SHAPES, chosen, strict=True)))

    def _ceiling(self, ways: Mapping[Shape, Way]) -> Ceiling:
        most: dict[tuple[str, str], int] = {}
        for one in self.asked:
            way = ways[shape_of(one)]
            if way == "each" or (way == "own" and one.id in self.shared):
                most[need_of(one)] = max(most.get(need_of(one), 0), one.priority)
        used = [self.whole[shape] for shape in SHAPES if ways[shape] == "whole"]
        used += [self.own[shape] for shape in SHAPES if ways[shape] == "own"]
        numbers = [_number(proof) for proof in used]
        number = None if None in numbers else len(most) + sum(n for n in numbers if n is not None)
        return Ceiling(sum(most.values()) + sum(proof.points for proof in used), number, tuple(used))


def _number(proof: Proof) -> int | None:
    """How much of a shape is served at most where it has all its points."""
    if proof.points == 0:
        return 0
    known = proof.most and proof.served is not None and proof.served[0] == proof.points
    return proof.served[1] if known and proof.served is not None else None


def service_bound(counted: Counted) -> int:
    """The least of all ways to count."""
    return min(ceiling.points for ceiling in counted.ceilings())


def cost_bound(level: str, counted: Counted, amounts: Mapping[Shape, tuple[int, int]], *, apart: bool) -> int:
    """What no plan costs less that serves as much; `amounts`: points and number of each shape in the plan.

    Known where the plan reaches a ceiling: one that serves as much has the most of each shape in it. No way gets longer
    without the stops of other shapes, so each of these alone is a bound; where shapes cannot share workers (`apart`), their
    sum is. A shape that is the only one need not serve the most.
    """
    points, number = (sum(column) for column in zip(*amounts.values(), strict=True))
    found = [0]
    for ceiling in counted.ceilings():
        if (ceiling.points, ceiling.number) == (points, number):
            costs = [proof.costs.get(level, 0) for proof in ceiling.reached]
            found.append(sum(costs) if apart else max(costs, default=0))
    if len(amounts) == 1:
        shape, amount = next(iter(amounts.items()))
        proof = counted.whole[shape]
        found.append(proof.costs.get(level, 0) if proof.served == amount else 0)
    return max(found)
