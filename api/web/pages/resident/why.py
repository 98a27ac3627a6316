"""Why nobody comes yet, or why just this helper, and what the resident's side can do about it."""

from typing import NamedTuple
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.explaining import NotNow, Question, RoundIsGone
from api.i18n import N_, Translator, translator
from api.runtime import Runtime
from api.web.forms import HALF_DAYS
from api.web.pages.resident.needs import next_matching
from api.web.render import language_of, page
from api.web.told import moment, told_of
from api.web.words import cause_rows_for_residents
from catalog.kernel.errors import Forbidden
from catalog.kernel.time import HOME_ZONE, Clock
from market.actor import Actor
from market.needs.more_times import WAITING
from market.needs.queries import status_of
from market.needs.views import NeedStatus
from matching.explain import Explanation

TIMES = frozenset({"earlier", "later", "slot", "day"})
"""Suggestions that the resident's side follows by giving more times."""


class Act(NamedTuple):
    """The one button: where it leads and what it says."""

    href: str
    label: str
    icon: str


@get("/needs/{code:str}/why", include_in_schema=False, guards=[signed_in])
async def why(
    request: AnyRequest,
    code: FromPath[str],
    runtime: NamedDependency[Runtime],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Explain what the last matching decided; worked out when it is asked for, so it may take seconds."""
    say = translator(language_of(request))
    async with runtime.database.read() as session:  # given back before the long wait
        need = await status_of(session, code, actor)
    if actor.person_id not in {need.requester_id, need.beneficiary_id}:
        raise Forbidden("This is for the person concerned and for staff")
    found, gone = await _asked(runtime, say, need)
    return page(
        request,
        "resident/why.html",
        need=need,
        told=told_of(found, say.language) if found else None,
        gone=gone,
        act=_act(say, need, found) if found else None,
        waits=need.state in WAITING,
        causes=cause_rows_for_residents(say, need.last_causes),
        next_at=next_matching(clock.now()),
    )


async def _asked(runtime: Runtime, say: Translator, need: NeedStatus) -> tuple[Explanation | None, str]:
    """Return the explanation, or why there is none."""
    if need.last_round_id is None:
        return None, say.gettext(N_("No matching has looked at this request yet."))
    try:
        return await runtime.explainer.explain(Question(need.last_round_id, str(need.id))), ""
    except (RoundIsGone, NotNow) as refusal:
        return None, say.gettext(refusal.message)


def _act(say: Translator, need: NeedStatus, found: Explanation) -> Act | None:
    """Return the button for what the resident's side can do alone."""
    wanted = [one for one in found.suggestions if one.code in TIMES]
    if not wanted or need.state not in WAITING:
        return None
    halves = dict.fromkeys(_half(found, one.start) for one in wanted if one.start is not None)
    query = urlencode([("add", half) for half in halves if half])
    href = f"/needs/{need.code}/times"
    return Act(f"{href}?{query}" if query else href, say.gettext(N_("Give more times")), "calendar-plus")


def _half(found: Explanation, start: int) -> str:
    """Return the half-day in which a start lies, as the form of times names it; nothing at night."""
    at = moment(found, start).astimezone(HOME_ZONE)
    half = next((name for name, (first, last) in HALF_DAYS.items() if first <= at.time() < last), "")
    return half and f"{at.date().isoformat()}/{half}"


ROUTES = [why]
