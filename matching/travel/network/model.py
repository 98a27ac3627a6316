"""A street network as arrays: what is walked, ridden and driven on, ready to be mapped into memory."""

from functools import cached_property
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from matching.travel.base import Mode

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

WALK: Final = 1
EBIKE: Final = 2
CAR: Final = 4
STEPS: Final = 8
"""Bits of `Network.forth` and `Network.back`; STEPS marks stairs, for people who cannot climb them."""

BIT: Final[dict[Mode, int]] = {"walk": WALK, "walk_slow": WALK, "ebike": EBIKE, "car": CAR}
"""Which bit must be set for a mode to pass an edge."""

DEGREE: Final = 10_000_000
"""Coordinates are integers of 1e-7 degree (1 cm), as OpenStreetMap keeps them."""

ARRAYS: Final = ("lat", "lon", "tail", "head", "length", "forth", "back", "kind", "name", "islands")
"""Array fields of a network, in the order in which they are stored and hashed."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a network beside its arrays.

    `version` names arrays and words (SHA-256, hex). `attribution` stands under every map drawn from it.
    `bounds`: south, west, north, east in degrees. `made` says how it was prepared.
    """

    version: str
    source: str
    attribution: str
    licence: str
    bounds: tuple[float, float, float, float]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    made: dict[str, str | int | float | bool] = {}


class Network:
    """Straight street pieces (edges) between vertices; read-only.

    Vertices are numbered in their OpenStreetMap order, those that joined gaps made after them.
    lat, lon (v,): 1e-7 degrees. tail, head (e,): vertices. length (e,): whole centimetres, rounded up.
    forth, back (e,): bits of the modes that may pass from tail to head, and from head to tail. A mode's bits are set only
    inside its largest connected part, so whatever a mode reaches from one of its edges, it reaches from all.
    kind, name (e,): indexes into `facts.kinds` (highway classes) and `facts.names` (-1: no name).
    islands (k, 4): lat, lon, lat, lon of walkable pieces that nothing connects to the rest.
    """

    def __init__(
        self,
        facts: Facts,
        *,
        lat: I32,
        lon: I32,
        tail: I32,
        head: I32,
        length: I32,
        forth: U8,
        back: U8,
        kind: U8,
        name: I32,
        islands: I32,
    ) -> None:
        self.facts = facts
        self.lat, self.lon = lat, lon
        self.tail, self.head, self.length = tail, head, length
        self.forth, self.back, self.kind, self.name = forth, back, kind, name
        self.islands = islands

    @property
    def vertices(self) -> int:
        """How many vertices."""
        return len(self.lat)

    @property
    def edges(self) -> int:
        """How many edges."""
        return len(self.tail)

    @cached_property
    def origin(self) -> tuple[float, float]:
        """Middle of the bounds, (lat, lon) in degrees: the origin of plane coordinates."""
        south, west, north, east = self.facts.bounds
        return (south + north) / 2, (west + east) / 2

    def arcs(self, mode: Mode, *, backwards: bool = False) -> "Arcs":
        """The directed graph of a mode; `backwards` turns every arc around (for ways to a place instead of from it)."""
        key = (BIT[mode], backwards)
        if key not in self._arcs:
            self._arcs[key] = _arcs(self, *key)
        return self._arcs[key]

    @cached_property
    def _arcs(self) -> "dict[tuple[int, bool], Arcs]":
        return {}

    def symmetric(self, mode: Mode) -> bool:
        """Whether every way of a mode may be gone in both directions."""
        bit = BIT[mode]
        return bool(((self.forth & bit) == (self.back & bit)).all())


class Arcs(msgspec.Struct, frozen=True):
    """Out-arcs of vertex v are at `first[v]:first[v + 1]`: where they end, their centimetres, their edge."""

    first: I32
    head: I32
    length: I32
    edge: I32


def _arcs(network: Network, bit: int, backwards: bool) -> Arcs:
    forth, back = (network.back, network.forth) if backwards else (network.forth, network.back)
    go, come = np.flatnonzero(forth & bit), np.flatnonzero(back & bit)
    edge = np.concatenate([go, come])
    tail = np.concatenate([network.tail[go], network.head[come]])
    head = np.concatenate([network.head[go], network.tail[come]])
    order = np.lexsort((edge, head, tail))
    first = np.zeros(network.vertices + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=network.vertices), out=first[1:])
    return Arcs(
        first,
        head[order].astype(np.int32),
        network.length[edge[order]].astype(np.int32),
        edge[order].astype(np.int32),
    )
