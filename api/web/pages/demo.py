"""The demo: one street's day as a story in six steps, told part by part in the running server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage, Template
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.demo import DemoStory
from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.runtime import Runtime
from api.web.formats import Formats
from api.web.render import language_of, page, see_other
from api.web.words import NEED_STATES, OUTCOMES
from catalog.kernel.db import ReadSession
from catalog.kernel.time import Clock
from catalog.people.models import Person, Role, RoleGrant
from catalog.providers.models import Provider, Worker
from catalog.territory.models import Territory
from market.jobs.models import Job
from market.needs.models import Need
from market.offers.models import Offer
from market.reviews.models import Review
from market.states import OfferState
from seed.story import StoryStep

LOOK_EVERY = 0.7  # seconds between two looks at a story that is being told
MOST_LOOKS = 600

STEPS = (
    (
        "asked",
        N_("asked"),
        N_("Residents ask: on this site, by telephone, through a neighbour or an officer"),
        "hand-helping",
    ),
    ("matched", N_("matched"), N_("At six in the evening one round looks at everybody at once"), "cpu"),
    ("offered", N_("offered"), N_("Helpers get an offer with a reason and a deadline"), "send"),
    ("accepted", N_("accepted"), N_("They say yes or no; a no goes to the next best"), "handshake"),
    (
        "done",
        N_("done"),
        N_("The helper comes, with the door code that only the resident has"),
        "circle-check",
    ),
    ("reviewed", N_("reviewed"), N_("Both sides say how it was"), "star"),
)
NEXT: Mapping[str, str] = {
    "answers": N_("Next: the helpers answer"),
    "next_best": N_("Next: who said no is replaced"),
    "morning": N_("Next: the morning's visits"),
    "afternoon": N_("Next: the afternoon's visits"),
    "night": N_("Next: the evening's visits"),
    "outcome": N_("Next: what has become of the requests"),
}
HAPPENED: Mapping[str, str] = {
    "answers": N_("The helpers answered"),
    "next_best": N_("The next best were asked"),
    "morning": N_("The morning"),
    "afternoon": N_("The afternoon"),
    "night": N_("The evening"),
    "outcome": N_("What has become of the requests"),
}
FACTS: Mapping[str, str] = {
    "accepted": N_("accepted {n}"),
    "declined": N_("declined {n}"),
    "left": N_("left unanswered {n}"),
    "done": N_("visits done {n}"),
    "confirmed": N_("confirmed by the resident {n}"),
    "reviews": N_("reviews written {n}"),
    "no_show": N_("helper did not come {n}"),
    "reopened": N_("not solved and opened again {n}"),
    "transferred": N_("passed on to the office in charge {n}"),
    "stars": N_("stars on average {n}"),
}
ROLES: Mapping[str, str] = {
    Role.OFFICER: N_("Officer"),
    Role.GRID_LEADER: N_("Grid leader"),
    Role.REVIEWER: N_("Reviewer"),
    Role.ADMIN: N_("Administrator"),
    Role.BUILDING_CONTACT: N_("Contact of the building"),
}
ICONS: Mapping[str, str] = {
    "officer": "landmark",
    "grid_leader": "map",
    "reviewer": "scale",
    "helper": "wrench",
}


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in link with who stands behind it."""

    token: str
    name: str
    role: str
    note: str
    icon: str


@get("/demo", include_in_schema=False)
async def show_demo(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    runtime: NamedDependency[Runtime],
    clock: NamedDependency[Clock],
) -> Template:
    """Show how far the day has come, what comes next, and the doors of the people."""
    say = translator(language_of(request))
    story = _story(request)
    counts = await counts_of(read)
    return page(
        request,
        "demo/day.html",
        steps=[
            {
                "name": name,
                "label": say.gettext(label),
                "note": say.gettext(note),
                "icon": icon,
                "n": counts[name],
            }
            for name, label, note, icon in STEPS
        ],
        now=clock.now(),
        running=bool(story and story.running),
        failed=bool(story and story.failed),
        told=[_told(say, step) for step in (story.steps if story else ())],
        next=say.gettext(NEXT[story.next_part]) if story and story.next_part else "",
        has_story=story is not None,
        doors=await _doors(read, say, runtime.demo_links),
    )


def _story(request: AnyRequest) -> DemoStory | None:
    return request.app.state.get("story")


async def counts_of(session: AsyncSession) -> dict[str, int]:
    """Return the six numbers of the story in one statement."""
    statement = select(
        select(func.count(Need.id)).scalar_subquery().label("asked"),
        select(func.count(Offer.need_id.distinct())).scalar_subquery().label("matched"),
        select(func.count(Offer.id)).scalar_subquery().label("offered"),
        select(func.count(Offer.id))
        .where(Offer.state == OfferState.ACCEPTED)
        .scalar_subquery()
        .label("accepted"),
        select(func.count(Job.id)).where(Job.checked_out_at.is_not(None)).scalar_subquery().label("done"),
        select(func.count(Review.id)).scalar_subquery().label("reviewed"),
    )
    return dict((await session.execute(statement)).one()._mapping)  # noqa: SLF001 the public name of a row's columns


def _told(say: Translator, step: StoryStep) -> dict[str, Any]:
    """Return a part that has happened, in words."""
    ended = {str(code): label for table in (NEED_STATES, OUTCOMES) for code, (label, _) in table.items()}
    facts = []
    for name, n in step.facts.items():
        if name in FACTS:
            facts.append(say.gettext(FACTS[name], n=n))
        elif name in ended:
            facts.append(f"{say.gettext(ended[name])} {n}")
    return {"title": say.gettext(HAPPENED[step.name]), "at": step.at, "facts": facts}


async def _doors(session: AsyncSession, say: Translator, links: Mapping[str, UUID]) -> list[Door]:
    """Return the sign-in links with the people's names and roles; four statements."""
    ids = set(links.values())
    people = {p.id: p for p in (await session.execute(select(Person).where(Person.id.in_(ids)))).scalars()}
    grants = await session.execute(
        select(RoleGrant.person_id, RoleGrant.role, Territory)
        .join(Territory, Territory.id == RoleGrant.territory_id)
        .where(RoleGrant.person_id.in_(ids))
        .order_by(func.length(Territory.path))
    )
    held = {person_id: (role, place) for person_id, role, place in reversed(grants.all())}
    helping = await session.execute(
        select(Worker.person_id, Provider)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(Worker.person_id.in_(ids))
    )
    teams: dict[UUID, Any] = {row[0]: row[1] for row in helping}
    return [
        _door(say, token, people[person_id], held.get(person_id), teams.get(person_id))
        for token, person_id in links.items()
        if person_id in people
    ]


def _door(say: Translator, token: str, person: Person, held: Any, team: Any) -> Door:
    names = Formats(say.language).name
    if held:
        role, place = held
        return Door(
            token=token,
            name=person.name,
            role=say.gettext(ROLES[role]),
            note=names(place),
            icon=ICONS.get(role, "id-card"),
        )
    if team:
        return Door(
            token=token,
            name=person.name,
            role=say.gettext(N_("Helper")),
            note=names(team),
            icon=ICONS["helper"],
        )
    return Door(token=token, name=person.name, role=say.gettext(N_("Resident")), note="", icon="house-heart")


@post("/demo", include_in_schema=False, status_code=200)
async def go_on(request: AnyRequest) -> Redirect:
    """Tell the next part in the background; a second click changes nothing."""
    story = _story(request)
    if story is not None:
        story.start_next()
        await asyncio.sleep(0)
    return see_other("/demo")


@get("/demo/stream", include_in_schema=False, media_type="text/event-stream")
async def stream(request: AnyRequest, runtime: NamedDependency[Runtime]) -> ServerSentEvent:
    """Send the six numbers and the clock while a part is told, then `done`."""
    return ServerSentEvent(_messages(runtime, _story(request), Formats(language_of(request))))


async def _messages(
    runtime: Runtime, story: DemoStory | None, fmt: Formats
) -> AsyncIterator[ServerSentEventMessage]:
    for _ in range(MOST_LOOKS):
        over = story is None or not story.running
        async with runtime.database.read() as session:
            counts = await counts_of(session)
        shown = {name: fmt.number(n) for name, n in counts.items()}
        yield ServerSentEventMessage(data=_json({**shown, "clock": fmt.datetime(runtime.clock.now())}))
        if over:
            break
        await asyncio.sleep(LOOK_EVERY)
    yield ServerSentEventMessage(event="done", data=_json({"href": "/demo"}))


def _json(found: dict[str, Any]) -> str:
    return msgspec.json.encode(found).decode()


ROUTES = [show_demo, go_on, stream]
