"""What callers fill in about services: nothing is added by hand yet, people only look."""

from typing import Annotated

from msgspec import Meta

from catalog.services.models import Lane
from catalog.territory.limits import Command


class FindServices(Command, frozen=True, kw_only=True):
    """Words as people say them, in Chinese or English; an empty text finds nothing."""

    text: Annotated[str, Meta(max_length=80)]
    lane: Lane | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 12
