import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.travel.network.rings import area, cross, simplified


def ring(*points: tuple[int, int]):
    return np.array(points, np.int64)


SQUARE = ring((0, 0), (10, 0), (10, 10), (0, 10))
HOLE = ring((4, 4), (4, 6), (6, 6), (6, 4))


def test_area_is_positive_counter_clockwise():
    assert (area(SQUARE), area(SQUARE[::-1]), area(HOLE)) == (100.0, -100.0, -4.0)


def test_points_near_the_line_between_others_are_left_out():
    rough = np.array([(0, 0), (5, 0.4), (10, 0), (10, 10), (0, 10), (0.4, 5)], float)
    assert simplified(rough, 0.5).tolist() == SQUARE.tolist()
    assert simplified(rough, 0.3).tolist() == rough.tolist()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=40, unique=True))
def test_no_point_left_out_is_further_off_than_the_tolerance(points):
    before = np.array(points, float)
    kept = simplified(before, 3.0)
    a, way = kept, np.roll(kept, -1, axis=0) - kept
    for point in before:
        share = ((point - a) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-9)
        off = np.linalg.norm(point - a - np.clip(share, 0, 1)[:, None] * way, axis=1)
        assert off.min() <= 3.0 + 1e-9


def test_rings_that_cross_touch_or_fold_are_found_out():
    moved = SQUARE + np.array([5, 5])
    assert not cross([SQUARE])
    assert not cross([SQUARE, HOLE])
    assert cross([SQUARE, moved])
    assert cross([SQUARE, HOLE + np.array([4, 0])])  # touches the side
    assert cross([ring((0, 0), (10, 10), (10, 0), (0, 10))])  # a bow tie
    assert cross([ring((0, 0), (10, 0), (5, 0), (5, 5))])  # folded back onto itself


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9, unique=True))
def test_crossing_is_what_comparing_all_sides_finds(points):
    sides = list(zip(points, [*points[1:], points[0]], strict=True))
    met = any(
        _brute_meet(*sides[i], *sides[j], joined=j == i + 1 or (i == 0 and j == len(sides) - 1))
        for i in range(len(sides))
        for j in range(i + 1, len(sides))
    )
    assert cross([ring(*points)]) == met


def _brute_meet(a, b, c, d, *, joined):
    def turn(p, q, r):
        return np.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    def on(p, q, r):
        """Whether r lies on the side from p to q."""
        inside = min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])
        return inside and turn(p, q, r) == 0

    touching = {r for p, q, r in ((a, b, c), (a, b, d), (c, d, a), (c, d, b)) if on(p, q, r)}
    if joined:  # in their common point only
        return len(touching) > 1
    properly = turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
    return properly or bool(touching)
