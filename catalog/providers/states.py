"""The provider's and the credential's state machines, and the one conditional UPDATE that every step is.

The catalogue writes no events: who calls a step tells the market, in the same transaction.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import IllegalTransition, NotFound
from catalog.providers.models import Credential, CredentialState, Provider, ProviderState

P, C = ProviderState, CredentialState

STEPS: dict[type[StrEnum], Mapping[StrEnum, tuple[StrEnum, ...]]] = {
    ProviderState: {
        P.APPLIED: (P.DOCUMENTS_CHECKED, P.LEFT),
        P.DOCUMENTS_CHECKED: (P.APPROVED, P.LEFT),
        P.APPROVED: (P.ACTIVE, P.LEFT),
        P.ACTIVE: (P.PAUSED, P.SUSPENDED, P.LEFT),
        P.PAUSED: (P.ACTIVE, P.SUSPENDED, P.LEFT),
        P.SUSPENDED: (P.ACTIVE, P.LEFT),
        P.LEFT: (),
    },
    CredentialState: {
        C.SUBMITTED: (C.VERIFIED, C.REVOKED),
        C.VERIFIED: (C.REVOKED,),
        C.REVOKED: (),
    },
}

Row = TypeVar("Row", Provider, Credential)


def sources(target: StrEnum) -> tuple[StrEnum, ...]:
    """Return the states from which `target` may be reached."""
    return tuple(state for state, following in STEPS[type(target)].items() if target in following)


async def step(
    session: WriteSession,
    table: type[Row],
    row_id: UUID,
    to: StrEnum,
    *conditions: Any,
    start: Collection[StrEnum] = (),
    **values: Any,
) -> Row:
    """Take one step, from the `start` states only if given and under further `conditions`; return the row.

    Raises:
        NotFound: there is no such row.
        IllegalTransition: the row is in a state from which `to` cannot be reached; names the steps that can.
    """
    moved = await session.execute(
        update(table)
        .where(table.id == row_id, table.state.in_(start or sources(to)), *conditions)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    row = await _fresh(session, table, row_id)
    if not (isinstance(moved, CursorResult) and moved.rowcount == 1):
        allowed = [str(state) for state in STEPS[type(to)][row.state]]
        raise IllegalTransition(table.__tablename__, str(row.state), str(to), allowed)
    return row


async def _fresh(session: WriteSession, table: type[Row], row_id: UUID) -> Row:
    statement = select(table).where(table.id == row_id).execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing=table.__tablename__)
    return row
