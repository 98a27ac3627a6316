"""What the demo shows beside visits: meals brought round, classes with seats, and haircuts that became a fair."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from api.cli.console import console, words
from api.cli.report import Names
from api.i18n import N_
from api.web.words import cause_text
from catalog.kernel.db import Database
from catalog.kernel.time import HOME_ZONE, Clock
from market.acting import actor_named
from market.gatherings.queries import fair_view
from market.gatherings.service import accept_fair
from market.gatherings.views import FairView
from market.ports import Pooler
from market.rounds.pooling import find_fairs

MEALS = N_(
    "{served} of {asked} meals: {home} brought to the door on {runs} rounds, {away} fetched or eaten at a canteen"
)
CLASSES = N_(
    "{opened} of {open} classes and fairs open: {seated} of {asked} have a seat, {waiting} on waiting lists"
)
FAIR = N_(
    "A fair: {people} requests for {service} are met at {venue}, {at}: {after} minutes of helpers instead of {before}"
)
AT_HOME = N_("{people} people who cannot walk keep their visit")


def show_shapes(summary: Mapping[str, Any]) -> None:
    """Print what a round did beside visits; nothing where nothing was asked for."""
    for line in told(summary):
        console.print(line)


def told(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line about meals and one about gatherings, each with what stood in the way."""
    _ = words().gettext
    if meals := summary.get("meals"):
        counts = {name: meals[name] for name in ("served", "asked", "home", "runs")}
        yield _(MEALS, away=meals["pick_up"] + meals["dine_in"], **counts) + _why(meals)
    if classes := summary.get("classes"):
        names = ("opened", "open", "seated", "asked", "waiting")
        yield _(CLASSES, **{name: classes[name] for name in names}) + _why(classes)


def _why(found: Mapping[str, Any]) -> str:
    say = words()
    causes = [
        f"{cause_text(say, cause)} {count}" for cause, count in sorted(found["unserved_by_cause"].items())
    ]
    return f" ({'; '.join(causes)})" if causes else ""


async def hold_fair(
    database: Database,
    pooler: Pooler,
    clock: Clock,
    *,
    territory_id: UUID,
    officer_id: UUID,
    day: date,
) -> FairView | None:
    """Let an officer look for fairs and accept the best one; None if there is none."""
    async with database.read() as session:
        officer = await actor_named(session, officer_id, "demo")
    found = await find_fairs(database, pooler, clock, officer, territory_id, day)
    if not found:
        return None
    async with database.write() as session:
        await accept_fair(session, clock, officer, found[0])
    async with database.read() as session:
        return await fair_view(session, found[0])


def show_fair(fair: FairView, services: Names) -> None:
    """Print what a fair changes."""
    say = words()
    chinese = say.language == "zh"
    visits, held = fair.comparison["visits"], fair.comparison["fair"]
    line = say.gettext(
        FAIR,
        people=fair.people,
        service=services.get(fair.service_code, fair.service_code),
        venue=fair.venue_zh if chinese else fair.venue_en,
        at=fair.start_at.astimezone(HOME_ZONE).strftime("%H:%M"),
        after=held["helper_minutes"],
        before=visits["helper_minutes"],
    )
    console.print(line)
    if fair.at_home:
        console.print(say.gettext(AT_HOME, people=fair.at_home))
