"""Ways of a plan on the terminal: some routes in full, and what straight lines would have said of all of them."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple
from uuid import UUID

from rich.table import Table
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.console import console, words
from api.cli.report import Names
from api.i18n import N_
from api.web.words import MODES
from catalog.kernel.time import HOME_ZONE
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.rounds.digest import place_of, rooms_of
from market.rounds.models import Round
from market.rounds.problem.ticks import Calendar
from market.rounds.summary import ON_FOOT
from matching.plan import Plan, Route, Stop, decode_plan
from matching.problem import LineTravel, Mode, Place, Problem, decode_problem
from matching.travel.network import Network
from matching.travel.network.single import route as way_between

SHOWN = 3
STREETS = 4
"""How many streets of a way are named: the longest ones."""


class Leg(NamedTuple):
    """One way of a route; `start` is the tick at which the stop begins; it and `stop` are None on the way back."""

    here: Place
    there: Place
    stop: Stop | None
    start: int | None
    metres: int
    ticks: int

    @property
    def task(self) -> str | None:
        """What the stop is of; None on the way back."""
        return None if self.stop is None else self.stop.task


async def show_ways(session: AsyncSession, held: Round, network: Network, services: Names) -> None:
    """Print some routes of a round as they run along streets, and how far straight lines are off."""
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    shown = worth_reading(problem, plan)
    people = await _people(session, shown)
    calendar = Calendar(held.first_day, held.days)
    for route in shown:
        rows = list(legs(problem, route, rooms_of(problem, plan)))
        console.print(_table(problem, route, rows, network, people[route.worker], calendar, services))
    console.print(compared(problem, plan))


def worth_reading(problem: Problem, plan: Plan) -> list[Route]:
    """Return the routes with the most ways, of people who walk before those who ride."""

    def key(route: Route) -> tuple[bool, int, str]:
        on_foot = problem.worker_by_id[route.worker].mode in ON_FOOT
        return not on_foot, -sum(leg.metres > 0 for leg in legs(problem, route, rooms)), route.worker

    rooms = rooms_of(problem, plan)

    return sorted(plan.routes, key=key)[:SHOWN]


async def _people(session: AsyncSession, routes: Sequence[Route]) -> dict[str, str]:
    statement = select(Worker.id, Person.name).join(Person, Person.id == Worker.person_id)
    wanted = Worker.id.in_([UUID(route.worker) for route in routes])
    return {str(worker): name for worker, name in await session.execute(statement.where(wanted))}


def legs(problem: Problem, route: Route, rooms: Mapping[str, str] | None = None) -> Iterator[Leg]:
    """Yield the ways of a route in order, the way back last; `rooms`: where gatherings are held."""
    place, shift = problem.place_by_id, problem.worker_by_id[route.worker].shifts[route.shift]
    here = place[shift.start_place]
    for stop in route.stops:
        there = place[place_of(problem, stop, rooms or {})]
        yield Leg(here, there, stop, stop.start, stop.travel_metres, stop.travel_ticks)
        here = there
    yield Leg(here, place[shift.end_place], None, None, route.return_metres, route.return_ticks)


def _table(
    problem: Problem,
    route: Route,
    rows: Sequence[Leg],
    network: Network,
    name: str,
    calendar: Calendar,
    services: Names,
) -> Table:
    _ = words().gettext
    mode = problem.worker_by_id[route.worker].mode
    table = Table(title=f"{name} · {_(MODES[mode])}", title_justify="left")
    for heading in (N_("Start"), N_("To")):
        table.add_column(_(heading))
    for heading in (N_("Minutes"), N_("Metres")):
        table.add_column(_(heading), justify="right")
    table.add_column(_(N_("Along")))
    for leg in rows:
        at, to = _goal(problem, leg, calendar, services)
        along = _along(network, mode, leg)
        if problem.travel.guessed(leg.here, leg.there):
            along = f"{along} {_(N_('(estimate)'))}"
        table.add_row(at, to, str(leg.ticks), f"{leg.metres:,}", along)
    return table


def _goal(problem: Problem, leg: Leg, calendar: Calendar, services: Names) -> tuple[str, str]:
    """Return when somebody is wanted, and what for."""
    _ = words().gettext
    if leg.stop is None or leg.start is None:
        return "", _(N_("way back"))
    at = calendar.at(leg.start).astimezone(HOME_ZONE)
    if leg.stop.kind == "load":
        return f"{at:%H:%M}", _(N_("canteen, to load meals"))
    service = _service(problem, leg.stop)
    return f"{at:%H:%M}", services.get(service) or _(N_("agreed visit"))


def _service(problem: Problem, stop: Stop) -> str:
    if stop.kind == "deliver":
        return problem.delivery_by_id[stop.task].service
    if stop.kind == "lead":
        return problem.gathering_by_id[stop.task].service
    return problem.task_by_id[stop.task].service


def _along(network: Network, mode: Mode, leg: Leg) -> str:
    """Return the longest streets of a way, in the order in which they are passed."""
    if leg.metres == 0:
        return ""
    way = way_between(network, mode, (leg.here.lat, leg.here.lon), (leg.there.lat, leg.there.lon))
    passed: dict[str, int] = {}
    for street in way.streets:
        passed[street.name] = passed.get(street.name, 0) + street.metres
    named = [name for name in passed if name]
    longest = nlargest(STREETS, named, key=passed.__getitem__)
    return " → ".join(name for name in named if name in longest) or words().gettext(N_("ways without a name"))


def compared(problem: Problem, plan: Plan) -> str:
    """Return the sum of all ways, and what it would be by straight line x factor + constant."""
    line, estimate, total, minutes = LineTravel(), 0, 0, 0
    rooms = rooms_of(problem, plan)
    for route in plan.routes:
        mode = problem.worker_by_id[route.worker].mode
        for leg in legs(problem, route, rooms):
            total, minutes = total + leg.metres, minutes + leg.ticks
            estimate += line.metres(leg.here, leg.there, mode) if leg.metres else 0
    return words().gettext(
        N_(
            "All ways of the plan: {km} km along streets, {hours} h; by straight line the estimate would have been {line} km"
        ),
        km=f"{total / 1000:.1f}",
        hours=f"{minutes / 60:.1f}",
        line=f"{estimate / 1000:.1f}",
    )
