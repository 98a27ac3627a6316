"""The last hundred metres 最后一百米: minutes between the street door and the door of the flat, and doors without a step."""

from typing import Final

import msgspec

from matching.travel.base import Place

LIFT_FLOOR: Final = 7
"""From this floor on a house whose lift nobody has noted is taken to have one: GB 50096 asks for lifts in dwellings of
seven floors and more."""


class Entrance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds of one way between street door and flat. The figures are our own defaults, not measurements.

    20 s a floor are a walk upstairs with a bag and no hurry, 60 s the wait for a lift and its doors, 3 s its ride from
    floor to floor; `gate_seconds` for a gate or porter; `unknown_seconds` where the floor is not known.
    """

    stairs_seconds: int = 20
    lift_wait_seconds: int = 60
    lift_seconds: int = 3
    gate_seconds: int = 0
    unknown_seconds: int = 60


def storeys(floor: int) -> int:
    """How many storeys lie between the street and a floor. Floor 1 is the ground floor, -1 the first below it."""
    return floor - 1 if floor > 0 else -floor


def access_seconds(floor: int | None, has_lift: bool | None, entrance: Entrance = Entrance()) -> int:  # noqa: B008 frozen
    """Seconds between the street door and the flat: by stairs, or by lift where there is one and it is quicker.

    Whether there is a lift may be unknown (None): then the house has one for flats from the seventh floor on.
    """
    if floor is None:
        return entrance.gate_seconds + entrance.unknown_seconds
    up = storeys(floor)
    on_foot = up * entrance.stairs_seconds
    ride = entrance.lift_wait_seconds + up * entrance.lift_seconds
    lift = floor >= LIFT_FLOOR if has_lift is None else has_lift
    return entrance.gate_seconds + (min(on_foot, ride) if lift else on_foot)


def access_ticks(
    floor: int | None,
    has_lift: bool | None,
    tick_seconds: int = 60,
    entrance: Entrance = Entrance(),  # noqa: B008 frozen
) -> int:
    """Whole ticks of `access_seconds`, rounded up; paid on arriving and on leaving."""
    return -(-access_seconds(floor, has_lift, entrance) // tick_seconds)


def step_free(
    floor: int | None, has_lift: bool | None = None, entrance_steps: int | None = None
) -> bool | None:
    """Whether a door can be reached without a step; None where that is not known.

    `entrance_steps`: steps between the street and the ground floor or the lift, 0 for none, None if nobody counted.
    """
    if entrance_steps:
        return False
    if floor is None:
        return None
    if storeys(floor) > 0 and not has_lift:
        return None if has_lift is None else False
    return None if entrance_steps is None else True


def reachable_without_steps(place: Place) -> bool:
    """Whether somebody who cannot climb a step may be sent to a place: only where it is known that there is none."""
    return place.step_free is True
