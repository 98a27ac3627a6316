"""The map of a round's plan, for staff: every helper's ways of one day, and who is still looking."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.runtime import runtime_of
from api.web.formats import Formats
from api.web.maps import drawings
from api.web.maps.data import Dot, Drawing, Point, at
from api.web.maps.reading import places_of, starts_of
from api.web.maps.ways import Stop, legs_of_many
from api.web.render import language_of
from market.rounds.views import PlanRow, UnservedRow

MOST = 150  # helpers on one map


class PlanMap(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a plan; `left_out` helpers are not drawn, since there are more than a map can show."""

    on: date
    drawing: Drawing
    people: tuple[drawings.Person, ...]
    left_out: int


async def map_of_plan(
    request: AnyRequest,
    session: AsyncSession,
    on: date,
    rows: Sequence[PlanRow],
    left: Sequence[UnservedRow],
) -> PlanMap:
    """Return the ways of the rows of one day; two statements."""
    fmt = Formats(language_of(request))
    routes: dict[UUID, list[PlanRow]] = {}
    for row in sorted(rows, key=lambda row: (row.worker_name, row.worker_id, row.start_at)):
        routes.setdefault(row.worker_id, []).append(row)
    shown = dict(list(routes.items())[:MOST])
    starts = await starts_of(session, list(shown))
    places = await places_of(session, [row.need_id for row in rows] + [row.need_id for row in left])
    stops = {who: _stops(fmt, own, places) for who, own in shown.items()}
    network = runtime_of(request).streets.network
    legs = await legs_of_many(network, [(starts[who], own) for who, own in stops.items()])
    people = tuple(
        drawings.Person(
            group=str(who), name=shown[who][0].worker_name, start=starts[who], stops=own, legs=walked
        )
        for (who, own), walked in zip(stops.items(), legs, strict=True)
    )
    say = translator(fmt.language)
    drawing = drawings.plan(network, say, people, [_waiting(say, fmt, row, places) for row in left])
    return PlanMap(on=on, drawing=drawing, people=people, left_out=len(routes) - len(shown))


def _stops(fmt: Formats, rows: Sequence[PlanRow], places: dict[UUID, Point]) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            at=places[row.need_id],
            number=str(n),
            label=f"{fmt.time(row.start_at)} {fmt.name(row, 'service')} · {row.need_code}",
        )
        for n, row in enumerate(rows, 1)
    )


def _waiting(say: Translator, fmt: Formats, row: UnservedRow, places: dict[UUID, Point]) -> Dot:
    label = f"{fmt.name(row, 'service')} · {row.need_code}"
    note = say.gettext(N_("Nobody found"))
    return Dot(at=at(*places[row.need_id]), label=label, notes=(note,), tone="bad", shape="diamond", size=7)
