"""`linli match --network`: ways along streets for somebody else's problem, and where they are guesses."""

from pathlib import Path
from typing import Any

from msgspec import structs

from api.cli.console import console, progress, refuse, words
from api.cli.plan_tables import PlainTable
from api.i18n import N_
from matching.errors import NetworkError
from matching.problem import Problem, TableTravel

MOST_PLACES = 20


def on_streets(problem: Problem, network: Path, *, quiet: bool = False) -> Problem:
    """Return the problem with ways along the streets of a prepared network; refuses one that cannot be used."""
    from matching.travel.network import load  # noqa: PLC0415
    from matching.travel.network.tables import travel_of  # noqa: PLC0415 its compiled parts take a while to load

    with progress(quiet=quiet) as bars:
        bar = bars.add_task(words().gettext(N_("measuring ways")), total=100)

        def tell(said: str, share: float) -> None:
            bars.update(bar, completed=round(100 * share), description=said)

        try:
            travel = travel_of(problem, load(network), on_progress=tell)
        except NetworkError as error:
            refuse(str(error))
    return structs.replace(problem, travel=travel)


def said_of(problem: Problem) -> dict[str, Any]:
    """Return for machines which network was asked, and the places that no street of it is near."""
    travel = problem.travel
    if not isinstance(travel, TableTravel):
        return {}
    return {"version": travel.network, "estimated_places": travel.guesses}


def show_guesses(problem: Problem) -> None:
    """Name the places that lie far from any street, if there are any."""
    travel = problem.travel
    if not isinstance(travel, TableTravel) or not travel.guesses:
        return
    _ = words().gettext
    table = PlainTable(title=_(N_("Not near any street of the network: ways from and to them are estimates")))
    table.title_justify = "left"
    for heading in (N_("Place"), N_("Latitude, longitude")):
        table.add_column(_(heading))
    for place in map(problem.place_by_id.__getitem__, travel.guesses[:MOST_PLACES]):
        table.add_row(place.id, f"{place.lat:.6f}, {place.lon:.6f}")
    if len(travel.guesses) > MOST_PLACES:
        table.caption = _(N_("and {n} more"), n=len(travel.guesses) - MOST_PLACES)
    console.print(table)
