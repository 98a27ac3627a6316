"""Small random problems with every feature of the model, on a grid with a metric travel matrix."""

from hypothesis import strategies as st

from matching.problem import (
    Forbid,
    Horizon,
    MatrixTravel,
    Pin,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Validity,
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
def windows(draw, days):
    found = []
    for _ in range(draw(st.integers(1, 2))):
        earliest = draw(st.integers(0, days - 1)) * DAY + draw(st.integers(7, 12))
        found.append(StartWindow(earliest=earliest, latest=earliest + draw(st.integers(0, 4))))
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
def tasks(draw, i, days, places, workers):
    return Task(
        id=f"t{i}",
        place=draw(st.sampled_from(places)),
        duration=draw(st.integers(1, 3)),
        windows=draw(windows(days)),
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
    )


@st.composite
def workers(draw, i, days, places, providers):
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
    )


@st.composite
def providers(draw, i):
    return Provider(
        id=f"o{i}",
        kind=draw(st.sampled_from(["team", "partner"])),
        admitted=draw(seldom(st.just(value=False), default=True)),
        paused=draw(seldom(st.just(value=True), default=False)),
        atomic=draw(st.sampled_from([False, False, True])),
        fallback=draw(st.sampled_from([False, False, True])),
        max_tasks_day=draw(seldom(st.integers(0, 3))),
        max_tasks_week=draw(seldom(st.integers(0, 3))),
    )


@st.composite
def problems(draw, max_tasks=5, max_workers=4, pins=True):
    """Any small problem; `pins` and forbids never contradict each other."""
    points = draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=4, unique=True)
    )
    places = [f"p{i}" for i in range(len(points))]
    days = draw(st.sampled_from([1, 1, 1, 2]))
    n_tasks = draw(sizes(max_tasks))
    n_workers = draw(sizes(max_workers))
    owners = [draw(providers(i)) for i in range(2)]
    people = [draw(workers(i, days, places, ["o0", "o1"])) for i in range(n_workers)]
    ids = tuple(w.id for w in people)
    asked = [draw(tasks(i, days, places, ids)) for i in range(n_tasks)]
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
        pins=tuple(Pin(task=t, worker=w) for t, w in marked[:1]) if pins else (),
        forbids=tuple(Forbid(task=t, worker=w) for t, w in marked[1:]),
        travel=grid_travel(points),
    )
