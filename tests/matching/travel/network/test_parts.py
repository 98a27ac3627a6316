import numpy as np

from matching.travel.network.model import CAR, EBIKE, STEPS, WALK
from matching.travel.network.noding import Edges
from matching.travel.network.parts import in_largest, keep_largest, parts_of


def edges(*rows: tuple):
    """(tail, head, length, forth, back)"""
    tail, head, length, forth, back = (np.array(column) for column in zip(*rows, strict=True))
    none = np.full(len(rows), -1, np.int32)
    return Edges(
        tail, head, length, forth.astype(np.uint8), back.astype(np.uint8), none.astype(np.uint8), none
    )


def test_the_largest_part_is_the_one_with_most_metres():
    town = edges(
        (0, 1, 900, WALK, WALK), (2, 3, 100, WALK, WALK), (3, 4, 100, WALK, WALK), (4, 5, 100, WALK, WALK)
    )
    mask, others = in_largest(town, 6, WALK)
    assert [True, False, False, False] == mask.tolist()
    assert 1 == others


def test_parts_are_there_and_back_unless_one_way_is_enough():
    town = edges((0, 1, 10, WALK, 0), (1, 2, 10, WALK, WALK))
    assert 2 == len(set(parts_of(town, 3, WALK).tolist()))
    assert 1 == len(set(parts_of(town, 3, WALK, both_ways=False).tolist()))


def test_each_mode_keeps_its_own_part_and_walkers_leave_islands():
    town = edges(
        (0, 1, 500, WALK | EBIKE, WALK | EBIKE),
        (1, 2, 30, WALK | STEPS, WALK | STEPS),
        (2, 3, 100, WALK | EBIKE, WALK | EBIKE),
        (4, 5, 300, WALK | CAR, WALK | CAR),
        (6, 7, 40, WALK | STEPS, WALK | STEPS),
    )
    kept, cut_off, lost = keep_largest(town, 8)
    assert [WALK | EBIKE, WALK | STEPS, WALK, CAR, 0] == kept.forth.tolist()
    assert [False, False, False, True, True] == cut_off.tolist()
    assert {"walk": 2, "ebike": 1, "car": 0} == lost


def test_a_mode_without_any_street():
    mask, others = in_largest(edges((0, 1, 5, WALK, WALK)), 2, CAR)
    assert [False] == mask.tolist()
    assert 0 == others
