"""Real doorstep requests of one day as problems, one for each neighbourhood, beside what the couriers really did.

The file is a sample of LaDe-P (Cainiao, Apache-2.0): request, promised window, courier, when and where.
"""

import csv
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from matching.problem import Horizon, LineTravel, Place, Problem, Provider, Shift, StartWindow, Task, Worker
from matching.travel.line import Speeds

TICK_SECONDS = 10
SERVICE_TICKS = 18
METRES_PER_MINUTE = 200
LATE_PRICE = 6
DAY_TICKS = 86_400 // TICK_SECONDS
STRAIGHT = LineTravel(
    factor=1.0, constant_metres=0, speeds=Speeds(ebike=METRES_PER_MINUTE), tick_seconds=TICK_SECONDS
)


class Request(NamedTuple):
    """One request; ticks of the window, and of when the courier came."""

    id: str
    city: str
    region: str
    courier: str
    lat: float
    lon: float
    opens: int
    closes: int
    came: int


class Region(NamedTuple):
    """A neighbourhood: its problem, and the requests of each courier in the order in which they were visited."""

    city: str
    problem: Problem
    visits: dict[str, list[Request]]


class Figures(NamedTuple):
    """Straight metres of all ways, ticks of lateness, late visits, ticks before the window."""

    metres: int
    late: int
    late_visits: int
    early: int


def regions(path: Path) -> list[Region]:
    """All neighbourhoods of the file, by city and number."""
    found: dict[tuple[str, int], list[Request]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["city"], int(row["region_id"])].append(_request(row))
    return [_region(requests) for _, requests in sorted(found.items())]


def _request(row: dict[str, str]) -> Request:
    came = _time(row["pickup_time"])
    begin = datetime(came.year, came.month, came.day) - timedelta(days=1)  # noqa: DTZ001 the file names no zone

    def tick(text: str) -> int:
        return max(0, round((_time(text) - begin).total_seconds() / TICK_SECONDS))

    return Request(
        row["order_id"],
        row["city"],
        row["region_id"],
        row["courier_id"],
        float(row["lat"]),
        float(row["lng"]),
        tick(row["time_window_start"]),
        tick(row["time_window_end"]),
        tick(row["pickup_time"]),
    )


def _time(text: str) -> datetime:
    return datetime.strptime(f"2022-{text}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007


def _region(requests: list[Request]) -> Region:
    """Couriers work from their first to their last real visit, and start and end where these were.

    A window opens when the courier really came, where that was earlier; lateness is priced up to the end of the day.
    """
    visits: dict[str, list[Request]] = defaultdict(list)
    for request in sorted(requests, key=lambda r: (r.came, r.id)):
        visits[request.courier].append(request)
    tasks = tuple(
        Task(
            id=r.id,
            place=r.id,
            duration=SERVICE_TICKS,
            windows=(
                StartWindow(
                    earliest=min(r.opens, r.came),
                    latest=r.closes,
                    late_until=2 * DAY_TICKS if r.closes < 2 * DAY_TICKS else None,
                    late_price=LATE_PRICE,
                ),
            ),
        )
        for r in requests
    )
    workers = tuple(
        Worker(
            id=courier,
            provider="station",
            mode="ebike",
            shifts=(
                Shift(
                    start=done[0].came,
                    end=_end(done),
                    start_place=done[0].id,
                    end_place=done[-1].id,
                ),
            ),
        )
        for courier, done in visits.items()
    )
    first = requests[0]
    problem = Problem(
        id=f"{first.city}-{first.region}",
        horizon=Horizon(start="2022-01-01T00:00:00+08:00", days=3, tick_seconds=TICK_SECONDS),
        places=tuple(Place(id=r.id, lat=r.lat, lon=r.lon) for r in requests),
        tasks=tasks,
        workers=workers,
        providers=(Provider(id="station", kind="couriers"),),
        travel=STRAIGHT,
    )
    return Region(first.city, problem, dict(visits))


def _end(done: list[Request]) -> int:
    """When the last real visit ends; later, where our pace and time of service are slower than the courier was."""
    now, here = 0, None
    for request in done:
        there = Place(id=request.id, lat=request.lat, lon=request.lon)
        way = 0 if here is None else STRAIGHT.ticks(here, there, "ebike")
        now, here = max(request.came, now + way) + SERVICE_TICKS, there
    return now


def measured(region: Region, routes: dict[str, list[tuple[str, int]]]) -> Figures:
    """Figures of routes (courier: request and tick in order), the same measure for everybody.

    A courier with visits goes from the place of the first real visit to that of the last one.
    """
    known = {r.id: r for done in region.visits.values() for r in done}
    places, metres = region.problem.place_by_id, 0
    for courier, route in routes.items():
        stops = [region.visits[courier][0].id, *(task for task, _ in route), region.visits[courier][-1].id]
        there = [places[stop] for stop in stops]
        metres += int(STRAIGHT.pairs(there[:-1], there[1:], "ebike")[1].sum()) if route else 0
    times = [(known[task], tick) for route in routes.values() for task, tick in route]
    late = [max(0, tick - r.closes) for r, tick in times]
    return Figures(
        metres, sum(late), sum(ticks > 0 for ticks in late), sum(max(0, r.opens - tick) for r, tick in times)
    )


def really(region: Region) -> dict[str, list[tuple[str, int]]]:
    """What the couriers did."""
    return {courier: [(r.id, r.came) for r in done] for courier, done in region.visits.items()}
