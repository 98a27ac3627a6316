"""Pages for everybody: what was asked and served, and how matching decides."""

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage, Template

from api.deps import AnyRequest
from api.i18n import N_
from api.web.components import example
from api.web.render import page, see_other
from api.web.words import CAUSES
from catalog.kernel.db import ReadSession
from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock, local_day
from catalog.territory.models import Territory
from catalog.territory.queries import children, roots
from market.needs import queries as needs_read
from market.needs.models import Urgency
from market.rounds.policy import POLICY
from market.rounds.problem.priority import AGEING_CAP, DAY_POINTS, MISSED_POINTS, URGENCY_POINTS
from market.rounds.queries import rounds_of
from market.rounds.schedule import EVENING_HOUR
from market.states import RoundState

SPANS = (7, 30, 90)
DEFAULT_SPAN = 30
ROUNDS_LOOKED_AT = 20
ROUNDS_SHOWN = 7

POINTS = {
    "weight": 10,
    "missed": MISSED_POINTS,
    "day": DAY_POINTS,
    "ageing": AGEING_CAP,
    "same_day": URGENCY_POINTS[Urgency.SAME_DAY],
    "fallback": POLICY.fallback_penalty_ticks,
    "wish": POLICY.wish_ticks,
    "known": POLICY.continuity_ticks,
    "adopted": POLICY.anchor_ticks,
    "level": POLICY.overlevel_ticks,
    "urgent": URGENCY_POINTS[Urgency.URGENT],
}

# The hard rules in the order in which a person would ask for them; the keys are all of words.CAUSES, once.
RULES = (
    (
        N_("The right person"),
        (
            "provider_admitted",
            "provider_kind",
            "skill_level",
            "qualification_valid",
        ),
    ),
    (N_("What people wish"), ("refused", "forbidden", "gender", "language", "pinned")),
    (N_("Time and way"), ("start_in_window", "inside_shift", "within_reach", "leg_limit", "busy")),
    (
        N_("Nobody is overloaded"),
        (
            "worker_day_cap",
            "worker_week_cap",
            "provider_day_cap",
            "provider_week_cap",
        ),
    ),
    (N_("Enough people at once"), ("headcount", "atomic_team", "two_adults", "experienced", "precedence")),
    (N_("What it may cost"), ("price_cap", "funding")),
    (
        N_("Meals and loads"),
        ("capacity", "depot", "depot_ready", "depot_units", "fresh", "alternative"),
    ),
    (N_("Rooms"), ("venue_use", "venue_open", "venue_free", "venue_seats", "step_free", "walk_limit")),
    (N_("Classes and fairs"), ("consent", "free", "staff", "min_seats", "seat_once", "waiting")),
)


@get("/board", include_in_schema=False)
async def board(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    days: FromQuery[int] = DEFAULT_SPAN,
) -> Template:
    """Show what was asked, served and still waits; small numbers are not shown."""
    place = await _widest(read)
    span = days if days in SPANS else DEFAULT_SPAN
    last = local_day(clock.now())
    figures = await needs_read.board(read, place.id, last - timedelta(days=span - 1), last)
    rounds = await rounds_of(read, place.id, limit=ROUNDS_LOOKED_AT)
    return page(
        request,
        "public/board.html",
        board=figures,
        span=span,
        spans=SPANS,
        place=place,
        rounds=[one for one in rounds if one.state == RoundState.PUBLISHED][:ROUNDS_SHOWN],
    )


async def _widest(session: ReadSession) -> Territory:
    """Return the place that this deployment is about: the root, or the one street below it."""
    places = await roots(session)
    if not places:
        raise NotFound("There is no such {thing}", thing="territory")
    below = await children(session, places[0].id)
    return below[0] if len(below) == 1 else places[0]


@get("/algorithm", include_in_schema=False)
async def algorithm(request: AnyRequest) -> Template:
    """Say in plain words how matching decides 算法公开, and how to object."""
    return page(
        request,
        "public/algorithm.html",
        rules=RULES,
        causes=CAUSES,
        hour=EVENING_HOUR,
        points=POINTS,
    )


@get("/design", include_in_schema=False)
async def design(request: AnyRequest, clock: NamedDependency[Clock]) -> Template:
    """Show every component once."""
    return page(request, "components.html", **example(clock.now()))


@post("/design", include_in_schema=False, status_code=200)
async def design_sent(request: AnyRequest) -> Redirect:
    """Take the example form."""
    await request.form()
    return see_other("/design", N_("We have your request."))


@get("/design/stream", include_in_schema=False)
async def design_stream() -> ServerSentEvent:
    """Send the example's live figures once."""

    async def figures() -> AsyncIterator[ServerSentEventMessage]:
        shown = {"placed": 99, "placed_text": "99 / 150", "served": 144}
        yield ServerSentEventMessage(msgspec.json.encode(shown).decode())

    return ServerSentEvent(figures())


ROUTES = [board, algorithm]
DEMO_ROUTES = [design, design_sent, design_stream]
