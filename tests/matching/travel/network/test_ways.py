"""One rule, one line: tags, and who may pass along and against."""

import pytest

from matching.travel.network.model import CAR, EBIKE, STEPS, WALK
from matching.travel.network.ways import KINDS, passable, stopped

ALL = WALK | EBIKE | CAR
SLOW = WALK | EBIKE


def tags(text):
    return dict(word.split("=") for word in text.split())


@pytest.mark.parametrize(
    ("words", "forth", "back"),
    [
        ("highway=residential", ALL, ALL),
        ("highway=trunk", ALL, ALL),
        ("highway=trunk foot=no", CAR, CAR),
        ("highway=trunk foot=no bicycle=yes", EBIKE | CAR, EBIKE | CAR),
        ("highway=trunk sidewalk=no", CAR, CAR),
        ("highway=trunk sidewalk=no foot=yes", ALL, ALL),
        ("highway=primary sidewalk=no", ALL, ALL),
        ("highway=primary foot=use_sidepath", CAR, CAR),
        ("highway=trunk motorroad=yes", CAR, CAR),
        ("highway=trunk motorroad=yes bicycle=yes", CAR, CAR),
        ("highway=motorway", CAR, 0),
        ("highway=motorway_link oneway=no", CAR, CAR),
        ("highway=motorway foot=yes", WALK | CAR, WALK),
        ("highway=living_street", ALL, ALL),
        ("highway=service service=parking_aisle", ALL, ALL),
        ("highway=service service=emergency_access", SLOW, SLOW),
        ("highway=service access=private", SLOW, SLOW),
        ("highway=service access=no", 0, 0),
        ("highway=service access=private foot=permissive", SLOW, SLOW),
        ("highway=service access=no motor_vehicle=yes", CAR, CAR),
        ("highway=service access=customers", ALL, ALL),
        ("highway=residential motor_vehicle=no", SLOW, SLOW),
        ("highway=residential motor_vehicle=private", SLOW, SLOW),
        ("highway=residential vehicle=no motorcar=yes", ALL, ALL),
        ("highway=unclassified access=no psv=yes", 0, 0),
        ("highway=service motor_vehicle=psv", SLOW, SLOW),
        ("highway=residential oneway=yes", ALL, SLOW),
        ("highway=residential oneway=-1", SLOW, ALL),
        ("highway=residential oneway=no", ALL, ALL),
        ("highway=residential oneway=reversible", SLOW, SLOW),
        ("highway=residential oneway=yes oneway:motor_vehicle=no", ALL, ALL),
        ("highway=tertiary junction=roundabout", ALL, SLOW),
        ("highway=tertiary junction=roundabout oneway=no", ALL, ALL),
        ("highway=footway", SLOW, SLOW),
        ("highway=footway footway=sidewalk", SLOW, SLOW),
        ("highway=footway footway=crossing crossing=marked", SLOW, SLOW),
        ("highway=footway access=no", 0, 0),
        ("highway=footway foot=private", 0, 0),
        ("highway=footway oneway=yes", SLOW, SLOW),
        ("highway=footway oneway:foot=yes", SLOW, EBIKE),
        ("highway=footway oneway:foot=-1", EBIKE, SLOW),
        ("highway=footway foot:backward=no", SLOW, EBIKE),
        ("highway=footway conveying=forward", WALK, 0),
        ("highway=pedestrian area=yes", SLOW, SLOW),
        ("highway=service area=yes", SLOW, SLOW),
        ("highway=path", SLOW, SLOW),
        ("highway=path bicycle=no", SLOW, SLOW),
        ("highway=track", SLOW, SLOW),
        ("highway=cycleway", SLOW, SLOW),
        ("highway=cycleway foot=no", EBIKE, EBIKE),
        ("highway=cycleway foot=no access=no", 0, 0),
        ("highway=path foot=no bicycle=designated", EBIKE, EBIKE),
        ("highway=path foot=no", 0, 0),
        ("highway=steps", WALK | STEPS, WALK | STEPS),
        ("highway=steps foot=no", 0, 0),
        ("highway=steps ramp:bicycle=yes", WALK | STEPS, WALK | STEPS),
        ("highway=steps conveying=forward", WALK | STEPS, 0),
        ("highway=steps conveying=backward", 0, WALK | STEPS),
        ("highway=steps conveying=reversible", WALK | STEPS, WALK | STEPS),
        ("highway=corridor indoor=yes", WALK, WALK),
        ("highway=platform", WALK, WALK),
        ("highway=elevator", WALK, WALK),
        ("highway=construction construction=residential", 0, 0),
        ("highway=proposed", 0, 0),
        ("highway=raceway foot=yes", 0, 0),
        ("highway=bus_guideway", 0, 0),
        ("highway=abandoned", 0, 0),
        ("highway=gap", 0, 0),
        ("route=ferry foot=yes", 0, 0),
        ("railway=platform", 0, 0),
    ],
)
def test_a_way(words, forth, back):
    assert (forth, back) == passable(tags(words))


@pytest.mark.parametrize(
    ("words", "stops"),
    [
        ("highway=crossing", 0),
        ("highway=traffic_signals", 0),
        ("barrier=gate", 0),
        ("barrier=gate access=private", CAR),
        ("barrier=gate foot=private", SLOW),
        ("barrier=gate access=no", ALL),
        ("barrier=gate access=no foot=yes", CAR),
        ("barrier=gate locked=yes", ALL),
        ("barrier=gate locked=yes foot=yes", ALL),
        ("barrier=lift_gate motor_vehicle=private", CAR),
        ("barrier=lift_gate", 0),
        ("barrier=toll_booth", 0),
        ("barrier=kerb", 0),
        ("barrier=bollard", CAR),
        ("barrier=bollard access=no bicycle=yes", WALK | CAR),
        ("barrier=bollard motor_vehicle=yes", 0),
        ("barrier=cycle_barrier", CAR),
        ("barrier=cycle_barrier bicycle=no", EBIKE | CAR),
        ("barrier=kissing_gate", EBIKE | CAR),
        ("barrier=full-height_turnstile", EBIKE | CAR),
        ("barrier=wall", ALL),
        ("barrier=fence foot=yes", CAR),
        ("barrier=fence access=yes", 0),
        ("barrier=yes", CAR),
        ("entrance=main", 0),
        ("entrance=yes access=no", ALL),
        ("entrance=emergency", ALL),
    ],
)
def test_a_thing_on_a_way(words, stops):
    assert stops == stopped(tags(words))


def test_every_kind_fits_into_a_byte():
    assert len(set(KINDS)) == len(KINDS) < 256
