"""Streets as lines: every edge once, joined by rank and name, thinned within bounds."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.maps.lines import FOOT, MAIN, MIDDLE, SMALL, STEPS, lines_of, rank_of, thinned
from tests.support.streets import futian


@pytest.mark.parametrize(
    ("kind", "rank"),
    [
        ("primary_link", MAIN),
        ("tertiary", MIDDLE),
        ("residential", SMALL),
        ("road", SMALL),
        ("path", FOOT),
        ("steps", STEPS),
    ],
)
def test_ranks(kind: str, rank: int):
    assert rank == rank_of(kind)


def test_every_edge_lies_in_one_line_of_its_rank_and_name():
    network = futian()
    drawn: Counter[tuple[int, int, int, int]] = Counter()
    for line in lines_of(network):
        for a, b in pairwise(line.vertices):
            drawn[min(a, b), max(a, b), line.rank, line.name] += 1
    edges = Counter(
        (min(a, b), max(a, b), rank_of(network.facts.kinds[kind]), name)
        for a, b, kind, name in zip(
            network.tail.tolist(),
            network.head.tolist(),
            network.kind.tolist(),
            network.name.tolist(),
            strict=True,
        )
    )
    assert edges == drawn


def test_lines_are_far_fewer_than_edges():
    assert futian().edges / 4 > len(lines_of(futian()))


POINTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=30)


@given(points=POINTS, tolerance=st.sampled_from([0.5, 2.0, 10.0]))
def test_thinning_keeps_ends_and_stays_within_the_tolerance(points: list[tuple[int, int]], tolerance: float):
    whole = np.array(points, np.float64)
    kept = thinned(whole, tolerance)
    assert [points[0], points[-1]] == [tuple(kept[0]), tuple(kept[-1])]
    for point in whole:
        assert tolerance >= min(_away(point, a, b) for a, b in pairwise(kept))


def _away(point: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    along = b - a
    square = float(along @ along)
    share = min(max(float((point - a) @ along) / square, 0), 1) if square else 0
    return float(np.linalg.norm(point - a - share * along))


def test_a_straight_line_is_its_two_ends():
    assert [[0, 0], [3, 0]] == thinned(np.array([[0.0, 0], [1, 0], [2, 0.1], [3, 0]]), 0.5).tolist()
