"""What readers of offers get."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from market.needs.models import Urgency
from market.needs.views import ServiceName
from market.states import OfferState


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is: exact once accepted (`exact`), before that about 200 m off with the compound's name only."""

    exact: bool
    lat: float
    lon: float
    compound_zh: str | None
    compound_en: str | None
    building_zh: str | None = None
    building_en: str | None = None
    door: str | None = None
    floor: int | None = None
    has_lift: bool | None = None
    entry_notes: str | None = None
    access_notes: str | None = None


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as its helper sees it. `description` is empty for private needs until accepted; so are name and phone.

    Metres from a start that the helper knows would leave few doors within the blurred circle: they are told when accepted.
    So are reasons that say whose door it is, and, of private needs, wishes.
    """

    id: UUID
    round_id: UUID
    need_id: UUID
    need_code: str
    worker_id: UUID
    worker_name: str
    provider_id: UUID
    seat: int
    headcount: int
    state: OfferState
    service: ServiceName
    price_kind: str
    price_cap_fen: int | None
    urgency: Urgency
    description: str
    start_at: datetime
    end_at: datetime
    travel_minutes: int
    travel_metres: int | None
    estimated: bool
    reasons: dict[str, Any]
    sent_at: datetime
    deadline_at: datetime
    answered_at: datetime | None
    decline_reason: str | None
    place: Place
    resident_name: str | None
    resident_phone: str | None
    job_id: UUID | None
