"""What a page draws on a map, as a page's handler says it and `static/js/map.js` reads it.

Positions are (latitude, longitude) in WGS-84 as the reader may know them: whoever makes a `Mark` decides how exact it is,
and a place that the reader may not know exactly is a `Blur`. Every text is in the reader's language already.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np
from markupsafe import Markup

from api.web.maps.ground import Streets
from api.web.maps.lines import thinned

Point = tuple[float, float]
Tone = Literal["route", "next", "good", "wait", "bad", "quiet", "1", "2", "3", "4", "5", "6", "7", "8"]
"""A colour of `map.css`, good in light and dark: by meaning, or one of eight that can be told apart."""

Shape = Literal["circle", "square", "diamond", "triangle", "ring"]
Sign = Literal["way", "guess", "blur", "area", "pin", "circle", "square", "diamond", "triangle", "ring"]
DIGITS = 5  # decimals of a degree in a page: about a metre
THIN = 1.4  # of these metres


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A pin: with a number or letter in it (`text`) or a picture of the sprite (`icon`); `group` ties it to a choice.

    `picked` hides it until its group is picked out, where all pins together would cover each other.
    """

    at: Point
    label: str
    text: str = ""
    icon: str = ""
    tone: Tone = "quiet"
    notes: tuple[str, ...] = ()
    group: str = ""
    picked: bool = False


class Dot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A small sign, for hundreds: colour and shape say the same."""

    at: Point
    label: str
    tone: Tone = "quiet"
    shape: Shape = "circle"
    size: int = 6  # half its width, pixels
    notes: tuple[str, ...] = ()
    group: str = ""


class Blur(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somewhere in here: a soft circle of so many metres."""

    at: Point
    metres: float
    label: str
    notes: tuple[str, ...] = ()
    group: str = ""


class Way(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A way along `line`, drawn with its direction; an estimate is dashed and has none. `thin` where there are many.

    `line` is `packed`: steps of 1/100,000 degree, latitude and longitude in turn, from 0, 0.
    """

    line: tuple[int, ...]
    label: str
    estimated: bool = False
    thin: bool = False
    tone: Tone = "route"
    notes: tuple[str, ...] = ()
    group: str = ""


class Area(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A GeoJSON Feature or geometry (polygons, longitude first)."""

    shape: dict[str, Any]
    label: str
    tone: Tone = "quiet"
    notes: tuple[str, ...] = ()
    group: str = ""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the legend."""

    label: str
    sign: Sign
    tone: Tone = "quiet"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to pick out: everything of its group is shown, the rest of the groups fades."""

    group: str
    label: str


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """All that one map shows; `legend` and `choices` are drawn by the page, the rest by the map."""

    streets: Streets | None
    marks: tuple[Mark, ...] = ()
    dots: tuple[Dot, ...] = ()
    blurs: tuple[Blur, ...] = ()
    ways: tuple[Way, ...] = ()
    areas: tuple[Area, ...] = ()
    legend: tuple[Key, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def json(self) -> Markup:
        """The drawing for a `<script type="application/json">`; no text can end the element."""
        shown = {name: getattr(self, name) for name in ("streets", "marks", "dots", "blurs", "ways", "areas")}
        text = msgspec.json.encode({name: value for name, value in shown.items() if value}).decode()
        return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 escaped here

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked."""
        return not (self.marks or self.dots or self.blurs or self.ways or self.areas)


def packed(points: Sequence[Point]) -> tuple[int, ...]:
    """Return a line as the steps between its points; what lies within 1.5 m of the line without it is left out."""
    whole = np.round(np.asarray(points, np.float64) * 10**DIGITS)
    steps = np.diff(thinned(whole, THIN), axis=0, prepend=[[0, 0]])
    return tuple(int(step) for step in steps.ravel())


def at(lat: float, lon: float) -> Point:
    """Return a position as pages carry it: to about a metre."""
    return round(lat, DIGITS), round(lon, DIGITS)
