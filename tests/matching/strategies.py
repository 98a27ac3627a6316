"""Small random problems with every feature of the model, on a grid with a metric travel matrix."""

from hypothesis import strategies as st

from matching.policy import ORDERS, Policy
from matching.problem import (
    Forbid,
    Fund,
    Horizon,
    MatrixTravel,
    Pin,
    Place,
    Precedence,
    Problem,
    Provider,
    Rate,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Validity,
    Wishes,
    Worker,
)
from matching.travel import ModeMatrix

DAY = 24
"""Ticks of a day: one an hour."""


def grid_travel(points: list[tuple[int, int]]) -> MatrixTravel:
    """City-block distances: 100 metres and one tick a step on foot, half the ticks by e-bike."""
    steps = [[abs(x - u) + abs(y - v) for u, v in points] for x, y in points]
    metres = tuple(tuple(100 * s for s in row) for row in steps)
    walk = tuple(map(tuple, steps))
    ebike = tuple(tuple(-(-s // 2) for s in row) for row in steps)
    return MatrixTravel(
        places=tuple(f"p{i}" for i in range(len(points))),
        matrices=(
            ModeMatrix(mode="walk", ticks=walk, metres=metres),
            ModeMatrix(mode="ebike", ticks=ebike, metres=metres),
        ),
    )


def rarely(value, default=None):
    """`default` nineteen times in twenty; the middle of the range, since hypothesis favours its ends."""
    return st.integers(0, 59).flatmap(lambda n: value if 30 <= n < 33 else st.just(default))


def seldom(value, default=None):
    """For what shuts out half of the people at once: `default` fifty-nine times in sixty."""
    return st.integers(0, 59).flatmap(lambda n: value if n == 31 else st.just(default))


def sizes(most):
    """From 1 to `most`, large ones at least as often as small ones; nothing at all once in sixty times."""
    return st.integers(0, 59).map(lambda n: 0 if n == 31 else most - min(n % (most + 1), n % most))


@st.composite
def policies(draw, orders=ORDERS):
    """Any order of levels, with prices that small problems notice."""
    return Policy(
        levels=draw(st.sampled_from(orders)),
        fallback_penalty_ticks=draw(st.integers(0, 4)),
        wish_ticks=draw(st.integers(0, 4)),
        continuity_ticks=draw(st.integers(0, 4)),
        anchor_ticks=draw(st.integers(0, 4)),
        overlevel_ticks=draw(st.integers(0, 2)),
        hundred_yuan_ticks=draw(st.integers(0, 3)),
    )


@st.composite
def windows(draw, days):
    found = []
    for _ in range(draw(st.integers(1, 2))):
        earliest = draw(st.integers(0, days - 1)) * DAY + draw(st.integers(7, 12))
        found.append(StartWindow(earliest=earliest, latest=earliest + draw(st.integers(0, 4))))
    return tuple(found)


@st.composite
def late_windows(draw, days):
    """One window that is hard, or may be missed at a price; sometimes another one on its two sides."""
    earliest = draw(st.integers(0, days - 1)) * DAY + draw(st.integers(8, 11))
    latest = earliest + draw(st.integers(0, 3))
    late_until = latest + draw(st.integers(1, 3))
    price = draw(st.integers(0, 3))
    found = [StartWindow(earliest=earliest, latest=latest, late_until=late_until, late_price=price)]
    if draw(st.booleans()):
        found.append(StartWindow(earliest=earliest - 2, latest=earliest - 1))
    if draw(st.booleans()):
        found.append(StartWindow(earliest=late_until + 1, latest=late_until + 2))
    return tuple(found)


@st.composite
def shifts(draw, days, places):
    found = []
    for day in range(days):
        if draw(st.integers(0, 20)) != 10:
            start = day * DAY + draw(st.integers(5, 8))
            start_place, end_place = draw(st.sampled_from(places)), draw(st.sampled_from(places))
            end = start + draw(st.integers(8, 13))
            found.append(Shift(start=start, end=end, start_place=start_place, end_place=end_place))
    return tuple(found)


@st.composite
def tasks(draw, i, days, places, workers, rich):
    return Task(
        id=f"t{i}",
        place=draw(st.sampled_from(places)),
        duration=draw(st.integers(1, 3)),
        windows=draw(st.one_of(windows(days), late_windows(days)) if rich else windows(days)),
        headcount=draw(st.sampled_from([1, 1, 2])),
        priority=draw(st.integers(1, 3)),
        mandatory=draw(st.sampled_from([False, False, True])),
        skills=draw(rarely(st.just((SkillLevel(skill="care", level=2),)), ())),
        qualifications=draw(rarely(st.just(("nurse",)), ())),
        allowed_kinds=draw(rarely(st.just(("team",)), ())),
        refused_workers=draw(rarely(st.just(workers[:1]), ())),
        required_gender=draw(rarely(st.just("f"))),
        required_language=draw(rarely(st.just("yue"))),
        reach_metres=draw(rarely(st.integers(0, 500))),
        **(draw(extras(workers)) if rich else {}),
    )


@st.composite
def extras(draw, workers):
    """Wishes, money and safeguards of a task."""
    some = st.sampled_from([(), workers[:1], workers[1:2]])
    return {
        "service": draw(st.sampled_from(["", "meal"])),
        "groups": draw(st.sampled_from([(), ("old",), ("new", "old")])),
        "wishes": Wishes(
            workers=draw(some),
            gender=draw(st.sampled_from([None, None, "f"])),
            language=draw(st.sampled_from([None, None, "yue"])),
        ),
        "known_workers": draw(some),
        "zones": draw(st.sampled_from([(), (), ("z0",), ("z0", "z1")])),
        "price_cap_fen": draw(st.sampled_from([None, None, None, 9_000, 15_000])),
        "fund": draw(st.sampled_from([None, "f0"])),
        "safeguards": draw(
            st.sampled_from(
                [(), (), (), (), ("experienced",), ("two_adults",), ("experienced", "two_adults")]
            )
        ),
    }


@st.composite
def workers(draw, i, days, places, providers, rich):
    nurse = Validity(code="nurse", valid_from=draw(rarely(st.integers(0, 12))), valid_until=None)
    return Worker(
        id=f"w{i}",
        provider=draw(st.sampled_from(providers)),
        shifts=draw(shifts(days, places)),
        mode=draw(st.sampled_from(["walk", "ebike"])),
        skills=draw(
            st.sampled_from([(), (SkillLevel(skill="care", level=1),), (SkillLevel(skill="care", level=3),)])
        ),
        qualifications=draw(st.sampled_from([(), (nurse,), (nurse,)])),
        reach_metres=draw(rarely(st.integers(0, 500))),
        max_leg_ticks=draw(rarely(st.integers(0, 4))),
        max_tasks_day=draw(rarely(st.integers(0, 3))),
        max_ticks_day=draw(rarely(st.integers(1, 5))),
        max_tasks_week=draw(rarely(st.integers(0, 3))),
        max_ticks_week=draw(rarely(st.integers(2, 6))),
        gender=draw(st.sampled_from(["f", "m", None])),
        languages=draw(st.sampled_from([(), ("yue",)])),
        people=draw(st.sampled_from([1, 1, 1, 2, 3])) if rich else 1,
        newcomer=draw(st.sampled_from([False, False, True])) if rich else False,
        anchors=draw(st.sampled_from([(), (), ("z0",), ("z1",)])) if rich else (),
    )


@st.composite
def rates(draw):
    """Dear enough for caps, funds and whole hundreds of yuan."""
    found = [
        Rate(visit_fen=draw(st.sampled_from([0, 5_000, 12_000])), hour_fen=draw(st.sampled_from([0, 3_001])))
    ]
    if draw(st.booleans()):
        found.append(Rate(service="meal", visit_fen=draw(st.sampled_from([0, 8_000, 21_000]))))
    return tuple(found)


@st.composite
def precedences(draw, asked):
    """Tasks that wait for one whose windows open no later: no circles, and seldom in vain."""
    asked = sorted(asked, key=lambda task: (task.windows[0].earliest, task.id))
    found = {}
    for _ in range(draw(st.sampled_from([1, 0, 1, 2])) if len(asked) > 1 else 0):
        a = draw(st.integers(0, len(asked) - 2))
        b = draw(st.integers(a + 1, len(asked) - 1))
        least = draw(st.integers(0, 2))
        longest = asked[b].windows[0].end - asked[a].windows[0].earliest - asked[a].duration
        most = draw(st.sampled_from([max(least, longest), None, least, least + 3]))
        found[a, b] = Precedence(before=asked[a].id, after=asked[b].id, min_lag=least, max_lag=most)
    return tuple(found.values())


@st.composite
def providers(draw, i, rich):
    return Provider(
        id=f"o{i}",
        kind=draw(st.sampled_from(["team", "partner"])),
        admitted=draw(seldom(st.just(value=False), default=True)),
        paused=draw(seldom(st.just(value=True), default=False)),
        atomic=draw(st.sampled_from([False, False, True])),
        fallback=draw(st.sampled_from([False, False, True])),
        max_tasks_day=draw(seldom(st.integers(0, 3))),
        max_tasks_week=draw(seldom(st.integers(0, 3))),
        rates=draw(st.one_of(st.just(()), rates())) if rich else (),
    )


@st.composite
def problems(draw, max_tasks=5, max_workers=4, pins=True, rich=True):
    """Any small problem; `pins` and forbids never contradict each other.

    `rich`: with lateness, crews, wishes, money, safeguards and precedence; else with people, time and caps alone.
    """
    points = draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=4, unique=True)
    )
    places = [f"p{i}" for i in range(len(points))]
    days = draw(st.sampled_from([1, 1, 1, 2]))
    n_tasks = draw(sizes(max_tasks))
    n_workers = draw(sizes(max_workers))
    owners = [draw(providers(i, rich)) for i in range(2)]
    people = [draw(workers(i, days, places, ["o0", "o1"], rich)) for i in range(n_workers)]
    ids = tuple(w.id for w in people)
    asked = [draw(tasks(i, days, places, ids, rich)) for i in range(n_tasks)]
    pinned = rarely(st.integers(8, 12)) if rich else st.none()
    waits = draw(precedences(asked)) if rich and asked else ()
    pairs = [(t.id, w) for t in asked for w in ids]
    marked = draw(st.lists(st.sampled_from(pairs), max_size=2, unique_by=lambda p: p[0])) if pairs else []
    return Problem(
        id="random",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=days, tick_seconds=3600),
        places=tuple(
            Place(id=p, lat=0, lon=0, access_ticks=draw(st.sampled_from([0, 0, 1]))) for p in places
        ),
        tasks=tuple(asked),
        workers=tuple(people),
        providers=tuple(owners),
        pins=tuple(Pin(task=t, worker=w, start=draw(pinned)) for t, w in marked[:1]) if pins else (),
        forbids=tuple(Forbid(task=t, worker=w) for t, w in marked[1:]),
        precedences=waits,
        funds=(Fund(id="f0", fen=draw(st.sampled_from([0, 6_000, 20_000]))),) if rich else (),
        travel=grid_travel(points),
    )
