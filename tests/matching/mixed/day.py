"""A day on which one helper could bring meals, lead a class and make a visit; ticks are hours, places a step apart."""

from typing import Any

from matching.problem import (
    Delivery,
    Depot,
    Enrolment,
    Gathering,
    Occasion,
    Problem,
    Shift,
    StartWindow,
    Task,
    Venue,
    Worker,
)
from tests.matching.builders import PROVIDER, problem

SHIFT = Shift(start=8, end=20, start_place="p0", end_place="p0")
ANN = Worker(id="ann", provider="team", shifts=(SHIFT,), capacity=2)
CANTEEN = Depot(id="canteen", place="p0", ready=(StartWindow(earliest=9, latest=12),))
HALL = Venue(id="hall", place="p1", seats=3)


def between(earliest, latest):
    return (StartWindow(earliest=earliest, latest=latest),)


def meal(name="meal", place="p1", **fields: Any):
    return Delivery(**{"id": name, "place": place, "windows": between(10, 11), "priority": 5} | fields)


def visit(name="visit", place="p2", **fields: Any):
    return Task(**{"id": name, "place": place, "duration": 1, "windows": between(16, 17)} | fields)


def lesson(name="class", starts=(13,), **fields: Any):
    occasions = tuple(Occasion(venue="hall", starts=(start,)) for start in starts)
    return Gathering(**{"id": name, "duration": 2, "occasions": occasions} | fields)


def seat(name, gatherings=("class",), **fields: Any):
    return Enrolment(**{"id": name, "place": "p1", "gatherings": gatherings, "priority": 2} | fields)


TASKS, MEALS, LESSONS, SEATS = (visit(),), (meal(),), (lesson(),), (seat("kim"), seat("lee"))


def day(
    tasks=TASKS,
    deliveries=MEALS,
    gatherings=LESSONS,
    enrolments=SEATS,
    workers=(ANN,),
    **fields: Any,
) -> Problem:
    shapes = {
        "depots": (CANTEEN,),
        "venues": (HALL,),
        "deliveries": deliveries,
        "gatherings": gatherings,
        "enrolments": enrolments,
    }
    return problem(tasks=tasks, workers=workers, **{"providers": (PROVIDER,), **shapes, **fields})
