"""Who may pass a street, and who may pass a thing that stands on it: OpenStreetMap's tags read as rules.

The classes are those of the OpenStreetMap wiki. Where routers differ we keep to what a person on foot in a Chinese city
may do: walk beside a trunk road unless something says otherwise, never on a motorway; share a cycleway; push an e-bike.
"""

from collections.abc import Mapping
from typing import Final

from matching.travel.network.model import CAR, EBIKE, STEPS, WALK

Tags = Mapping[str, str]

ROADS: Final = frozenset(
    f"{name}{suffix}" for name in ("trunk", "primary", "secondary", "tertiary") for suffix in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
MOTORWAYS: Final = frozenset({"motorway", "motorway_link"})
PATHS: Final = frozenset({"footway", "path", "pedestrian", "steps", "track", "cycleway", "bridleway"})
INDOORS: Final = frozenset({"corridor", "elevator", "platform"})
"""Floors, lifts and platforms: people walk there, nobody rides."""

KINDS: Final = (*sorted(ROADS | MOTORWAYS | PATHS | INDOORS), "gap")
"""Every class of way that some mode may use; what is planned, in building, given up or for races is not among them.
The last is ours: a link over a gap."""

GAP: Final = len(KINDS) - 1

SHUT: Final = frozenset(
    {"no", "private", "use_sidepath", "military", "agricultural", "forestry", "emergency"}
)
ONLY_BUSES: Final = frozenset({"psv", "bus"})
OPEN: Final = frozenset({"yes", "designated", "permissive", "destination", "customers", "permit", "official"})
ONWARD: Final = frozenset({"yes", "true", "1"})
RETURN: Final = frozenset({"-1", "reverse"})

MOTOR_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""From the most special to the most general: the first one given decides."""

SOLID: Final = frozenset(
    {"wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail", "ditch", "debris"}
)
"""Barriers that stop everybody unless the tags name somebody who passes."""

NARROW: Final = frozenset({"stile", "kissing_gate", "turnstile", "full-height_turnstile"})
"""Barriers that a walker passes, and an e-bike does not."""

WIDE: Final = frozenset(
    {
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "toll_booth",
        "checkpoint",
        "border_control",
        "entrance",
    }
    | {"sally_port", "cattle_grid", "height_restrictor", "kerb", "bump_gate", "no"}
)
"""Barriers that a car passes unless the tags close them; every other kind stops cars."""


def passable(tags: Tags) -> tuple[int, int]:
    """Bits (forth, back) of the modes that may use a way along, and against, the order of its nodes."""
    kind = tags.get("highway", "")
    if kind not in _KNOWN:
        return 0, 0
    walk_forth, walk_back = _on_foot(kind, tags)
    ride = EBIKE if _by_ebike(kind, tags, walks=walk_forth or walk_back) else 0
    drive_forth, drive_back = _by_car(kind, tags)
    steps = STEPS if kind == "steps" else 0
    forth = (WALK if walk_forth else 0) | ride | (CAR if drive_forth else 0)
    back = (WALK if walk_back else 0) | ride | (CAR if drive_back else 0)
    return forth and forth | steps, back and back | steps


_KNOWN = frozenset(KINDS[:GAP])


def _on_foot(kind: str, tags: Tags) -> tuple[bool, bool]:
    if not _walkable(kind, tags):
        return False, False
    forth, back = tags.get("foot:forward") != "no", tags.get("foot:backward") != "no"
    # An escalator or a moving walkway carries one way; `oneway` alone speaks of vehicles.
    way = tags.get("oneway:foot") or {"forward": "yes", "backward": "-1"}.get(tags.get("conveying", ""), "")
    return forth and way not in RETURN, back and way not in ONWARD


def _walkable(kind: str, tags: Tags) -> bool:
    foot = tags.get("foot")
    if kind in MOTORWAYS or tags.get("motorroad") == "yes":
        return foot in OPEN
    if foot is not None:
        return foot not in SHUT
    if kind.startswith("trunk") and tags.get("sidewalk") in {"no", "none"}:
        return False
    # The roads of a compound are marked private, and who visits a home is let in.
    return tags.get("access") not in SHUT - {"private"}


def _by_ebike(kind: str, tags: Tags, *, walks: bool) -> bool:
    """Both ways everywhere that one may walk: an e-bike can be pushed. And where only bicycles are let in."""
    if kind == "steps" or kind in INDOORS or kind in MOTORWAYS or tags.get("conveying", "no") != "no":
        return False
    if walks or tags.get("motorroad") == "yes":
        return walks
    bicycle = tags.get("bicycle")
    if bicycle is not None:
        return bicycle in OPEN
    return kind == "cycleway" and tags.get("access") not in SHUT


def _by_car(kind: str, tags: Tags) -> tuple[bool, bool]:
    if kind not in ROADS | MOTORWAYS or tags.get("service") == "emergency_access":
        return False, False
    if _first(tags, MOTOR_KEYS) in SHUT | ONLY_BUSES or tags.get("area") == "yes":
        return False, False
    oneway = _first(tags, ("oneway:motorcar", "oneway:motor_vehicle", "oneway"))
    if oneway is None and (kind in MOTORWAYS or tags.get("junction") in {"roundabout", "circular"}):
        oneway = "yes"
    if oneway == "reversible":  # open one way at a time, and the extract does not say when
        return False, False
    return oneway not in RETURN, oneway not in ONWARD


def stopped(tags: Tags) -> int:
    """Bits of the modes that cannot pass a node: a gate, a bollard, a wall across the way, a door."""
    barrier = tags.get("barrier")
    if barrier is None:
        return _at_door(tags) if "entrance" in tags else 0
    locked = tags.get("locked") == "yes"
    foot = locked or _foot_stopped(barrier, tags)
    bicycle = tags.get("bicycle")
    ebike = locked or bicycle == "no" or barrier in NARROW or (foot and bicycle not in OPEN)
    car = locked or _car_stopped(barrier, tags)
    return (WALK if foot else 0) | (EBIKE if ebike else 0) | (CAR if car else 0)


def _at_door(tags: Tags) -> int:
    shut = tags["entrance"] == "emergency" or tags.get("locked") == "yes" or _first(tags, _FOOT) == "no"
    return WALK | EBIKE | CAR if shut else 0


_FOOT = ("foot", "access")


def _foot_stopped(barrier: str, tags: Tags) -> bool:
    """A gate marked private lets a walker in: whoever visits a home is let in by it, and most compounds are so marked."""
    said = _first(tags, _FOOT)
    if barrier in SOLID:
        return said not in OPEN
    return said in SHUT and (said != "private" or tags.get("foot") == "private")


def _car_stopped(barrier: str, tags: Tags) -> bool:
    said = _first(tags, MOTOR_KEYS)
    if barrier in WIDE:
        return said in SHUT | ONLY_BUSES
    return said not in OPEN


def _first(tags: Tags, keys: tuple[str, ...]) -> str | None:
    return next((tags[key] for key in keys if key in tags), None)
