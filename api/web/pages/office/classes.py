"""Classes and fairs for officers: what is proposed, open and settled; who has a seat, who waits; decisions."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.runtime import Runtime
from api.web.formats import Formats
from api.web.forms import Form, FormErrors, decode
from api.web.pages.office.places import own_place
from api.web.render import language_of, page, see_other
from api.web.shared_words import ENROLMENT_STATES, FAIR_STATES, SESSION_STATES
from api.web.steps import done
from api.web.words import cause_text
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock, local_day
from catalog.territory.queries import territory
from market.actor import STAFF, Actor
from market.gatherings import queries as gatherings_read
from market.gatherings import service as gatherings
from market.gatherings.views import FairView, GatheringView
from market.ports import SolverFailed
from market.rounds.pooling import find_fairs
from market.states import EnrolmentState, FairState

NOT_NOW = N_("This cannot be worked out just now; please try again in a while")
SEATED = (EnrolmentState.SEATED, EnrolmentState.PROMOTED, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A reason, and who was not there."""

    reason: Annotated[str, Meta(max_length=400)] = ""
    absent: tuple[UUID, ...] = ()


@get("/classes", include_in_schema=False)
async def show_classes(
    request: AnyRequest, read: NamedDependency[ReadSession], actor: NamedDependency[Actor]
) -> Template:
    """List the gatherings of the officer's place, and the fairs that wait for a decision."""
    place = await own_place(read, actor)
    return page(
        request,
        "office/classes.html",
        place=place,
        found=await gatherings_read.gatherings(read, place.path),
        waiting=await gatherings_read.fairs(read, place.path, (FairState.PROPOSED,)),
        states=SESSION_STATES,
    )


@get("/classes/{gathering_id:uuid}", include_in_schema=False)
async def show_class(
    request: AnyRequest,
    gathering_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show one gathering with its people and what can be done about it."""
    one = await _theirs(read, gathering_id, actor)
    say = translator(language_of(request))
    people = await gatherings_read.enrolments_in(read, gathering_id)
    return page(
        request,
        "office/class.html",
        one=one,
        seated=[e for e in people if e.state in SEATED],
        waiting=[e for e in people if e.state is EnrolmentState.WAITING],
        asking=[e for e in people if e.state is EnrolmentState.REQUESTED],
        why={e.id: ", ".join(cause_text(say, c.cause) for c in e.causes) for e in people},
        over=bool(one.starts) and one.starts[-1] <= clock.now(),
        states=SESSION_STATES,
        seats=ENROLMENT_STATES,
        form=Form(),
    )


async def _theirs(session: AsyncSession, gathering_id: UUID, actor: Actor) -> GatheringView:
    """Return a gathering that an officer may see.

    Raises:
        NotFound: there is none.
        Forbidden: it is of another place.
    """
    one = await gatherings_read.gathering_view(session, gathering_id)
    actor.demand((await territory(session, one.community_id)).path, *STAFF)
    return one


@post("/classes/{gathering_id:uuid}/{act:str}", include_in_schema=False)
async def change_class(
    request: AnyRequest,
    gathering_id: FromPath[UUID],
    act: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Open the enrolment, note that it was held, close or cancel it."""
    said = decode(Said, await request.form())
    given = Said() if isinstance(said, FormErrors) else said
    steps: dict[str, tuple[Any, str]] = {
        "open": (
            lambda: gatherings.open_enrolment(write, clock, actor, gathering_id),
            N_("Open for enrolment."),
        ),
        "held": (
            lambda: gatherings.note_held(write, clock, actor, gathering_id, given.absent),
            N_("Noted. Those who were there have been served."),
        ),
        "close": (lambda: gatherings.close_gathering(write, clock, actor, gathering_id), N_("Closed.")),
        "cancel": (
            lambda: gatherings.cancel_gathering(write, clock, actor, gathering_id, given.reason),
            N_("Cancelled; everybody has been told."),
        ),
    }
    if act not in steps:
        raise NotFound("There is no such {thing}", thing="step")
    return await done(write, *steps[act], f"/office/classes/{gathering_id}")


@get("/fairs", include_in_schema=False)
async def show_fairs(
    request: AnyRequest, read: NamedDependency[ReadSession], actor: NamedDependency[Actor]
) -> Template:
    """Show proposed fairs beside the visits that they would replace, and those decided on."""
    place = await own_place(read, actor)
    say = translator(language_of(request))
    found = await gatherings_read.fairs(read, place.path)
    return page(
        request,
        "office/fairs.html",
        place=place,
        fairs=[(fair, compared(say, fair), FAIR_STATES[fair.state]) for fair in found],
    )


# What is compared: the key of the comparison, its words, and how the number is written.
FIGURES = (
    ("served", N_("People served"), "number"),
    ("helper_minutes", N_("Helpers' time in all"), "duration"),
    ("travel_minutes", N_("of it on the way"), "duration"),
    ("walk_metres", N_("Residents walk, in all"), "distance"),
    ("walk_minutes", N_("Residents walk, in all"), "duration"),
)


def compared(say: Translator, fair: FairView) -> list[tuple[str, str, str]]:
    """Return lines of what is told of both: words, with visits, with a fair."""
    visits, held = fair.comparison.get("visits", {}), fair.comparison.get("fair", {})
    fmt = Formats(say.language)
    return [
        (say.gettext(words), getattr(fmt, how)(visits[key]), getattr(fmt, how)(held[key]))
        for key, words, how in FIGURES
        if key in visits and key in held
    ]


@post("/fairs/look", include_in_schema=False)
async def look_for_fairs(runtime: NamedDependency[Runtime], actor: NamedDependency[Actor]) -> Redirect:
    """Look for fairs among the visits of tomorrow; takes as long as solving them in both ways."""
    async with runtime.database.read() as session:
        place = await own_place(session, actor)
    day = local_day(runtime.clock.now()) + timedelta(days=1)
    try:
        found = await find_fairs(runtime.database, runtime.answering, runtime.clock, actor, place.id, day)
    except SolverFailed:
        return see_other("/office/fairs", NOT_NOW, kind="bad")
    words = (
        N_("Found: a fair could stand in for visits.")
        if found
        else N_("No fair would be better than visits.")
    )
    return see_other("/office/fairs", words, kind="good" if found else "info")


@post("/fairs/{fair_id:uuid}/{act:str}", include_in_schema=False)
async def decide_fair(
    request: AnyRequest,
    fair_id: FromPath[UUID],
    act: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Accept a fair, so that its people are invited, or reject it with a reason."""
    said = decode(Said, await request.form())
    reason = "" if isinstance(said, FormErrors) else said.reason
    if act == "accept":
        accepted = N_("Accepted. Its people are invited; who cannot walk keeps the visit.")
        return await done(
            write, lambda: gatherings.accept_fair(write, clock, actor, fair_id), accepted, "/office/fairs"
        )
    if act == "reject":
        kept = N_("Rejected. The visits stay as they are.")
        return await done(
            write, lambda: gatherings.reject_fair(write, clock, actor, fair_id, reason), kept, "/office/fairs"
        )
    raise NotFound("There is no such {thing}", thing="step")


ROUTES = [show_classes, show_class, change_class, show_fairs, look_for_fairs, decide_fair]
