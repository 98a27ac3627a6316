import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.kernel.errors import Invalid
from catalog.people.phones import normal_phone


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13900001234", "13900001234"),
        ("139 0000 1234", "13900001234"),
        ("139-0000-1234", "13900001234"),
        ("+86 139 0000 1234", "13900001234"),
        ("+86-13900001234", "13900001234"),
        ("0086 139 0000 1234", "13900001234"),
        ("8613900001234", "13900001234"),
        ("１３９００００１２３４", "13900001234"),
        ("＋８６ 13900001234", "13900001234"),
        ("(0755) 8300 1234", "075583001234"),
        ("+86 755 8300 1234", "075583001234"),
        ("83001234", "83001234"),
        ("12345", "12345"),
        ("120", "120"),
        ("95588", "95588"),
        ("400-800-1234", "4008001234"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_one_spelling_for_every_way_of_writing(typed, expected):
    assert expected == normal_phone(typed)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1", "139000012345", "1390000123", "+86", "12 people", "王大姐"]
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(Invalid):
        normal_phone(typed)


@given(st.text(max_size=32))
def test_normalising_twice_is_normalising_once(text):
    try:
        number = normal_phone(text)
    except Invalid:
        return
    assert number == normal_phone(number)
