"""Places that can hardly lie where their coordinates say: far from their neighbours, or from any street.

The usual reason is a file in another coordinate system: coordinates of a Chinese map read as WGS-84 lie some 500 m off,
those of Baidu about 1.2 km. Where the change of system would bring a place home, the flag says so. It stays a guess:
people decide, nothing is moved here.

Not found without a street network: a compound that is moved together with everything in it by less than its community is
wide, and a file that is moved as a whole; with one, a place that comes to lie at some other street.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec
import numpy as np

from matching.travel.coordinates import System, convert
from matching.travel.crowds import strays
from matching.travel.earth import Floats, chord, line_metres, on_plane, on_sphere
from matching.travel.network.model import Network
from matching.travel.network.snap import FAR, ISLAND, MAX_OFF_METRES, ON_STREET, OUTSIDE, nearest, snap

Kind = Literal["group", "far", "island", "outside"]

OTHER_SYSTEMS: Final[tuple[System, ...]] = ("gcj02", "bd09")

LIMITS: Final = {
    "unit": 100,
    "building": 150,
    "compound": 500,
    "community": 1_000,
    "street": 5_000,
    "district": 30_000,
}
"""Metres from the others up to which nothing right below a place of this kind is ever flagged."""

WIDE: Final = frozenset({"community", "street", "district"})
"""Kinds whose point stands for an area: it need not lie at a street, but no further from all than its LIMITS."""

MESSAGES: Final[Mapping[Kind, str]] = {
    "group": "{name} lies {metres} m from the other places of {group}",
    "far": "{name} lies {metres} m from the nearest street",
    "island": "{name} lies at ways that are connected to no other street",
    "outside": "{name} lies outside the area of the street network",
}
HINTS: Final[Mapping[System, str]] = {
    "gcj02": "its coordinates may be GCJ-02, the system of Chinese maps, a shift of {shift} m",
    "bd09": "its coordinates may be BD-09, the system of Baidu, a shift of {shift} m",
}
WHOLE: Final[Mapping[System, str]] = {
    "gcj02": "The coordinates may all be GCJ-02, the system of Chinese maps, a shift of {shift} m",
    "bd09": "The coordinates may all be BD-09, the system of Baidu, a shift of {shift} m",
}
ENOUGH: Final = 8
"""Different places from which on a whole file is judged."""

BETTER, CLEAR, CLEAR_METRES = 0.8, 3.0, 3.0
"""A system explains a whole file if the mean way to the streets falls to this share, by so many standard errors and by
so many metres."""


class Spot(NamedTuple):
    """A place with its coordinates in WGS-84 (as far as anybody knows), its kind, and the id of the one it lies in."""

    id: str
    lat: float
    lon: float
    kind: str
    parent: str | None = None
    name: str = ""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A place that should be looked at. `metres`: from the others of its group, or from the nearest street.

    `hint`: the system that its coordinates may be in, with `shift` metres; `message` and `hint_message` are English
    sentences to translate, with `params`.
    """

    id: str
    kind: Kind
    metres: int
    hint: System | None = None
    shift: int = 0
    params: dict[str, Any]

    @property
    def message(self) -> str:
        """What is odd."""
        return MESSAGES[self.kind]

    @property
    def hint_message(self) -> str | None:
        """What may explain it."""
        return HINTS[self.hint] if self.hint else None


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """All places of a file may be in another system: `shift` metres, and the mean way to the streets before and after."""

    hint: System
    shift: int
    before: int
    after: int

    @property
    def message(self) -> str:
        """The sentence to translate; its parameter is `shift`."""
        return WHOLE[self.hint]


def flags(spots: Sequence[Spot], network: Network | None = None) -> tuple[Flag, ...]:
    """Return the places that should be looked at, in the order given; each once.

    A place is held against the one it lies in and those beside it. What lies inside a flagged place and with it is flagged
    too. With a `network`, places that no street is near are flagged as well (areas only far away from all: see `WIDE`).
    """
    found = _inherited(spots, _grouped(spots))
    for flag in _off_street(spots, network) if network is not None else ():
        found.setdefault(flag.id, flag)
    return tuple(found[spot.id] for spot in spots if spot.id in found)


def whole(
    spots: Sequence[Spot],
    network: Network | None = None,
    known: Mapping[str, tuple[float, float]] | None = None,
) -> Whole | None:
    """Return the system in which all places seem to be, None if they seem right or nobody can tell.

    Two witnesses: where the same places were `known` to be, id -> (lat, lon), and the streets of a `network`.
    """
    pairs = [(spot, known[spot.id]) for spot in spots if known and spot.id in known]
    if len(pairs) >= ENOUGH:
        old = np.array([was for _, was in pairs])
        return _witness(_degrees(spot for spot, _ in pairs), lambda lat, lon: _metres((lat, lon), old))
    points = _different([spot for spot in spots if spot.kind not in WIDE])
    if network is None or points[0].size < ENOUGH:
        return None
    return _witness(points, lambda lat, lon: _cost(network, lat, lon))


def _grouped(spots: Sequence[Spot]) -> dict[str, Flag]:
    """Flags of places that do not lie with what they belong to; the widest groups first."""
    by_id = {spot.id: spot for spot in spots}
    groups: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        if spot.parent in by_id:
            groups[spot.parent].append(spot)
    found: dict[str, Flag] = {}
    for parent in sorted(groups, key=lambda key: list(LIMITS).index(by_id[key].kind), reverse=True):
        for flag in _group(by_id[parent], groups[parent]):
            found.setdefault(flag.id, flag)
    return found


def _group(parent: Spot, children: Sequence[Spot]) -> Iterable[Flag]:
    members = [parent, *children]
    lat, lon = _degrees(members)
    origin = (float(np.median(lat)), float(np.median(lon)))
    moved = {key: on_plane(*convert(lat, lon, key, "wgs84"), origin) for key in OTHER_SYSTEMS}
    for stray in strays(on_plane(lat, lon, origin), moved, LIMITS[parent.kind]):
        group = parent.name or parent.id
        yield _flag(members[stray.member], "group", stray.metres, stray.system, group=group)


def _inherited(spots: Sequence[Spot], found: dict[str, Flag]) -> dict[str, Flag]:
    """Add what lies inside a flagged place, and with it."""
    by_id = {spot.id: spot for spot in spots}
    rank = {kind: number for number, kind in enumerate(reversed(LIMITS))}
    for spot in sorted(spots, key=lambda spot: rank.get(spot.kind, len(rank))):
        above = found.get(spot.parent or "")
        if above is None or above.kind != "group" or spot.id in found:
            continue
        parent = by_id[above.id]
        if line_metres(spot[1:3], parent[1:3]) <= LIMITS[parent.kind]:
            params = above.params | {"name": spot.name or spot.id}
            found[spot.id] = msgspec.structs.replace(above, id=spot.id, params=params)
    return found


def _off_street(spots: Sequence[Spot], network: Network) -> Iterable[Flag]:
    kinds: dict[int, Kind] = {FAR: "far", ISLAND: "island", OUTSIDE: "outside"}
    if not spots:
        return
    lat, lon = _degrees(spots)
    state, metres = snap(network, lat, lon).state, nearest(network, lat, lon).metres
    allowed = np.array([LIMITS[spot.kind] if spot.kind in WIDE else 0 for spot in spots])
    off = np.flatnonzero((state != ON_STREET) & (metres > allowed))
    mended = {}
    for key in OTHER_SYSTEMS:
        moved = convert(lat[off], lon[off], key, "wgs84")
        mended[key] = snap(network, *moved).state == ON_STREET
    # A single place comes to lie at some street in either system; what mends most of them is the better guess.
    order = sorted(OTHER_SYSTEMS, key=lambda key: -int(mended[key].sum()))
    for place, index in enumerate(off.tolist()):
        hint = next((key for key in order if mended[key][place]), None)
        yield _flag(spots[index], kinds[int(state[index])], float(metres[index]), hint)


def _flag(spot: Spot, kind: Kind, metres: float, hint: System | None, **params: str) -> Flag:
    shift = _shift(hint, spot.lat, spot.lon) if hint else 0
    shown = params | {"name": spot.name or spot.id, "metres": round(metres), "shift": shift}
    return Flag(id=spot.id, kind=kind, metres=round(metres), hint=hint, shift=shift, params=shown)


def _witness(points: tuple[Floats, Floats], cost: Callable[[Floats, Floats], Floats]) -> Whole | None:
    """Return the system under which what a witness says falls most, if it falls clearly: not by the chance of a few."""
    before = cost(*points)
    after = {key: cost(*convert(*points, key, "wgs84")) for key in OTHER_SYSTEMS}
    best = min(after, key=lambda key: float(after[key].mean()))
    gain = before - after[best]
    chance = float(gain.std(ddof=1)) / math.sqrt(gain.size)
    if after[best].mean() > BETTER * before.mean() or gain.mean() < max(CLEAR_METRES, CLEAR * chance):
        return None
    shift = _shift(best, float(np.median(points[0])), float(np.median(points[1])))
    return Whole(
        hint=best, shift=shift, before=round(float(before.mean())), after=round(float(after[best].mean()))
    )


def _cost(network: Network, lat: Floats, lon: Floats) -> Floats:
    """Metres to the nearest street, cut off where a place counts as far from all."""
    good = snap(network, lat, lon).state == ON_STREET
    return np.where(good, np.minimum(nearest(network, lat, lon).metres, MAX_OFF_METRES), MAX_OFF_METRES)


def _different(spots: Sequence[Spot]) -> tuple[Floats, Floats]:
    points = sorted({(spot.lat, spot.lon) for spot in spots})
    return np.array([lat for lat, _ in points]), np.array([lon for _, lon in points])


def _degrees(spots: Iterable[Spot]) -> tuple[Floats, Floats]:
    points = np.array([spot[1:3] for spot in spots], np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _metres(here: tuple[Floats, Floats], there: Floats) -> Floats:
    return chord(on_sphere(*here), on_sphere(there[:, 0], there[:, 1]))


def _shift(system: System, lat: float, lon: float) -> int:
    """Metres by which the system moves places here, to the next ten."""
    return round(line_metres((lat, lon), convert(lat, lon, system, "wgs84")) / 10) * 10
