"""Delivery rounds and group sessions of a plan on the terminal."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.table import Table

from api.cli.console import console
from api.cli.plan_tables import LISTED, more, plan_table, word_of
from api.i18n import N_
from matching.plan import Plan, Session, Stop
from matching.plot import facts
from matching.plot.facts import ShapeCount
from matching.plot.words import SHAPES
from matching.problem import Problem


class Trip(NamedTuple):
    """A load and what is brought from it."""

    worker: str
    load: Stop
    doors: tuple[Stop, ...]


def trips_of(plan: Plan) -> list[Trip]:
    """All trips of a plan in order of time."""
    found: list[Trip] = []
    for route in plan.routes:
        for stop in route.stops:
            if stop.kind == "load":
                found.append(Trip(route.worker, stop, ()))
            elif stop.kind == "deliver":
                found[-1] = found[-1]._replace(doors=(*found[-1].doors, stop))
    return sorted(found, key=lambda trip: (trip.load.start, trip.worker))


def shapes_table(counts: Iterable[ShapeCount]) -> Table:
    """What is asked for and served of each shape."""
    table = plan_table(
        N_("Served, by shape"),
        (N_("What is asked for"), "left"),
        (N_("Asked"), "right"),
        (N_("Served"), "right"),
    )
    for one in counts:
        table.add_row(word_of(SHAPES, one.shape), f"{one.asked:,}", f"{one.served:,}")
    return table


def show_shapes(problem: Problem, plan: Plan) -> None:
    """Print trips and sessions, where there are any."""
    trips = trips_of(plan)
    if trips:
        console.print(_trips(problem, trips))
    if plan.sessions:
        console.print(_sessions(problem, plan.sessions))


def _trips(problem: Problem, trips: Sequence[Trip]) -> Table:
    table = plan_table(
        N_("Delivery trips"),
        (N_("Loads at"), "left"),
        (N_("Depot of the load"), "left"),
        (N_("Who carries"), "left"),
        (N_("Units carried"), "right"),
        (N_("Doors, in order"), "left"),
        (N_("Last door"), "left"),
    )
    for worker, load, doors in trips[:LISTED]:
        units = sum(problem.delivery_by_id[door.task].units for door in doors)
        names = ", ".join(door.task for door in doors)
        when = facts.clock(problem, load.start), facts.clock(problem, doors[-1].start if doors else load.end)
        table.add_row(when[0], load.task, worker, f"{units:,}", names, when[1])
    more(table, len(trips))
    return table


def _sessions(problem: Problem, sessions: Sequence[Session]) -> Table:
    table = plan_table(
        N_("Sessions that open"),
        (N_("What opens"), "left"),
        (N_("Held in"), "left"),
        (N_("Starting at"), "left"),
        (N_("Led by"), "left"),
        (N_("Seats given to"), "left"),
        (N_("Waiting, in order"), "left"),
    )
    for session in sessions[:LISTED]:
        occasion = problem.gathering_by_id[session.gathering].occasions[session.occasion]
        staff = [worker for one in session.staff for worker in one.workers]
        table.add_row(
            session.gathering,
            occasion.venue,
            ", ".join(facts.clock(problem, start) for start in occasion.starts),
            ", ".join(staff),
            f"{len(session.seated)}: {', '.join(session.seated)}",
            ", ".join(session.waiting),
        )
    more(table, len(sessions))
    return table
