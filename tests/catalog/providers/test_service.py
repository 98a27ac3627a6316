import asyncio

import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, IllegalTransition, Invalid, NotFound
from catalog.providers.commands import AdmitProviders, ProviderStep
from catalog.providers.models import ProviderState
from catalog.providers.queries import provider, providers
from catalog.providers.service import (
    activate,
    admit_providers,
    apply,
    approve,
    check_documents,
    leave,
    pause,
    reinstate,
    resume,
    suspend,
)
from tests.catalog.conftest import key
from tests.catalog.providers.conftest import application

P = ProviderState


def by(who: str, reason: str | None = None) -> ProviderStep:
    return ProviderStep(provider_id=key("team"), by_id=key(who), reason=reason)


ADMIT = AdmitProviders(
    provider_ids=(key("team"),), checked_by_id=key("ann"), approved_by_ids=(key("bo"), key("chen"))
)


async def test_admission_needs_documents_and_two_people(do, team: Database):
    assert (await do(check_documents, by("ann"))).state is P.DOCUMENTS_CHECKED
    first = await do(approve, by("bo"))
    assert (first.state, first.first_approver_id) == (P.DOCUMENTS_CHECKED, key("bo"))
    with pytest.raises(Conflict, match="another person's"):
        await do(approve, by("bo"))
    second = await do(approve, by("chen"))
    assert (second.state, second.second_approver_id) == (P.APPROVED, key("chen"))
    assert (await do(activate, by("chen"))).state is P.ACTIVE


async def test_no_step_is_left_out_and_the_answer_says_which_are_open(do, team: Database):
    for early in (approve, activate, pause, resume, reinstate):
        with pytest.raises(IllegalTransition) as refusal:
            await do(early, by("ann"))
        assert (refusal.value.state, refusal.value.allowed) == ("applied", ("documents_checked", "left"))


async def test_a_provider_pauses_itself_but_does_not_lift_a_suspension(do, team: Database):
    await do(admit_providers, ADMIT)
    assert (await do(pause, by("ann"))).state is P.PAUSED
    assert (await do(resume, by("ann"))).state is P.ACTIVE
    with pytest.raises(Invalid):
        await do(suspend, by("chen"))
    held = await do(suspend, by("chen", "投诉待查"))
    assert (held.state, held.state_reason) == (P.SUSPENDED, "投诉待查")
    with pytest.raises(IllegalTransition):
        await do(resume, by("ann"))
    assert (await do(reinstate, by("chen"))).state is P.ACTIVE
    assert (await do(leave, by("ann"))).state is P.LEFT
    with pytest.raises(IllegalTransition) as refusal:
        await do(resume, by("ann"))
    assert refusal.value.allowed == ()


async def test_many_are_admitted_by_the_same_steps_and_twice_is_once(do, team: Database):
    await do(admit_providers, ADMIT)
    await do(pause, by("ann"))
    await do(admit_providers, ADMIT)
    async with team.read() as session:
        found = await provider(session, key("team"))
        assert [one.id for one in await providers(session, "dist/", (P.PAUSED,))] == [found.id]
        assert await providers(session, "dist/stre/comm/") == []
    assert (found.state, found.documents_checked_by_id) == (P.PAUSED, key("ann"))
    assert (found.first_approver_id, found.second_approver_id) == (key("bo"), key("chen"))


async def test_one_person_is_not_two_approvers(do, team: Database):
    wrong = AdmitProviders(provider_ids=(), checked_by_id=key("ann"), approved_by_ids=(key("bo"), key("bo")))
    with pytest.raises(Conflict):
        await do(admit_providers, wrong)


async def test_two_who_approve_at_once_are_first_and_second(do, team: Database):
    await do(check_documents, by("ann"))
    await asyncio.gather(do(approve, by("bo")), do(approve, by("chen")))
    async with team.read() as session:
        found = await provider(session, key("team"))
    assert found.state is P.APPROVED
    assert {found.first_approver_id, found.second_approver_id} == {key("bo"), key("chen")}


async def test_of_many_same_applications_at_once_one_row_stays(do, team: Database):
    rows = await asyncio.gather(
        *(do(apply, application("second", phone="+86 139 0000 1234")) for _ in range(5))
    )
    assert {(row.id, row.phone) for row in rows} == {(key("second"), "13900001234")}


async def test_an_application_names_real_things(do):
    wrong = ({"contact_id": key("nobody")}, {"services": ("no-such-service",)}, {"phone": "abc"})
    for fields in wrong:
        with pytest.raises(Invalid):
            await do(apply, application("wrong", **fields))
    with pytest.raises(NotFound):
        await do(pause, ProviderStep(provider_id=key("nobody"), by_id=key("ann")))
