"""Admission of providers: applied, documents checked, approved by two people, active; and pauses, suspension, leaving.

The catalogue does not know who acts: callers check it, and write the event of the step in the same transaction.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.people.phones import normal_phone
from catalog.providers.commands import AdmitProviders, Apply, ProviderStep
from catalog.providers.models import Provider, ProviderState
from catalog.providers.states import step
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, chunks, demand, get_row

# Providers mend these themselves later, and states move on.
FREE = (
    "state",
    "created_at",
    "contact_id",
    "phone",
    "reach_metres",
    "pledge_zh",
    "pledge_en",
    "declared_minutes_week",
    "max_tasks_day",
    "max_tasks_week",
    "services",
)


async def apply(session: WriteSession, clock: Clock, command: Apply) -> Provider:
    """Take an application in."""
    await apply_many(session, clock, [command])
    return await get_row(session, Provider, command.id)


async def apply_many(session: WriteSession, clock: Clock, commands: Sequence[Apply]) -> set[UUID]:
    """Take applications in; return the ids of the new ones.

    Raises:
        Invalid: no such place, contact or service, or a phone that is none.
        Conflict: the id exists with other content.
    """
    await demand(session, Territory, {command.territory_id for command in commands}, field="territory_id")
    contacts = {command.contact_id for command in commands if command.contact_id}
    await demand(session, Person, contacts, field="contact_id")
    services = {code for command in commands for code in command.services}
    await demand(session, Service, services, field="services", key="code")
    return await add_rows(session, Provider, [_row(command, clock) for command in commands], free=FREE)


async def check_documents(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Applied -> documents checked."""
    del clock
    to = ProviderState.DOCUMENTS_CHECKED
    return await step(session, Provider, command.provider_id, to, documents_checked_by_id=command.by_id)


async def approve(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Approve as the first person, then as the second: documents checked -> approved.

    Raises:
        Conflict: the same person approves twice.
    """
    del clock
    key, checked = command.provider_id, ProviderState.DOCUMENTS_CHECKED
    first = await session.execute(
        update(Provider)
        .where(Provider.id == key, Provider.state == checked, Provider.first_approver_id.is_(None))
        .values(first_approver_id=command.by_id)
        .execution_options(synchronize_session=False)
    )
    if getattr(first, "rowcount", 0) == 1:
        return await _reread(session, key)
    provider = await _reread(session, key)
    if provider.state is checked and provider.first_approver_id == command.by_id:
        raise Conflict("The second approval is another person's", field="by_id")
    other = Provider.first_approver_id != command.by_id
    return await step(session, Provider, key, ProviderState.APPROVED, other, second_approver_id=command.by_id)


async def activate(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Approved -> active: offers may come."""
    del clock
    start = (ProviderState.APPROVED,)
    return await step(session, Provider, command.provider_id, ProviderState.ACTIVE, start=start)


async def pause(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Active -> paused, by the provider."""
    return await _told(session, clock, command, ProviderState.PAUSED)


async def resume(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Paused -> active; a suspension is lifted by `reinstate` only."""
    return await _told(session, clock, command, ProviderState.ACTIVE, ProviderState.PAUSED)


async def suspend(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Active or paused -> suspended, with a reason that the provider can answer."""
    if not command.reason:
        raise Invalid("A suspension needs a reason", field="reason")
    return await _told(session, clock, command, ProviderState.SUSPENDED)


async def reinstate(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Suspended -> active, after notice, reply and review."""
    return await _told(session, clock, command, ProviderState.ACTIVE, ProviderState.SUSPENDED)


async def leave(session: WriteSession, clock: Clock, command: ProviderStep) -> Provider:
    """Any state -> left, for good."""
    return await _told(session, clock, command, ProviderState.LEFT)


async def admit_providers(session: WriteSession, clock: Clock, command: AdmitProviders) -> None:
    """Take many from applied to active by the same steps; those in another state stay as they are.

    Raises:
        Conflict: the two approvers are one person.
    """
    del clock
    first, second = command.approved_by_ids
    if first == second:
        raise Conflict("The second approval is another person's", field="approved_by_ids")
    steps: tuple[tuple[ProviderState, dict[str, Any]], ...] = (
        (
            ProviderState.APPLIED,
            _to(ProviderState.DOCUMENTS_CHECKED, documents_checked_by_id=command.checked_by_id),
        ),
        (ProviderState.DOCUMENTS_CHECKED, {"first_approver_id": first}),
        (ProviderState.DOCUMENTS_CHECKED, _to(ProviderState.APPROVED, second_approver_id=second)),
        (ProviderState.APPROVED, _to(ProviderState.ACTIVE)),
    )
    for part in chunks(command.provider_ids):
        for state, values in steps:
            mine = (Provider.id.in_(part), Provider.state == state)
            plain = {"synchronize_session": False}
            await session.execute(update(Provider).where(*mine).values(**values).execution_options(**plain))


async def _told(
    session: WriteSession, clock: Clock, command: ProviderStep, to: ProviderState, *start: ProviderState
) -> Provider:
    del clock
    key, reason = command.provider_id, command.reason
    return await step(session, Provider, key, to, start=start, state_reason=reason)


def _to(state: ProviderState, **values: Any) -> dict[str, Any]:
    return {"state": state, **values}


async def _reread(session: WriteSession, provider_id: UUID) -> Provider:
    provider = await get_row(session, Provider, provider_id)
    await session.refresh(provider)
    return provider


def _row(command: Apply, clock: Clock) -> dict[str, Any]:
    row = msgspec.structs.asdict(command)
    row["phone"] = normal_phone(command.phone) if command.phone else None
    row["services"] = list(dict.fromkeys(command.services))
    return row | {"state": ProviderState.APPLIED, "created_at": clock.now()}
