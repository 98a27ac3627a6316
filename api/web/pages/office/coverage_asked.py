"""What the address of the page on service circles asks for; what cannot be read there counts as not asked."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from api.deps import AnyRequest
from api.web.pages.office.places import of_id
from catalog.services.queries import Shelf
from catalog.territory.models import Territory
from market.coverage.views import Wish

SORTS = ("name", "households", "unmet")
PAGES = 10_000
PATH = "/office/coverage"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A place, a service or category (`what`), how people walk, a spot to draw circles around, and the order of rows."""

    place: Territory
    what: str = ""
    slow: bool = False
    step_free: bool = False
    around: UUID | None = None
    sort: str = ""
    number: int = 1

    def wish(self) -> Wish:
        """Return how it is looked at."""
        return Wish(pace="walk_slow" if self.slow else "walk", step_free=self.step_free)

    def address(self, path: str = PATH, **changes: Any) -> str:
        """Return the address of the same page with some of it changed; pages begin anew."""
        fields = {
            "place": self.place.id,
            "service": self.what,
            "slow": "on" if self.slow else "",
            "step_free": "on" if self.step_free else "",
            "around": self.around,
            "sort": self.sort,
        }
        kept = {name: str(value) for name, value in (fields | changes).items() if value}
        return path + "?" + urlencode(kept)


def read_address(
    request: AnyRequest, top: Territory, places: Sequence[Territory], shelves: Sequence[Shelf]
) -> Asked:
    """Return what the address asks for."""
    given = request.query_params
    known = {shelf.category.code for shelf in shelves} | {s.code for shelf in shelves for s in shelf.services}
    chosen = of_id(places, given.get("place", ""))
    what, sort, number = given.get("service", ""), given.get("sort", ""), given.get("page", "1")
    return Asked(
        place=next((place for place in places if place.id == chosen), top),
        what=what if what in known else "",
        slow=given.get("slow") == "on",
        step_free=given.get("step_free") == "on",
        around=_uuid(given.get("around", "")),
        sort=sort if sort in SORTS else "",
        number=min(PAGES, max(1, int(number))) if number.isascii() and number.isdecimal() else 1,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
