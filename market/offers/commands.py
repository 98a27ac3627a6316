"""What a published round hands over to be offered."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]


class NewOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One seat of a need for one worker. `estimated` says that the way was estimated, not routed."""

    id: UUID
    round_id: UUID
    need_id: UUID
    worker_id: UUID
    provider_id: UUID
    seat: Count
    start_at: Moment
    end_at: Moment
    travel_minutes: Count
    travel_metres: Count
    estimated: bool
    reasons: dict[str, Any] = {}
