"""Drawings of ways: somebody's day, one visit, an offer whose door is not told yet, a home, a whole plan.

An offer's map knows no more than the offer's page: a circle of 200 m around a position that is blurred already, and no way,
since a way ends at a door.
"""

from collections.abc import Iterable, Sequence

import msgspec

from api.i18n import N_, Translator
from api.web.formats import Formats
from api.web.maps.data import Blur, Choice, Dot, Drawing, Key, Mark, Point, Shape, Tone, Way, at, packed
from api.web.maps.ground import streets_of
from api.web.maps.ways import Leg, Start, Stop
from matching.travel.network import Network

BLUR_METRES = 200.0
TONES: tuple[Tone, ...] = ("1", "2", "3", "4", "5", "6", "7", "8")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A helper's day on the map of a plan; `group` names the helper in the choice."""

    group: str
    name: str
    start: Start
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]


def day(
    network: Network | None, say: Translator, start: Start, stops: Sequence[Stop], legs: Sequence[Leg]
) -> Drawing:
    """Return one helper's stops in order and the ways between them."""
    marks = (_start(say, start, ""), *_stops(stops, "route", ""))
    ways = tuple(_ways(say, legs, "route", ""))
    return Drawing(
        streets=streets_of(network),
        marks=marks,
        ways=ways,
        legend=_legend(say, ways, has_next=any_next(stops)),
    )


def door(network: Network | None, at_: Point, label: str, icon: str = "house") -> Drawing:
    """Return one exact place."""
    mark = Mark(at=at(*at_), label=label, icon=icon, tone="route")
    return Drawing(streets=streets_of(network), marks=(mark,))


def somewhere(
    network: Network | None, say: Translator, blurred: Point, start: Start | None, notes: tuple[str, ...]
) -> Drawing:
    """Return a circle of 200 m around a blurred position, and where the helper would set out."""
    label = say.gettext(N_("Somewhere in this circle"))
    return Drawing(
        streets=streets_of(network),
        blurs=(Blur(at=blurred, metres=BLUR_METRES, label=label, notes=notes),),
        marks=(_start(say, start, ""),) if start else (),
        legend=(*((_start_key(say),) if start else ()), Key(label=label, sign="blur", tone="route")),
    )


def plan(
    network: Network | None, say: Translator, people: Sequence[Person], waiting: Sequence[Dot] = ()
) -> Drawing:
    """Return the days of many helpers, each in a colour of its own, to pick one out; numbers appear with the pick."""
    dots: list[Dot] = [*waiting]
    marks: list[Mark] = []
    ways: list[Way] = []
    for n, one in enumerate(people):
        tone = TONES[n % len(TONES)]
        stops = _stops(one.stops, tone, one.group, one.name)
        own = [_start(say, one.start, one.group, one.name), *stops]
        marks += (msgspec.structs.replace(mark, picked=True) for mark in own)
        dots += (_dot(mark, tone) for mark in own)
        ways += _ways(say, one.legs, tone, one.group, one.name)
    return Drawing(
        streets=streets_of(network),
        dots=tuple(dots),
        marks=tuple(marks),
        ways=tuple(msgspec.structs.replace(way, thin=True) for way in ways),
        legend=_legend_of_plan(say, ways, waiting),
        choices=tuple(_choice(say, one) for one in people) if len(people) > 1 else (),
    )


def _dot(mark: Mark, tone: Tone) -> Dot:
    shape: Shape = "ring" if mark.icon else "circle"
    return Dot(
        at=mark.at, label=mark.label, tone=tone, shape=shape, size=5, notes=mark.notes, group=mark.group
    )


def any_next(stops: Sequence[Stop]) -> bool:
    """Say whether one of the stops is the next."""
    return any(stop.is_next for stop in stops)


def _choice(say: Translator, one: Person) -> Choice:
    visits = say.ngettext("{n} visit", "{n} visits", len(one.stops))
    return Choice(group=one.group, label=f"{one.name} · {visits}")


def _start(say: Translator, start: Start, group: str, name: str = "") -> Mark:
    words = [name, say.gettext(N_("Start of the way"))]
    return Mark(at=at(*start.at), label=" · ".join(filter(None, words)), icon="user", group=group)


def _stops(stops: Sequence[Stop], tone: Tone, group: str, name: str = "") -> Iterable[Mark]:
    """Return a mark for each place; visits behind one door share it."""
    here: dict[Point, list[Stop]] = {}
    for stop in stops:
        here.setdefault(at(*stop.at), []).append(stop)
    for place, found in here.items():
        notes = tuple(f"{stop.number}. {stop.label}" for stop in found[1:])
        yield Mark(
            at=place,
            label=f"{found[0].number}. {found[0].label}" if found[0].number else found[0].label,
            text="·".join(stop.number for stop in found),
            icon="" if found[0].number else "house",
            tone="next" if any_next(found) else tone,
            notes=(*found[0].notes, *notes, *filter(None, (name,))),
            group=group,
        )


def _ways(say: Translator, legs: Sequence[Leg], tone: Tone, group: str, name: str = "") -> Iterable[Way]:
    fmt, comma = Formats(say.language), "、" if say.language == "zh" else ", "
    for leg in legs:
        if len(leg.line) > 1:
            far = f"{fmt.duration(leg.minutes)} · {fmt.distance(leg.metres)}"
            note = say.gettext(N_("Estimate")) if leg.estimated else comma.join(leg.streets)
            yield Way(
                line=packed(leg.line),
                label=" · ".join(filter(None, (name, far))),
                notes=tuple(filter(None, (note,))),
                estimated=leg.estimated,
                tone=tone,
                group=group,
            )


def _legend_of_plan(say: Translator, ways: Iterable[Way], waiting: Sequence[Dot]) -> tuple[Key, ...]:
    kinds = {way.estimated for way in ways}
    keys = [
        _start_key(say),
        Key(label=say.gettext(N_("Visit")), sign="circle"),
    ]
    if False in kinds:
        keys.append(Key(label=say.gettext(N_("Way along streets, a colour for each helper")), sign="way"))
    if True in kinds:
        keys.append(Key(label=say.gettext(N_("Estimate")), sign="guess"))
    if waiting:
        keys.append(Key(label=say.gettext(N_("Nobody found")), sign="diamond", tone="bad"))
    return tuple(keys)


def _start_key(say: Translator) -> Key:
    return Key(label=say.gettext(N_("Start of the way")), sign="ring")


def _legend(say: Translator, ways: Iterable[Way], *, has_next: bool) -> tuple[Key, ...]:
    kinds = {way.estimated for way in ways}
    keys = [_start_key(say)]
    if has_next:
        keys.append(Key(label=say.gettext(N_("Next visit")), sign="pin", tone="next"))
    if False in kinds:
        keys.append(Key(label=say.gettext(N_("Way along streets")), sign="way", tone="route"))
    if True in kinds:
        keys.append(Key(label=say.gettext(N_("Estimate")), sign="guess", tone="route"))
    return tuple(keys)
