"""Compounds 小区: how many, of what kind, where. Invented, in the proportions of a real street of 118 compounds."""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from seed.shatou.areas import communities, home_nodes
from seed.shatou.dice import dice, shares
from seed.shatou.geo import metres, walkable_points
from seed.shatou.names import place_names

HOUSEHOLDS_PER_SCALE = 3_000
COMPOUNDS_PER_SCALE = 36
# Of 118 compounds 49 are old; 31 have no property firm and 48 a weak one.
OF, OLD, WITHOUT_FIRM, WEAK_FIRM = 118, 49, 31, 48


class Compound(Struct, frozen=True):
    """A compound before its buildings are drawn; `style` is old, commercial or village."""

    index: int
    community: int
    style: str
    firm: str
    name_zh: str
    name_en: str
    households: int
    node: int


def how_many(scale: int) -> int:
    """Compounds grow more slowly than households: a larger world is also a denser one."""
    return round(COMPOUNDS_PER_SCALE * math.sqrt(scale))


def draw_compounds(scale: int, seed: int) -> list[Compound]:
    """All compounds, community by community."""
    chance = dice(seed, "compounds")
    count = how_many(scale)
    area = np.repeat(np.arange(12), shares(count, [1.0] * 12))
    styles = draw_styles(chance, area)
    firms = draw_firms(chance, styles)
    sizes = shares(HOUSEHOLDS_PER_SCALE * scale, chance.uniform(0.6, 1.4, count))
    names = place_names(chance, styles)
    nodes = [node for i in range(12) for node in draw_nodes(chance, home_nodes()[i], int((area == i).sum()))]
    return [
        Compound(i, int(area[i]), styles[i], firms[i], *names[i], households=sizes[i], node=nodes[i])
        for i in range(count)
    ]


def draw_styles(chance: np.random.Generator, area: NDArray[np.int64]) -> list[str]:
    """A third of the compounds of the former villages are village lanes; 49 of 118 of all are old."""
    village = np.array([a.village for a in communities()])[area]
    third = village & (np.arange(len(area)) % 3 == 0)
    others = np.flatnonzero(~third)
    old = set(chance.choice(others, round(len(area) * OLD / OF), replace=False).tolist())
    return ["village" if third[i] else "old" if i in old else "commercial" for i in range(len(area))]


def draw_firms(chance: np.random.Generator, styles: list[str]) -> list[str]:
    """Who runs the compound; the old ones more often have nobody or a weak firm."""
    rank = {"old": 0.0, "village": 0.6, "commercial": 1.2}
    order = np.argsort(
        [rank[style] + roll for style, roll in zip(styles, chance.random(len(styles)) * 1.6, strict=True)]
    )
    counts = shares(len(styles), [WITHOUT_FIRM, WEAK_FIRM, OF - WITHOUT_FIRM - WEAK_FIRM])
    firms = np.empty(len(styles), dtype=object)
    firms[order] = np.repeat(["no_property", "weak_property", "property"], counts)
    return [str(firm) for firm in firms]


def draw_nodes(chance: np.random.Generator, nodes: NDArray[np.int64], count: int) -> list[int]:
    """Street nodes well apart: each the furthest of some random ones from those taken."""
    points = walkable_points()
    taken = [int(chance.choice(nodes))]
    while len(taken) < count:
        some = chance.choice(nodes, 8)
        apart = metres(points[some][:, None], points[taken][None]).min(axis=1)
        taken.append(int(some[apart.argmax()]))
    return taken
