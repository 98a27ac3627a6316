"""Papers: submitted by who holds them, verified by somebody who has seen them, revoked when they hold no longer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.providers.commands import CredentialStep, SubmitCredential
from catalog.providers.models import Credential, CredentialState, Provider, Worker
from catalog.providers.states import step
from catalog.services.models import Qualification
from catalog.territory.rows import add_rows, chunks, demand, get_row, rows_by


async def submit_credential(session: WriteSession, clock: Clock, command: SubmitCredential) -> Credential:
    """Take a paper in; it counts from its verification."""
    await submit_credentials(session, clock, [command])
    return await get_row(session, Credential, command.id)


async def submit_credentials(
    session: WriteSession, clock: Clock, commands: Sequence[SubmitCredential]
) -> set[UUID]:
    """Take papers in; return the ids of the new ones.

    Raises:
        Invalid: no such qualification or holder, the wrong kind of holder, or dates that cannot be.
        Conflict: the id exists with other content.
    """
    del clock
    papers = await rows_by(session, Qualification, {command.qualification for command in commands}, "code")
    for command in commands:
        _check(command, papers.get(command.qualification))
    workers = {command.worker_id for command in commands if command.worker_id}
    providers = {command.provider_id for command in commands if command.provider_id}
    await demand(session, Worker, workers, field="worker_id")
    await demand(session, Provider, providers, field="provider_id")
    return await add_rows(session, Credential, [_row(command) for command in commands], free=("state",))


async def verify_credential(session: WriteSession, clock: Clock, command: CredentialStep) -> Credential:
    """Submitted -> verified, by who has seen the paper."""
    del clock
    to = CredentialState.VERIFIED
    return await step(session, Credential, command.credential_id, to, checked_by_id=command.by_id)


async def verify_credentials(
    session: WriteSession, clock: Clock, credential_ids: Sequence[UUID], by_id: UUID
) -> None:
    """Verify many; those in another state stay as they are."""
    del clock
    for part in chunks(credential_ids):
        await session.execute(
            update(Credential)
            .where(Credential.id.in_(part), Credential.state == CredentialState.SUBMITTED)
            .values(state=CredentialState.VERIFIED, checked_by_id=by_id)
            .execution_options(synchronize_session=False)
        )


async def revoke_credential(session: WriteSession, clock: Clock, command: CredentialStep) -> Credential:
    """Submitted or verified -> revoked: no further job counts on it."""
    del clock
    to = CredentialState.REVOKED
    return await step(session, Credential, command.credential_id, to, checked_by_id=command.by_id)


def _check(command: SubmitCredential, paper: Qualification | None) -> None:
    if paper is None:
        words: dict[str, Any] = {"thing": "qualification", "key": command.qualification}
        raise Invalid("There is no {thing} {key}", field="qualification", **words)
    if (command.worker_id is None) == (command.provider_id is None):
        raise Invalid("A paper has one holder", field="worker_id")
    if (paper.holder == "worker") != (command.worker_id is not None):
        raise Invalid("This paper is held by a {holder}", holder=paper.holder, field=f"{paper.holder}_id")
    if command.valid_until is None and paper.validity_months is not None:
        raise Invalid("This paper runs out: say when", field="valid_until")
    if command.valid_until is not None and command.valid_until < command.valid_from:
        raise Invalid("The last day lies before the first", field="valid_until")


def _row(command: SubmitCredential) -> dict[str, Any]:
    return {
        "id": command.id,
        "worker_id": command.worker_id,
        "provider_id": command.provider_id,
        "qualification_code": command.qualification,
        "state": CredentialState.SUBMITTED,
        "valid_from": command.valid_from,
        "valid_until": command.valid_until,
    }
