"""The first page: three things to do, somebody to call, and the next appointment."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from api.auth.identity import User
from api.deps import AnyRequest
from api.web.pages.resident import lookups
from api.web.render import page
from api.web.words import STATES
from catalog.kernel.db import ReadSession
from catalog.kernel.time import HOME_ZONE, Clock
from market.needs.queries import needs_of
from market.needs.views import NeedCard
from market.states import NeedState

NOON, EVENING, NIGHT = 12, 18, 5


@get("/", include_in_schema=False)
async def home(
    request: AnyRequest, read: NamedDependency[ReadSession], clock: NamedDependency[Clock]
) -> Template:
    """Show three tiles; for who is signed in also what comes next."""
    user: User | None = request.scope["user"]
    cards = await needs_of(read, user.person_id) if user else []
    going_on = [card for card in cards if card.state != NeedState.CLOSED]
    return page(
        request,
        "resident/home.html",
        part_of_day=_part_of_day(clock),
        contact=await lookups.caller_of(read, user),
        going_on=len(going_on),
        coming=_next(going_on),
        waiting=[card for card in going_on if card.state in ASKING_BACK],
        states=STATES,
    )


ASKING_BACK = (NeedState.TO_CONFIRM, NeedState.WAITING_RESIDENT)


def _next(cards: list[NeedCard]) -> NeedCard | None:
    dated = [card for card in cards if card.start_at is not None and card.state not in ASKING_BACK]
    return min(dated, key=lambda card: str(card.start_at), default=None)


def _part_of_day(clock: Clock) -> str:
    hour = clock.now().astimezone(HOME_ZONE).hour
    if NIGHT <= hour < NOON:
        return "morning"
    return "afternoon" if NOON <= hour < EVENING else "evening"


ROUTES = [home]
