"""What readers of needs get."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from catalog.services.models import Lane
from market.needs.models import Channel, Urgency
from market.notices.queries import MessageView
from market.states import JobState, NeedState, Outcome

Step = Literal["received", "looking", "arranged", "under_way", "done"]
STEPS: tuple[Step, ...] = ("received", "looking", "arranged", "under_way", "done")

STEP_OF: dict[NeedState, Step] = {
    NeedState.RECEIVED: "received",
    NeedState.LOOKING: "looking",
    NeedState.OFFERED: "looking",
    NeedState.WAITING_RESIDENT: "looking",
    NeedState.HANDED_OVER: "looking",
    NeedState.ARRANGED: "arranged",
    NeedState.UNDER_WAY: "under_way",
    NeedState.TO_CONFIRM: "done",
    NeedState.CLOSED: "done",
}


class ServiceName(msgspec.Struct, frozen=True, kw_only=True):
    """A service as pages name it."""

    code: str
    name_zh: str
    name_en: str
    icon: str


class WindowView(msgspec.Struct, frozen=True, kw_only=True):
    """A span in which the service may happen."""

    starts_at: datetime
    ends_at: datetime


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a phone button. `ties`: of a helper, what speaks for them (`market.ties.TIES`)."""

    name: str
    phone: str | None
    ties: tuple[str, ...] = ()


class NeedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A need in a person's own list."""

    id: UUID
    code: str
    service: ServiceName
    state: NeedState
    step: Step
    outcome: Outcome | None
    beneficiary_id: UUID
    beneficiary_name: str
    created_at: datetime
    start_at: datetime | None  # of the live job


class NeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the status page shows; `door_code` only to the resident's side and staff."""

    id: UUID
    code: str
    lane: Lane
    service: ServiceName
    state: NeedState
    step: Step
    outcome: Outcome | None
    outcome_reason: str | None
    requester_id: UUID
    beneficiary_id: UUID
    beneficiary_name: str
    urgency: Urgency
    description: str
    windows: tuple[WindowView, ...]
    responsible: Contact | None
    helpers: tuple[Contact, ...]
    job_id: UUID | None
    job_state: JobState | None
    start_at: datetime | None
    end_at: datetime | None
    door_code: str | None
    rounds_missed: int
    last_causes: tuple[dict[str, Any], ...]
    last_round_id: UUID | None
    messages: tuple[MessageView, ...]
    created_at: datetime
    closed_at: datetime | None
    may_reopen_until: datetime | None


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer looks at; nothing set means all that is not closed."""

    states: tuple[NeedState, ...] = ()
    lane: Lane | None = None
    service_code: str | None = None
    community_id: UUID | None = None
    responsible_id: UUID | None = None
    urgency: Urgency | None = None
    missed: bool = False  # only what a round could not place
    code: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows; `number` counts from 1."""

    number: int = 1
    size: int = 50


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """A need in the officer's queue."""

    id: UUID
    code: str
    lane: Lane
    channel: Channel
    service: ServiceName
    community_id: UUID
    community_zh: str
    community_en: str
    beneficiary_name: str
    responsible_name: str | None
    state: NeedState
    urgency: Urgency
    private: bool
    headcount: int
    seats_accepted: int
    rounds_missed: int
    last_causes: tuple[dict[str, Any], ...]
    first_window: WindowView | None
    created_at: datetime
    result_due_at: datetime


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the queue; `counts` by state over all pages and states."""

    rows: tuple[QueueRow, ...]
    total: int
    page: Page
    counts: dict[str, int]


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a community or service; None is a small number that is not shown."""

    code: str
    name_zh: str
    name_en: str
    asked: int | None
    served: int | None
    waiting: int | None


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked in a range of days (both ends included) and what has become of it."""

    first_day: date
    last_day: date
    total: BoardRow
    communities: tuple[BoardRow, ...]
    categories: tuple[
        BoardRow, ...
    ]  # kinds of service: what a street can show where single services are too few
    services: tuple[BoardRow, ...]
    smallest_shown: int
