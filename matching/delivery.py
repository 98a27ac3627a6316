"""Delivery rounds: loads that workers fetch at a depot and bring to doors, several trips a shift.

A trip is a stop `load` at a depot and the stops `deliver` that follow it on the route, up to anything else. Times are
ticks, loads whole units (a lunch box), ways metres.
"""

import msgspec

from matching.parts import SkillLevel, StartWindow


class Depot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where loads are ready, such as a canteen for older people 长者食堂.

    `ready`: when loading may start, both ends included (no late parts). Loading takes `load_ticks`; then the trip leaves.
    `max_units_day` bounds the units of all trips that load on one day. `providers`: whose workers may load here; empty: all.
    """

    id: str
    place: str
    ready: tuple[StartWindow, ...]
    load_ticks: int = 0
    max_units_day: int | None = None
    providers: tuple[str, ...] = ()


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`units` of load that one worker brings to `place` and hands over in `duration` ticks, starting in a window.

    `depots`: where they may come from; empty: any. `fresh_ticks`: the most from the end of loading to the start of handing
    over. `need`: of all tasks, deliveries and enrolments that name the same need at most one is served; empty: none other.
    Windows may have late parts; everything else is as for a task (`matching.problem.Task`).
    """

    id: str
    place: str
    windows: tuple[StartWindow, ...]
    duration: int = 1
    units: int = 1
    depots: tuple[str, ...] = ()
    fresh_ticks: int | None = None
    priority: int = 1
    service: str = ""
    skills: tuple[SkillLevel, ...] = ()
    qualifications: tuple[str, ...] = ()
    allowed_kinds: tuple[str, ...] = ()
    refused_workers: tuple[str, ...] = ()
    reach_metres: int | None = None
    days_waited: int = 0
    groups: tuple[str, ...] = ()
    need: str = ""
