"""Who could come now, the best few: for officers, worked out when asked; nobody is told by it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.explaining import NotNow
from api.i18n import N_, Translator, translator
from api.runtime import Runtime
from api.web.formats import Formats
from api.web.pages.office.helpers import HelperName, helper_names, known, need_names, need_of
from api.web.render import language_of, page
from api.who_now import Now
from market.actor import Actor
from market.states import NeedState
from matching.online.documents import Option, Reason

REASONS = {
    "known_face": N_("somebody who has been there before"),
    "wish_met": N_("as the resident wished"),
    "nearest": N_("sets out {duration} away"),
    "least_detour": N_("{duration} more on the way, the least of all"),
    "least_loaded": N_("has the most time left: {n} % in use"),
    "anchor": N_("from the adopted stairwell or zone"),
    "on_time": N_("within the times that were asked for"),
    "late": N_("{duration} later than asked for"),
    "moves": N_("other visits that move: {n}"),
    "displaces": N_("others lose their visit: {n} points"),
    "reserve": N_("uses time that was kept for who has waited {n} days"),
    "guessed_way": N_("the way is an estimate"),
}
AGAINST = frozenset({"late", "moves", "displaces", "reserve", "guessed_way"})
IN_MINUTES = frozenset({"nearest", "least_detour", "late"})


class Choice(NamedTuple):
    """An option in words; `displaced` and `moved` are needs, as far as this officer may read them."""

    start_at: datetime
    helpers: tuple[HelperName, ...]
    detour: str
    reasons: tuple[dict[str, Any], ...]
    displaced: tuple[Any, ...]
    moved: tuple[Any, ...]


@get("/needs/{need_id:uuid}/who", include_in_schema=False)
async def who(
    request: AnyRequest,
    need_id: FromPath[UUID],
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Template:
    """Show who could come now, the best few; nobody is asked by looking."""
    say = translator(language_of(request))
    async with runtime.database.read() as session:  # given back before the long wait
        need = await need_of(session, need_id, actor)
    refusal, choices = "", tuple[Choice, ...]()
    if need.state is not NeedState.LOOKING:
        refusal = say.gettext(N_("Nobody is looked for at present: see where the request stands."))
        return page(request, "office/who.html", need=need, choices=choices, refusal=refusal)
    try:
        now = await runtime.who_now.options(need_id)
    except NotNow as error:
        refusal = say.gettext(error.message)
    else:
        async with runtime.database.read() as session:
            choices = await _choices(session, say, now)
    return page(request, "office/who.html", need=need, choices=choices, refusal=refusal)


async def _choices(session: AsyncSession, say: Translator, now: Now) -> tuple[Choice, ...]:
    people = await helper_names(session, {worker for one in now.options for worker in one.workers})
    others = {task for one in now.options for task in (*one.displaces, *_moved(one))}
    needs = await need_names(session, others)
    return tuple(
        Choice(
            start_at=now.calendar.at(one.start),
            helpers=known(people, one.workers),
            detour=Formats(say.language).duration(max(0, one.detour_ticks)),
            reasons=tuple(_reason(say, reason) for reason in one.reasons),
            displaced=tuple(needs[task] for task in one.displaces if task in needs),
            moved=tuple(needs[task] for task in _moved(one) if task in needs),
        )
        for one in now.options
    )


def _moved(option: Option) -> list[str]:
    return [
        change.task for change in option.changes if change.task != option.task and change.after is not None
    ]


def _reason(say: Translator, reason: Reason) -> dict[str, Any]:
    fmt = Formats(say.language)
    given = {"duration": fmt.duration(reason.value)} if reason.code in IN_MINUTES else {"n": reason.value}
    return {
        "text": say.gettext(REASONS[reason.code], **given),
        "kind": "bad" if reason.code in AGAINST else "good",
    }


ROUTES = [who]
