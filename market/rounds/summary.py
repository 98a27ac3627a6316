"""What a published round amounts to, as plain numbers for pages and the command line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.territory.models import Territory
from market.causes import Causes, deciding
from market.needs.models import Need
from market.offers.commands import NewOffer
from market.rounds.digest import Digest
from market.rounds.models import Round
from market.rounds.ties import Ties

ON_FOOT = ("walk", "walk_slow")


class Result(NamedTuple):
    """What becomes of one need: offers, a seat at a fair, or causes; none of these if it changed meanwhile."""

    need: Need
    offers: tuple[NewOffer, ...] = ()
    causes: Causes | None = None
    seated: bool = False

    @property
    def planned(self) -> bool | None:
        """Say whether somebody was found; None if nothing was decided."""
        return True if self.offers or self.seated else (None if self.causes is None else False)


async def summarise(
    session: AsyncSession, held: Round, plan: Digest, results: Sequence[Result]
) -> dict[str, Any]:
    """Return the summary of a round: counts, medians of the way to each visit, causes, levels with bound and gap.

    `kept` counts wishes and known helpers of who is offered somebody, `terms` are the plan's totals. `estimated` counts
    the ways that no street network was asked for, `network` is the version of the one that was.
    """
    asked = [r for r in results if r.planned is not None]
    offers = [offer for r in results for offer in r.offers]
    modes = {worker.id: worker.mode for worker in plan.problem.workers}
    on_foot = [o for o in offers if o.travel_metres and modes[str(o.worker_id)] in ON_FOOT]
    codes = await _community_codes(session, {r.need.community_id for r in asked})
    return {
        **held.summary,
        "asked": len(asked),
        "served": sum(r.planned is True for r in asked),
        "unserved": sum(r.planned is False for r in asked),
        "changed": len(results) - len(asked),
        "offers": len(offers),
        "workers": len(plan.problem.workers),
        "by_service": _shares((r.need.service_code, r) for r in asked),
        "by_community": _shares((codes[r.need.community_id], r) for r in asked),
        "median_travel_minutes": _median([o.travel_minutes for o in offers]),
        "median_travel_metres": _median([o.travel_metres for o in offers]),
        "median_walk_minutes": _median([o.travel_minutes for o in on_foot]),
        "median_walk_metres": _median([o.travel_metres for o in on_foot]),
        "estimated": sum(o.estimated for o in offers),
        "unserved_by_cause": dict(Counter(deciding(r.causes) for r in asked if r.causes is not None)),
        "solver": plan.plan.solver,
        "levels": [msgspec.to_builtins(level) for level in plan.plan.levels],
        "terms": plan.plan.terms,
        "kept": kept(plan.ties, _teams(results), held.summary),
    }


def kept(ties: Ties, teams: Mapping[str, Sequence[str]], summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many wishes are met, and how often somebody known comes, for teams by task."""
    return {
        kind: msgspec.to_builtins(count)
        for kind, count in ties.kept(teams, summary.get("wished_absent", ())).items()
    }


def _teams(results: Sequence[Result]) -> dict[str, list[str]]:
    return {str(r.need.id): [str(offer.worker_id) for offer in r.offers] for r in results if r.offers}


async def _community_codes(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    statement = select(Territory.id, Territory.code).where(Territory.id.in_(sorted(ids)))
    return {row.id: row.code for row in await session.execute(statement)}


def _shares(pairs: Iterable[tuple[str, Result]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"asked": 0, "served": 0})
    for key, result in pairs:
        found[key]["asked"] += 1
        found[key]["served"] += result.planned is True
    return dict(sorted(found.items()))


def _median(numbers: Sequence[int]) -> float | None:
    return float(median(numbers)) if numbers else None
