"""Small numbers are hidden, and never one alone where a sum would give it away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.coverage.cells import shown, shown_lines, told_sum


@pytest.mark.parametrize(("number", "told"), [(0, 0), (1, None), (9, None), (10, 10), (300, 300)])
def test_one_number(number, told):
    assert told == shown(number)


def test_the_next_smallest_is_hidden_beside_a_lonely_one():
    cells = {("a", "x"): 4, ("b", "x"): 30, ("c", "x"): 12}
    line = list(cells)
    assert {("a", "x"): None, ("b", "x"): 30, ("c", "x"): None} == shown_lines(cells, [line])


def test_nothing_is_hidden_beside_zeros():
    """With zeros only beside it, the sum itself is below ten and is not told either."""
    cells = {("a", "x"): 4, ("b", "x"): 0}
    assert {("a", "x"): None, ("b", "x"): 0} == shown_lines(cells, [list(cells)])


NUMBERS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.sampled_from("xyz")), st.integers(0, 40), max_size=15
)


@given(NUMBERS)
def test_no_cell_follows_from_the_sum_of_its_line(cells):
    lines = [[(row, column) for row in range(5)] for column in "xyz"]
    told = shown_lines(cells, lines)
    for line in lines:
        sum_told = shown(sum(cells.get(key, 0) for key in line))
        hidden = [key for key in line if told.get(key, 0) is None]
        if sum_told is not None:
            assert 1 != len(hidden)
    assert all(told[key] in {None, number} for key, number in cells.items())
    assert not any(0 < (number or 0) < 10 for number in told.values())


def test_a_sum_with_something_hidden_is_hidden():
    assert (5, None, 0) == (told_sum([2, 3]), told_sum([2, None]), told_sum([]))
