from datetime import date

import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import IllegalTransition, Invalid
from catalog.providers.commands import CredentialStep, SubmitCredential
from catalog.providers.credentials import revoke_credential, submit_credential, verify_credential
from catalog.providers.models import ProviderState
from catalog.providers.profiles import load_workers
from catalog.providers.queries import card, expiring_credentials
from tests.catalog.conftest import key
from tests.catalog.providers.conftest import TODAY


def paper(name: str = "paper", **more: object) -> SubmitCredential:
    fields = {
        "worker_id": key("worker"),
        "qualification": "health_certificate",
        "valid_from": date(2025, 4, 1),
        "valid_until": date(2026, 3, 31),
    }
    return SubmitCredential(id=key(name), **(fields | more))


INSURANCE = {"worker_id": None, "provider_id": key("team"), "qualification": "liability_insurance"}
SEEN = CredentialStep(credential_id=key("paper"), by_id=key("ann"))


async def papers(database: Database) -> list[tuple[str, bool]]:
    async with database.read() as session:
        (profile,) = await load_workers(session, states=tuple(ProviderState))
    return [(one.code, one.from_provider) for one in profile.papers]


async def test_a_paper_counts_once_it_is_verified_and_until_it_is_revoked(do, team: Database):
    await do(submit_credential, paper())
    assert await papers(team) == []
    await do(verify_credential, SEEN)
    assert await papers(team) == [("health_certificate", False)]
    with pytest.raises(IllegalTransition):
        await do(verify_credential, SEEN)
    await do(revoke_credential, SEEN)
    assert await papers(team) == []
    with pytest.raises(IllegalTransition) as refusal:
        await do(verify_credential, SEEN)
    assert refusal.value.allowed == ()


async def test_a_providers_paper_counts_for_all_its_people(do, team: Database):
    await do(submit_credential, paper("insurance", **INSURANCE))
    await do(verify_credential, CredentialStep(credential_id=key("insurance"), by_id=key("ann")))
    assert await papers(team) == [("liability_insurance", True)]
    async with team.read() as session:
        shown = await card(session, key("team"), TODAY)
        later = await card(session, key("team"), date(2026, 4, 1))
    assert [one.qualification.code for one in shown.papers] == ["liability_insurance"]
    assert later.papers == ()


async def test_papers_that_run_out_are_told_in_time(do, team: Database):
    for name, fields in (("paper", {}), ("insurance", INSURANCE)):
        await do(submit_credential, paper(name, **fields))
        await do(verify_credential, CredentialStep(credential_id=key(name), by_id=key("ann")))
    async with team.read() as session:
        soon = await expiring_credentials(session, TODAY, 30)
        assert {(one.holder_name, one.provider.id) for one in soon} == {
            ("bo", key("team")),
            ("搭把手", key("team")),
        }
        assert await expiring_credentials(session, TODAY, 28) == []
        assert await expiring_credentials(session, TODAY, 30, "dist/stre/comm/") == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"provider_id": key("team")}, "one holder"),
        ({"worker_id": None}, "one holder"),
        ({"qualification": "liability_insurance"}, "held by a provider"),
        ({"qualification": "no_such_paper"}, "no qualification"),
        ({"valid_until": None}, "runs out"),
        ({"valid_until": date(2025, 3, 31)}, "before the first"),
        ({"worker_id": key("nobody")}, "no worker"),
    ],
)
async def test_a_paper_that_cannot_be_is_refused(do, team: Database, fields, message):
    with pytest.raises(Invalid, match=message):
        await do(submit_credential, paper(**fields))
