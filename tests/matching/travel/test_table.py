"""Sparse tables as travel: what is looked up, what two orders of the same content have in common."""

import itertools
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.travel import UNREACHABLE, LineTravel, MatrixTravel, Place, Speeds, TableTravel
from matching.travel.table import mode_table, packed, unpacked

PLACES = [Place(id=name, lat=0, lon=0, access_ticks=i) for i, name in enumerate("abcde")]
A, B, C, D, E = PLACES
ROWS = ([0, 1, 0], [1, 2, 3], [500, 66, 9_000])


def table_travel(**fields: Any) -> TableTravel:
    """Points a and b at one door, then c, d, e; a-c 500 m, c-d 66 m, a-e 9 km, nothing else."""
    walk = mode_table(("walk", "walk_slow"), 9_000, 4, ROWS, symmetric=True)
    car = mode_table(("car",), 9_000, 4, ([0, 1, 1], [1, 0, 2], [700, 900, 0]), symmetric=False)
    given_ = {
        "network": "v",
        "places": tuple("abcde"),
        "points": packed([0, 0, 1, 2, 3]),
        "tables": (car, walk),
        "guesses": ("d",),
    }
    return TableTravel(**{**given_, **fields})


def test_pairs_in_the_table_in_both_directions():
    travel = table_travel()
    assert travel.metres(A, C, "walk") == travel.metres(C, B, "walk_slow") == 500
    assert travel.metres(D, C, "walk") == 66
    assert travel.metres(D, E, "walk") == travel.metres(A, D, "walk") == UNREACHABLE


def test_one_way_tables_are_read_in_their_direction():
    travel = table_travel()
    assert (travel.metres(A, C, "car"), travel.metres(C, B, "car")) == (700, 900)
    assert (travel.metres(C, D, "car"), travel.metres(D, C, "car")) == (0, UNREACHABLE)


def test_ticks_are_rounded_up_and_access_is_paid_at_both_ends():
    travel = table_travel()
    assert travel.ticks(C, D, "walk") == 1 + C.access_ticks + D.access_ticks
    assert travel.ticks(C, D, "walk_slow") == 2 + C.access_ticks + D.access_ticks
    assert travel.ticks(A, C, "walk") == 8 + C.access_ticks
    assert travel.ticks(C, C, "walk") == 0
    assert travel.ticks(A, B, "walk") == B.access_ticks
    assert travel.metres(A, B, "walk") == 0
    assert travel.ticks(A, D, "walk") >= UNREACHABLE


def test_ticks_are_those_of_the_estimate_for_the_same_metres():
    travel = table_travel(speeds=Speeds(walk=7), tick_seconds=13)
    same = LineTravel(factor=1, constant_metres=0, speeds=Speeds(walk=7), tick_seconds=13)
    assert travel.ticks(A, C, "walk") - C.access_ticks == int(same._ticks(np.array([500]), "walk")[0])


def test_guesses_are_known_by_pair():
    travel = table_travel()
    assert [travel.guessed(a, b) for a, b in [(A, C), (A, D), (D, C), (D, D)]] == [False, True, True, False]
    assert not travel.estimated
    assert table_travel(guesses=tuple("abcde")).estimated
    assert LineTravel().guessed(A, C)
    assert not MatrixTravel(places=(), matrices=()).guessed(A, C)


places = st.lists(st.sampled_from(PLACES), max_size=8)


@pytest.mark.parametrize("mode", ["walk", "car"])
@given(rows=places, columns=places)
def test_one_by_one_in_pairs_and_in_blocks_are_the_same(mode, rows, columns):
    travel = table_travel()
    ticks, metres = travel.block(rows, columns, mode)
    assert ticks.shape == metres.shape == (len(rows), len(columns))
    assert ticks.dtype == metres.dtype == np.int64
    for i, j in itertools.product(range(len(rows)), range(len(columns))):
        assert metres[i, j] == travel.metres(rows[i], columns[j], mode)
        assert ticks[i, j] == travel.ticks(rows[i], columns[j], mode)
    size = min(len(rows), len(columns))
    both = travel.pairs(rows[:size], columns[:size], mode)
    assert np.array_equal(both[0], ticks.diagonal())
    assert np.array_equal(both[1], metres.diagonal())


def shuffled(travel: TableTravel, places, points) -> TableTravel:
    """The same ways with places in another order and points under other numbers."""
    old = unpacked(travel.points)
    tables = []
    for table in travel.tables:
        first, to, metres = table.sparse()
        rows = np.repeat(np.arange(len(first) - 1), np.diff(first))
        moved = (np.array(points)[rows], np.array(points)[to], metres)
        tables.append(mode_table(table.modes[::-1], 9_000, 4, moved, symmetric=table.symmetric))
    return msgspec.structs.replace(
        travel,
        places=tuple(travel.places[i] for i in places),
        points=packed([points[old[i]] for i in places]),
        tables=tuple(tables[::-1]),
        guesses=travel.guesses[::-1],
    )


@given(st.permutations(range(5)), st.permutations(range(4)))
def test_any_order_of_the_same_content_is_one_document(places, points):
    expected = table_travel(guesses=("b", "d")).sorted()
    turned = shuffled(expected, places, points).sorted()
    assert msgspec.json.encode(turned) == msgspec.json.encode(expected)
    assert turned.metres(D, C, "walk") == 66


def test_what_is_in_order_stays_the_same_object():
    travel = table_travel().sorted()
    assert travel.sorted() is travel


def test_packed_numbers_are_little_endian_and_read_without_copies():
    assert packed([1, 258]) == b"\x01\x00\x00\x00\x02\x01\x00\x00"
    assert unpacked(packed([1, 258])).tolist() == [1, 258]


def test_a_place_that_the_tables_do_not_know_is_an_error_and_not_a_distance():
    with pytest.raises(KeyError, match="z"):
        table_travel().metres(A, Place(id="z", lat=0, lon=0), "walk")
