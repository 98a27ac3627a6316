"""The queue: what waits, how long, and why; urgent and old first."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.web.forms import filled
from api.web.pages.office.ageing import URGENCIES, age_of
from api.web.pages.office.places import of_id, own_place
from api.web.render import language_of, page
from api.web.words import NEED_STATES, cause_text, state_words, telling
from catalog.kernel.db import ReadSession
from catalog.kernel.time import Clock
from catalog.services import queries as services_read
from catalog.territory.queries import communities
from market.actor import Actor
from market.needs.models import Urgency
from market.needs.queries import queue
from market.needs.views import Page, QueueFilter, QueueRow
from market.states import NeedState

SIZE = 25
MOST_PAGES = 10_000
LONGEST_CODE = 16


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for; what cannot be read there counts as not asked."""

    state: NeedState | None = None
    service: str = ""
    community_id: UUID | None = None
    urgency: Urgency | None = None
    missed: bool = False
    code: str = ""
    number: int = 1

    def filters(self) -> QueueFilter:
        """Return the filter of the query."""
        return QueueFilter(
            states=(self.state,) if self.state else (),
            service_code=self.service or None,
            community_id=self.community_id,
            urgency=self.urgency,
            missed=self.missed,
            code=self.code or None,
        )

    def address(self, **changes: Any) -> str:
        """Return the address of the same list with some of it changed; pages begin anew."""
        fields = {
            "state": self.state,
            "service": self.service,
            "community": self.community_id,
            "urgency": self.urgency,
            "missed": "on" if self.missed else "",
            "code": self.code,
        }
        kept = {name: str(value) for name, value in (fields | changes).items() if value}
        return "/office" + ("?" + urlencode(kept) if kept else "")

    @property
    def any(self) -> bool:
        """Say whether anything but the state is filtered."""
        return bool(self.service or self.community_id or self.urgency or self.missed or self.code)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the queue with its words."""

    row: QueueRow
    age: Any
    state: tuple[str, str]
    cause: str


@get("/", include_in_schema=False)
async def show_queue(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show one page of the queue; filters are in the address, so that a list can be kept as a bookmark."""
    top = await own_place(read, actor)
    places = await communities(read, top.path)
    services = await services_read.services(read)
    asked = read_address(request, {service.code for service in services}, places)
    found = await queue(read, top.path, asked.filters(), Page(number=asked.number, size=SIZE))
    say = translator(language_of(request))
    return page(
        request,
        "office/queue.html",
        place=top,
        asked=asked,
        form=_form(asked),
        places=places,
        services=services,
        urgencies=[(code.value, say.gettext(label)) for code, label in URGENCIES.items()],
        chips=_chips(say, asked, found.counts),
        total=found.total,
        rows=[_shown(say, row, clock) for row in found.rows],
        pages=max(1, -(-found.total // SIZE)),
    )


def read_address(request: AnyRequest, services: set[str], places: Any) -> Asked:
    """Return what the address asks for."""
    given = request.query_params
    state, urgency = given.get("state", ""), given.get("urgency", "")
    number = given.get("page", "1")
    return Asked(
        state=NeedState(state) if state in set(NeedState) else None,
        service=given.get("service", "") if given.get("service") in services else "",
        community_id=of_id(places, given.get("community", "")),
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        missed=given.get("missed") == "on",
        code=given.get("code", "").strip()[:LONGEST_CODE],
        number=min(MOST_PAGES, max(1, int(number))) if number.isascii() and number.isdecimal() else 1,
    )


def _form(asked: Asked) -> Any:
    return filled(
        service=asked.service,
        community=asked.community_id,
        urgency=asked.urgency,
        missed=asked.missed,
        code=asked.code,
    )


def _chips(say: Translator, asked: Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the states with their numbers; the first chip is everything that is still open."""
    still_open = sum(n for state, n in counts.items() if state != NeedState.CLOSED)
    everything = _chip(asked, say.gettext(N_("All open")), None, still_open)
    return [everything] + [
        _chip(asked, say.gettext(label), state, counts.get(state, 0))
        for state, (label, _) in NEED_STATES.items()
        if counts.get(state) or asked.state == state
    ]


def _chip(asked: Asked, label: str, state: NeedState | None, count: int) -> dict[str, Any]:
    return {
        "label": label,
        "count": count,
        "href": asked.address(state=state),
        "on": asked.state == state,
    }


def _shown(say: Translator, row: QueueRow, clock: Clock) -> Shown:
    age = age_of(say, created_at=row.created_at, due_at=row.result_due_at, state=row.state, now=clock.now())
    causes = telling(row.last_causes)
    return Shown(
        row=row,
        age=age,
        state=state_words(say, NEED_STATES, row.state),
        cause=cause_text(say, causes[0]["cause"]) if causes and row.rounds_missed else "",
    )


ROUTES = [show_queue]
