"""What a round would do, or has done: figures, shares, plan and what is left, in words."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.i18n import Translator
from api.web.pages.office.quality import quality_of
from api.web.words import OFFER_STATES, cause_rows, cause_text, state_words, tie_words
from catalog.kernel.time import local_day
from market.rounds.far import far_of
from market.rounds.queries import plan_rows, unserved_of
from market.rounds.views import Far, PlanRow, RoundView, UnservedRow

MOST_CAUSES = 4


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a service or a community are served."""

    name_zh: str
    name_en: str
    asked: int
    served: int


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan: a need and everybody who comes, each with what speaks for them."""

    row: PlanRow
    helpers: tuple[tuple[PlanRow, tuple[str, ...]], ...]
    state: tuple[str, str] | None


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A need that nobody can do, with the rules that say so."""

    row: UnservedRow
    deciding: str
    causes: tuple[dict[str, Any], ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The page's figures; medians are None where nobody goes anywhere."""

    asked: int
    served: int
    median_minutes: float | None
    median_metres: float | None
    helpers: int
    quality: tuple[dict[str, str], ...]
    far: Far
    services: tuple[Share, ...]
    communities: tuple[Share, ...]
    days: tuple[tuple[date, tuple[Visit, ...]], ...]
    left: tuple[Left, ...]
    causes: tuple[dict[str, Any], ...]


async def result_of(session: AsyncSession, say: Translator, held: RoundView) -> Result:
    """Return the result of a checked or published round; eight statements at most."""
    plan, left = await plan_rows(session, held.id), await unserved_of(session, held.id)
    visits = _visits(say, plan)
    ways = [row for row in plan if row.travel_minutes]
    every: list[PlanRow | UnservedRow] = [*(visit.row for visit in visits), *left]
    served = {visit.row.need_id for visit in visits}
    return Result(
        asked=len(visits) + len(left),
        served=len(visits),
        median_minutes=median(row.travel_minutes for row in ways) if ways else None,
        median_metres=median(row.travel_metres for row in ways) if ways else None,
        helpers=len({row.worker_id for row in plan}),
        quality=quality_of(say, held.summary),
        far=await far_of(session, held.summary),
        services=_shares(every, served, "service"),
        communities=_shares(every, served, "community"),
        days=tuple(
            (day, tuple(found)) for day, found in groupby(visits, key=lambda v: local_day(v.row.start_at))
        ),
        left=tuple(_left(say, row) for row in left),
        causes=_counted(say, left),
    )


def _visits(say: Translator, plan: Sequence[PlanRow]) -> list[Visit]:
    teams: dict[UUID, list[PlanRow]] = {}
    for row in plan:
        teams.setdefault(row.need_id, []).append(row)
    return [
        Visit(
            row=team[0],
            helpers=tuple((row, tie_words(say, row.ties)) for row in team),
            state=state_words(say, OFFER_STATES, team[0].offer_state) if team[0].offer_state else None,
        )
        for team in teams.values()
    ]


def _shares(every: Iterable[PlanRow | UnservedRow], served: set[UUID], stem: str) -> tuple[Share, ...]:
    found: dict[tuple[str, str], list[int]] = {}
    for row in every:
        counts = found.setdefault((getattr(row, f"{stem}_zh"), getattr(row, f"{stem}_en")), [0, 0])
        counts[0] += 1
        counts[1] += row.need_id in served
    shares = [Share(name_zh=zh, name_en=en, asked=n, served=k) for (zh, en), (n, k) in found.items()]
    return tuple(sorted(shares, key=lambda share: (-share.asked, share.name_en)))


def _left(say: Translator, row: UnservedRow) -> Left:
    counted = [{"cause": cause.cause, "count": cause.count} for cause in row.causes]
    return Left(
        row=row,
        deciding=cause_text(say, row.deciding),
        causes=tuple(cause_rows(say, counted)[:MOST_CAUSES]),
    )


def _counted(say: Translator, left: Sequence[UnservedRow]) -> tuple[dict[str, Any], ...]:
    """Return for how many needs each rule decided."""
    found: dict[str, int] = {}
    for row in left:
        found[row.deciding] = found.get(row.deciding, 0) + 1
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple({"text": cause_text(say, cause), "kind": "bad", "count": n} for cause, n in ordered)
