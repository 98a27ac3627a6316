"""Doors at the same coordinates, and how far each is from the street."""

from market.rounds.problem.places import REMOTE, Places


def test_another_floor_is_another_place_and_the_same_floor_the_same():
    places = Places(1440)
    ground = places.door(22.528007, 114.026190, 1, False)
    fifth = places.door(22.528007, 114.026190, 5, False)
    somewhere = places.door(22.528007, 114.026190)
    assert (ground, fifth, somewhere) == (
        "22.528007,114.026190",
        "22.528007,114.026190+2",  # four storeys of 20 s
        "22.528007,114.026190+1",  # a minute, since nobody knows
    )
    assert fifth == places.door(22.528007, 114.026190, 5, True)  # by lift 72 s: two minutes as well
    assert {ground: 0, fifth: 2, somewhere: 1} == {place.id: place.access_ticks for place in places.all()}


def test_the_place_that_is_nowhere_stays_as_it_is():
    places = Places(1440)
    assert REMOTE == places.remote(22.5, 114.0)
    assert [1440] == [place.access_ticks for place in places.all()]
