"""Small random problems of all shapes at once: visits, delivery rounds and group sessions share people and hours."""

import msgspec
from hypothesis import strategies as st

from matching.problem import (
    Delivery,
    Depot,
    Enrolment,
    Fund,
    Gathering,
    Horizon,
    Occasion,
    Place,
    Problem,
    Role,
    SkillLevel,
    Span,
    StartWindow,
    Venue,
)

from . import strategies as base
from .strategies import DAY, grid_travel, rarely, seldom, sizes

NEEDS = ("", "", "n0", "n1")
"""Half of all things are alternatives of one of two needs."""


@st.composite
def depots(draw, i, days, places):
    """Ready for some hours around noon, on every day."""
    opens = draw(st.integers(6, 9))
    ready = tuple(
        StartWindow(earliest=day * DAY + opens, latest=day * DAY + opens + draw(st.integers(1, 5)))
        for day in range(days)
    )
    return Depot(
        id=f"k{i}",
        place=draw(st.sampled_from(places)),
        ready=ready,
        load_ticks=draw(st.sampled_from([0, 0, 1])),
        max_units_day=draw(rarely(st.integers(0, 4))),
        providers=draw(rarely(st.just(("o0",)), ())),
    )


@st.composite
def deliveries(draw, i, days, places, workers, kitchens):
    """Doors with one window, punctual or not, a load of one or two, sometimes from one depot alone."""
    return Delivery(
        id=f"d{i}",
        place=draw(st.sampled_from(places)),
        windows=draw(st.one_of(base.windows(days), base.late_windows(days))),
        units=draw(st.sampled_from([1, 1, 2])),
        depots=draw(st.sampled_from([(), (), *((kitchen,) for kitchen in kitchens)])),
        fresh_ticks=draw(st.sampled_from([None, None, 1, 2, 4])),
        priority=draw(st.integers(1, 3)),
        skills=draw(seldom(st.just((SkillLevel(skill="care", level=1),)), ())),
        qualifications=draw(rarely(st.just(("nurse",)), ())),
        allowed_kinds=draw(seldom(st.just(("team",)), ())),
        refused_workers=draw(rarely(st.just(workers[:1]), ())),
        reach_metres=draw(rarely(st.integers(0, 500))),
        groups=draw(st.sampled_from([(), ("old",)])),
        need=draw(st.sampled_from(NEEDS)),
    )


@st.composite
def venues(draw, i, days, places):
    """Rooms for two to four people."""
    hours = tuple(Span(start=day * DAY + 8, end=day * DAY + 16) for day in range(days))
    return Venue(
        id=f"v{i}",
        place=draw(st.sampled_from(places)),
        seats=draw(st.integers(2, 4)),
        step_free=draw(st.sampled_from([True, True, False])),
        open=draw(st.sampled_from([(), (), hours])),
        uses=draw(rarely(st.just(("class",)), ())),
        fee_fen_hour=draw(st.sampled_from([0, 0, 10_000, 3_333])),
    )


@st.composite
def occasions(draw, days, duration, rooms):
    """A single date, or a term of two on one day or on two."""
    first = draw(st.integers(8, 12))
    later = first + duration + draw(st.integers(0, 2)) if days == 1 else first + DAY
    starts = draw(st.sampled_from([(first,), (first,), (first, later)]))
    return Occasion(venue=draw(st.sampled_from(rooms)), starts=starts)


@st.composite
def gatherings(draw, i, days, rooms, workers):
    """With a leader, a leader and an assistant for every two children, or nobody."""
    duration = draw(st.integers(1, 2))
    led = (Role(skills=draw(rarely(st.just((SkillLevel(skill="care", level=2),)), ()))),)
    helped = (*led, Role(count=1, per_seats=draw(st.sampled_from([None, 2])), qualifications=("nurse",)))
    least = draw(st.integers(1, 2))
    offered = draw(
        st.lists(
            occasions(days, duration, rooms), min_size=1, max_size=3, unique_by=lambda o: (o.venue, o.starts)
        )
    )
    return Gathering(
        id=f"g{i}",
        duration=duration,
        occasions=tuple(offered),
        min_seats=least,
        max_seats=least + draw(st.integers(0, 2)),
        service=draw(st.sampled_from(["class", "class", "meal"])),
        roles=draw(st.sampled_from([(), led, led, led, helped])),
        consent=draw(st.sampled_from([False, False, True])),
        allowed_kinds=draw(seldom(st.just(("team",)), ())),
        known_workers=draw(st.sampled_from([(), workers[:1], workers[1:2]])),
    )


@st.composite
def enrolments(draw, i, days, places, classes, workers):
    """Who asks for one gathering or for any."""
    hours = tuple(Span(start=day * DAY + 8, end=day * DAY + 14) for day in range(days))
    return Enrolment(
        id=f"e{i}",
        place=draw(st.sampled_from(places)),
        gatherings=draw(st.sampled_from([classes, classes[:1], classes[-1:]])),
        mode=draw(st.sampled_from(["walk", "walk", "ebike"])),
        walk_metres=draw(st.sampled_from([None, None, 100, 200])),
        step_free=draw(st.sampled_from([False, False, False, True])),
        consent=draw(st.sampled_from([True, True, True, False])),
        free=draw(st.sampled_from([(), (), hours])),
        refused_workers=draw(rarely(st.just(workers[:1]), ())),
        priority=draw(st.integers(1, 3)),
        days_waited=draw(st.integers(0, 2)),
        groups=draw(st.sampled_from([(), ("old",)])),
        need=draw(st.sampled_from(NEEDS)),
    )


@st.composite
def shaped_problems(
    draw,
    max_tasks=3,
    max_deliveries=4,
    max_gatherings=2,
    max_enrolments=5,
    max_workers=3,
    rich=True,
    days=(1, 1, 2),
):
    """Any small problem of all shapes; a limit of 0 leaves that shape out.

    `rich`: visits have wishes, money, safeguards, crews and precedence, too; else each takes one person.
    """
    points = draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=2, max_size=4, unique=True)
    )
    places = [f"p{i}" for i in range(len(points))]
    length = draw(st.sampled_from(days))
    people = [
        draw(base.workers(i, length, places, ["o0", "o1"], rich)) for i in range(draw(sizes(max_workers)))
    ]
    people = [msgspec.structs.replace(w, capacity=draw(st.sampled_from([0, 1, 2, 3, 4]))) for w in people]
    ids = tuple(worker.id for worker in people)
    asked = [
        draw(base.tasks(i, length, places, ids, rich))
        for i in range(draw(sizes(max_tasks)) if max_tasks else 0)
    ]
    plain = {} if rich else {"headcount": 1, "mandatory": False}
    asked = [msgspec.structs.replace(t, need=draw(st.sampled_from(NEEDS)), **plain) for t in asked]
    kitchens = [
        draw(depots(i, length, places)) for i in range(draw(st.integers(1, 2)) if max_deliveries else 0)
    ]
    count = draw(sizes(max_deliveries)) if max_deliveries else 0
    meals = [draw(deliveries(i, length, places, ids, [k.id for k in kitchens])) for i in range(count)]
    rooms = [draw(venues(i, length, places)) for i in range(draw(st.integers(1, 2)) if max_gatherings else 0)]
    count = draw(st.integers(1, max_gatherings)) if max_gatherings else 0
    classes = [draw(gatherings(i, length, [r.id for r in rooms], ids)) for i in range(count)]
    count = draw(sizes(max_enrolments)) if classes else 0
    names = tuple(gathering.id for gathering in classes)
    seats = [draw(enrolments(i, length, places, names, ids)) for i in range(count)]
    return Problem(
        id="shaped",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=length, tick_seconds=3600),
        places=tuple(
            Place(id=p, lat=0, lon=0, access_ticks=draw(st.sampled_from([0, 0, 0, 1]))) for p in places
        ),
        tasks=tuple(asked),
        workers=tuple(people),
        providers=tuple(draw(base.providers(i, rich)) for i in range(2)),
        precedences=draw(base.precedences(asked)) if rich and asked else (),
        funds=(Fund(id="f0", fen=draw(st.sampled_from([0, 6_000, 20_000]))),) if rich else (),
        depots=tuple(kitchens),
        deliveries=tuple(meals),
        venues=tuple(rooms),
        gatherings=tuple(classes),
        enrolments=tuple(seats),
        travel=grid_travel(points),
    )


def tiny_problems(**sizes: int):
    """Small enough for `brute_shaped`: one day, visits for one person, two people."""
    limits = {"max_tasks": 2, "max_deliveries": 3, "max_gatherings": 2, "max_enrolments": 3, "max_workers": 2}
    return shaped_problems(**{**limits, **sizes}, rich=False, days=(1,))
