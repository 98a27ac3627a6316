"""What readers of rounds get."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from market.needs.models import Urgency
from market.rounds.models import Trigger
from market.states import OfferState, RoundState


class RoundView(msgspec.Struct, frozen=True, kw_only=True):
    """A round without its documents; `needs` is how many it took, `summary` grows from freezing to publishing."""

    id: UUID
    territory_id: UUID
    territory_zh: str
    territory_en: str
    territory_path: str
    state: RoundState
    trigger: Trigger
    first_day: date
    days: int
    seconds: int
    deterministic: bool
    auto_publish: bool
    only_need_id: UUID | None
    needs: int
    attempt: int
    error: str | None
    input_root: str | None
    seed: int | None
    summary: dict[str, Any]
    created_at: datetime
    frozen_at: datetime | None
    checked_at: datetime | None
    published_at: datetime | None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """For how many helpers this rule (`matching.rules.CAUSES`) was the first to say no."""

    cause: str
    count: int


class UnservedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A need that a round could not place; `deciding` is the rule that kept the best candidate away."""

    need_id: UUID
    need_code: str
    service_code: str
    service_zh: str
    service_en: str
    community_zh: str
    community_en: str
    urgency: Urgency
    rounds_missed: int
    deciding: str
    causes: tuple[Cause, ...]


class FarNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A need whose place is near no street of the network."""

    need_id: UUID
    need_code: str
    service_zh: str
    service_en: str
    compound_zh: str | None
    compound_en: str | None


class Far(msgspec.Struct, frozen=True, kw_only=True):
    """Places of a round that are near no street: their ways are estimates, and their coordinates may be wrong."""

    needs: tuple[FarNeed, ...] = ()
    helpers: tuple[str, ...] = ()


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One helper at one need; `offer_state` is None until the round is published.

    `ties`: what speaks for this helper (`market.ties.TIES`): asked for again, known there, and so on.
    """

    need_id: UUID
    need_code: str
    service_code: str
    service_zh: str
    service_en: str
    community_zh: str
    community_en: str
    start_at: datetime
    end_at: datetime
    worker_id: UUID
    worker_name: str
    provider_id: UUID
    provider_zh: str
    provider_en: str
    travel_minutes: int
    travel_metres: int
    offer_state: OfferState | None
    ties: tuple[str, ...] = ()
