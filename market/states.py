"""The state machines: who may follow whom, and the one conditional UPDATE that every step is.

Source: the project's design of states; an outcome is a field of its own, not a state.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from catalog.kernel.base import Base
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import IllegalTransition, NotFound


class NeedState(StrEnum):
    """A need in the service lane."""

    RECEIVED = "received"
    LOOKING = "looking"
    OFFERED = "offered"
    ARRANGED = "arranged"
    UNDER_WAY = "under_way"
    TO_CONFIRM = "to_confirm"
    WAITING_RESIDENT = "waiting_resident"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a need ended; a closed need has exactly one."""

    SERVED = "served"
    SOLVED_ON_THE_SPOT = "solved_on_the_spot"
    SERVED_ELSEWHERE = "served_elsewhere"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    NOT_POSSIBLE = "not_possible"
    PERSON_ABSENT = "person_absent"


class RoundState(StrEnum):
    """A matching round; a frozen round never changes its input."""

    OPEN = "open"
    FROZEN = "frozen"
    SEEDED = "seeded"
    SOLVING = "solving"
    CHECKED = "checked"
    PUBLISHED = "published"
    FAILED = "failed"
    DISCARDED = "discarded"


class OfferState(StrEnum):
    """One offer is one place in one task for one worker."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class JobState(StrEnum):
    """Agreed work."""

    CONFIRMED = "confirmed"
    ON_THE_WAY = "on_the_way"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    PERSON_CONFIRMED = "person_confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    PROBLEM = "problem"


class StandingState(StrEnum):
    """A standing order for meals."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class MealState(StrEnum):
    """The meals of one order on one day, once a round has looked at them."""

    PLANNED = "planned"
    UNSERVED = "unserved"
    DONE = "done"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """A delivery run: one load from one canteen, brought round by one helper."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"
    CANCELLED = "cancelled"


class SessionState(StrEnum):
    """A gathering; confirmed when the minimum is reached, and leader and venue hold."""

    PROPOSED = "proposed"
    ENROLLING = "enrolling"
    CONFIRMED = "confirmed"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    """Somebody who asks for a seat; a promoted one has a seat to say yes to."""

    REQUESTED = "requested"
    SEATED = "seated"
    WAITING = "waiting"
    PROMOTED = "promoted"
    ATTENDED = "attended"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"


class FairState(StrEnum):
    """A proposed fair 便民市集, until an officer has decided."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


D, M, T = StandingState, MealState, RunState
G, E, F = SessionState, EnrolmentState, FairState
N, R, O, J = NeedState, RoundState, OfferState, JobState  # noqa: E741 the table below reads as a table

STEPS: dict[type[StrEnum], Mapping[StrEnum, tuple[StrEnum, ...]]] = {
    NeedState: {
        N.RECEIVED: (N.LOOKING, N.WAITING_RESIDENT, N.HANDED_OVER, N.CLOSED),
        N.LOOKING: (N.OFFERED, N.WAITING_RESIDENT, N.HANDED_OVER, N.CLOSED),
        N.OFFERED: (N.ARRANGED, N.LOOKING, N.CLOSED),
        N.ARRANGED: (N.UNDER_WAY, N.LOOKING, N.CLOSED),
        N.UNDER_WAY: (N.TO_CONFIRM, N.LOOKING, N.CLOSED),
        N.TO_CONFIRM: (N.LOOKING, N.CLOSED),
        N.WAITING_RESIDENT: (N.RECEIVED, N.LOOKING, N.CLOSED),
        N.HANDED_OVER: (N.RECEIVED, N.CLOSED),
        N.CLOSED: (N.LOOKING,),
    },
    RoundState: {
        R.OPEN: (R.FROZEN, R.DISCARDED, R.FAILED),
        R.FROZEN: (R.SEEDED, R.FAILED, R.DISCARDED),
        R.SEEDED: (R.SOLVING, R.FAILED, R.DISCARDED),
        R.SOLVING: (R.CHECKED, R.SEEDED, R.FAILED, R.DISCARDED),
        R.CHECKED: (R.PUBLISHED, R.DISCARDED),
        R.PUBLISHED: (),
        R.FAILED: (R.FROZEN, R.OPEN, R.DISCARDED),
        R.DISCARDED: (),
    },
    OfferState: {
        O.SENT: (O.SEEN, O.ACCEPTED, O.DECLINED, O.EXPIRED, O.WITHDRAWN, O.SUPERSEDED),
        O.SEEN: (O.ACCEPTED, O.DECLINED, O.EXPIRED, O.WITHDRAWN, O.SUPERSEDED),
        O.ACCEPTED: (O.WITHDRAWN, O.SUPERSEDED),
        O.DECLINED: (),
        O.EXPIRED: (),
        O.WITHDRAWN: (),
        O.SUPERSEDED: (),
    },
    JobState: {
        J.CONFIRMED: (J.ON_THE_WAY, J.CHECKED_IN, J.CANCELLED, J.NO_SHOW, J.PROBLEM),
        J.ON_THE_WAY: (J.CHECKED_IN, J.CANCELLED, J.NO_SHOW, J.PROBLEM),
        J.CHECKED_IN: (J.CHECKED_OUT, J.PROBLEM),
        J.CHECKED_OUT: (J.PERSON_CONFIRMED, J.PROBLEM),
        J.PERSON_CONFIRMED: (J.CLOSED,),
        J.CLOSED: (),
        J.CANCELLED: (),
        J.NO_SHOW: (),
        J.PROBLEM: (J.CHECKED_OUT, J.CANCELLED, J.CLOSED),
    },
    StandingState: {
        D.ACTIVE: (D.PAUSED, D.ENDED),
        D.PAUSED: (D.ACTIVE, D.ENDED),
        D.ENDED: (),
    },
    MealState: {
        M.PLANNED: (M.DONE, M.UNSERVED, M.CANCELLED),
        M.UNSERVED: (M.PLANNED, M.CANCELLED),
        M.DONE: (),
        M.CANCELLED: (M.PLANNED, M.UNSERVED),
    },
    RunState: {
        T.PLANNED: (T.CONFIRMED, T.CANCELLED),
        T.CONFIRMED: (T.DONE, T.CANCELLED),
        T.DONE: (),
        T.CANCELLED: (),
    },
    SessionState: {
        G.PROPOSED: (G.ENROLLING, G.CANCELLED),
        G.ENROLLING: (G.CONFIRMED, G.CANCELLED),
        G.CONFIRMED: (G.HELD, G.CANCELLED),
        G.HELD: (G.CLOSED,),
        G.CLOSED: (),
        G.CANCELLED: (),
    },
    EnrolmentState: {
        E.REQUESTED: (E.SEATED, E.WAITING, E.WITHDRAWN),
        E.WAITING: (E.PROMOTED, E.WITHDRAWN),
        E.PROMOTED: (E.SEATED, E.WITHDRAWN),
        E.SEATED: (E.ATTENDED, E.ABSENT, E.WITHDRAWN),
        E.ATTENDED: (),
        E.ABSENT: (),
        E.WITHDRAWN: (),
    },
    FairState: {
        F.PROPOSED: (F.ACCEPTED, F.REJECTED),
        F.ACCEPTED: (),
        F.REJECTED: (),
    },
}

LIVE_OFFERS = (OfferState.SENT, OfferState.SEEN)

Row = TypeVar("Row", bound=Base)


def sources(target: StrEnum) -> tuple[StrEnum, ...]:
    """Return the states from which `target` may be reached."""
    table = STEPS[type(target)]
    return tuple(state for state, following in table.items() if target in following)


async def move(
    session: WriteSession, table: type[Row], row_id: UUID, to: StrEnum, *conditions: Any, **values: Any
) -> None:
    """Take one step: a single UPDATE that holds only from an allowed state (and further `conditions`).

    Raises:
        NotFound: there is no such row.
        IllegalTransition: the row is in a state from which `to` cannot be reached, or a condition fails.
    """
    columns: Any = table
    statement = (
        update(table)
        .where(columns.id == row_id, columns.state.in_(sources(to)), *conditions)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    result = await session.execute(statement)
    if isinstance(result, CursorResult) and result.rowcount == 1:
        await _refresh(session, table, row_id)
        return
    state = (await session.execute(select(columns.state).where(columns.id == row_id))).scalar_one_or_none()
    if state is None:
        raise NotFound("There is no such {thing}", thing=table.__tablename__)
    raise IllegalTransition(
        table.__tablename__, str(state), str(to), [str(step) for step in STEPS[type(to)][state]]
    )


async def _refresh(session: WriteSession, table: type[Row], row_id: UUID) -> None:
    # A row that this session already holds must not go on showing its old state.
    held = session.sync_session.identity_map.get(session.sync_session.identity_key(table, row_id))
    if held is not None:
        await session.refresh(held)
