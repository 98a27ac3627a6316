"""A published round on the terminal: asked, served, per service and community, walk, causes, quality."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from rich.columns import Columns
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.console import console, words
from api.i18n import N_
from api.web.words import KEPT, cause_text, ways_note
from catalog.kernel.time import HOME_ZONE
from catalog.services.models import Service
from catalog.territory.models import PlaceKind, Territory
from market.rounds.views import PlanRow
from matching.plan import LevelReport

Names = Mapping[str, str]


async def names(session: AsyncSession) -> tuple[Names, Names]:
    """Return the names of services and communities in the reader's language, by code."""
    chinese = words().language == "zh"
    services = await session.execute(select(Service.code, Service.name_zh if chinese else Service.name_en))
    places = await session.execute(
        select(Territory.code, Territory.name_zh if chinese else Territory.name_en).where(
            Territory.kind == PlaceKind.COMMUNITY
        )
    )
    return {row[0]: row[1] for row in services}, {row[0]: row[1] for row in places}


def show_round(summary: Mapping[str, Any], services: Names, communities: Names) -> None:
    """Print the summary of a round."""
    _ = words().gettext
    if not summary["asked"]:
        console.print(_(N_("Nobody asks for anything on these days.")), style="bold")
        return
    console.print(
        _(
            N_("{served} of {asked} needs have somebody who can come; {unserved} have nobody yet"),
            served=summary["served"],
            asked=summary["asked"],
            unserved=summary["unserved"],
        ),
        style="bold",
    )
    if summary["served"]:
        console.print(_walk(summary))
    if note := ways_note(words(), summary):
        console.print(note, style="yellow", markup=False, soft_wrap=True)
    console.print(
        Columns(
            [
                _shares(_(N_("Service")), summary["by_service"], services),
                _shares(_(N_("Community")), summary["by_community"], communities),
            ]
        )
    )
    if summary["unserved_by_cause"]:
        console.print(_causes(summary["unserved_by_cause"]))
    for line in _kept(summary.get("kept", {})):
        console.print(line)
    for level in summary["levels"]:
        console.print(_level(level))


ESTIMATED = N_(
    "median walk {minutes} min ({metres} m, estimated), {workers} people considered, solved in {seconds} s"
)
MEASURED = N_("median walk {minutes} min ({metres} m), {workers} people considered, solved in {seconds} s")


def _walk(summary: Mapping[str, Any]) -> str:
    guessed = summary.get(
        "estimated", summary["offers"]
    )  # rounds of before there were networks are all estimates
    return words().gettext(
        ESTIMATED if guessed == summary["offers"] else MEASURED,
        minutes=round(summary.get("median_walk_minutes") or 0),
        metres=round(summary.get("median_walk_metres") or 0),
        workers=summary["workers"],
        seconds=summary.get("seconds", "?"),
    )


def _shares(title: str, shares: Mapping[str, Mapping[str, int]], named: Names) -> Table:
    _ = words().gettext
    table = Table()
    for heading, justify in ((title, "left"), (_(N_("Asked")), "right"), (_(N_("Served")), "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type] # rich's literal
    for code, share in sorted(shares.items(), key=lambda item: (-item[1]["asked"], item[0])):
        table.add_row(named.get(code, code), str(share["asked"]), str(share["served"]))
    return table


def _causes(causes: Mapping[str, int]) -> Table:
    say = words()
    table = Table(title=say.gettext(N_("Not served: what stood in the way")), title_justify="left")
    table.add_column(say.gettext(N_("Cause")))
    table.add_column(say.gettext(N_("Needs")), justify="right")
    for cause, count in sorted(causes.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(cause_text(say, cause), str(count))
    return table


def _kept(kept: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Return how many wishes are met; of a wish that nobody had there is nothing to say."""
    for kind, text in KEPT.items():
        count = kept.get(kind, {})
        if asked := count.get("asked"):
            yield words().gettext(text, met=count["met"], asked=asked)


def show_again(rows: Sequence[PlanRow]) -> None:
    """Print the visits by somebody who was asked for again."""
    say = words()
    again = [row for row in rows if "same_helper" in row.ties]
    if not again:
        return
    table = Table(title=say.gettext(N_("Asked for again, and coming")), title_justify="left")
    for heading in (N_("Start"), N_("Service"), N_("Helper")):
        table.add_column(say.gettext(heading))
    chinese = say.language == "zh"
    for row in again:
        at = row.start_at.astimezone(HOME_ZONE).strftime("%H:%M")
        table.add_row(at, row.service_zh if chinese else row.service_en, row.worker_name)
    console.print(table)


def _level(level: Mapping[str, Any]) -> str:
    _ = words().gettext
    if level["status"] == "optimal":
        return _(N_("level {name}: {value}, proven optimal"), name=level["name"], value=level["value"])
    if not msgspec.convert(level, LevelReport).bounded:
        return _(N_("level {name}: {value}, no bound known"), name=level["name"], value=level["value"])
    return _(
        N_("level {name}: {value}, bound {bound}, gap {gap} %"),
        name=level["name"],
        value=level["value"],
        bound=level["bound"],
        gap=f"{level['gap_ppm'] / 10_000:.2f}",
    )
