import pytest
from sqlalchemy import event

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Invalid
from catalog.providers.commands import AdmitProviders, Caps, SetCaps, SetSkills, SkillLevel
from catalog.providers.profiles import load_workers
from catalog.providers.queries import acts_for, card, workers_by_id, workers_of
from catalog.providers.service import admit_providers
from catalog.providers.workers import add_worker, add_workers, set_active, set_caps, set_skills
from tests.catalog.conftest import key
from tests.catalog.providers.conftest import TODAY, worker


@pytest.fixture
async def active(do, team: Database) -> Database:
    await do(
        admit_providers,
        AdmitProviders(
            provider_ids=(key("team"),), checked_by_id=key("ann"), approved_by_ids=(key("bo"), key("chen"))
        ),
    )
    return team


async def test_only_workers_of_active_providers_are_asked(do, team: Database):
    async with team.read() as session:
        assert await load_workers(session) == []
    await do(
        admit_providers,
        AdmitProviders(
            provider_ids=(key("team"),), checked_by_id=key("ann"), approved_by_ids=(key("bo"), key("chen"))
        ),
    )
    async with team.read() as session:
        (profile,) = await load_workers(session)
    assert profile.skills == {"hairdressing": 2, "errands": 1}
    assert (profile.person.name, profile.provider.id) == ("bo", key("team"))
    assert profile.hours_on(TODAY) == [(540, 720)]
    await do(set_active, key("worker"), active=False)
    async with team.read() as session:
        assert await load_workers(session) == []


async def test_workers_are_found_by_skill_and_by_id(do, active: Database):
    await do(add_worker, worker("second", "chen", skills=(SkillLevel(code="massage", level=3),)))
    async with active.read() as session:
        masseurs = await load_workers(session, skill_codes=["massage", "locks"])
        both = await load_workers(session, worker_ids=[key("worker"), key("second"), key("nobody")])
        neither = await load_workers(session, worker_ids=[key("worker")], skill_codes=["massage"])
    assert [one.worker.id for one in masseurs] == [key("second")]
    assert len(both) == 2
    assert neither == []


async def test_many_workers_take_five_statements(do, active: Database):
    await do(add_workers, [worker(f"w{n}", "chen") for n in range(50)])
    statements = []
    listen = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(active.engine.sync_engine, "before_cursor_execute", listen)
    async with active.read() as session:
        found = await load_workers(session, skill_codes=["hairdressing"])
    event.remove(active.engine.sync_engine, "before_cursor_execute", listen)
    assert len(found) == 51
    assert len([one for one in statements if one.startswith("SELECT")]) == 5


async def test_a_repeated_command_leaves_later_changes_alone(do, active: Database):
    await do(set_skills, SetSkills(worker_id=key("worker"), skills=(SkillLevel(code="locks", level=1),)))
    await do(set_caps, SetCaps(worker_id=key("worker"), caps=Caps(max_tasks_day=1, declared_minutes_week=60)))
    await do(add_worker, worker())
    async with active.read() as session:
        (profile,) = await load_workers(session)
    assert profile.skills == {"locks": 1}
    assert profile.worker.max_tasks_day == 1


async def test_a_worker_is_refused_as_a_whole(do, team: Database):
    wrong = (
        {"skills": (SkillLevel(code="no_such_skill", level=1),)},
        {"skills": (SkillLevel(code="locks", level=1), SkillLevel(code="locks", level=2))},
        {"provider": "nobody"},
        {"who": "nobody"},
    )
    for fields in wrong:
        with pytest.raises(Invalid):
            await do(add_worker, worker("wrong", **fields))
    with pytest.raises(Conflict):
        await do(add_worker, worker(who="deng"))
    async with team.read() as session:
        assert await workers_by_id(session, [key("wrong")]) == {}


async def test_the_card_shows_identity_skill_and_pledge(active: Database):
    async with active.read() as session:
        shown = await card(session, key("team"), TODAY)
        assert [person.name for _, person in await workers_of(session, key("team"))] == ["bo"]
        assert (await acts_for(session, key("bo"))).worker_ids == (key("worker"),)
        assert (await acts_for(session, key("ann"))).provider_ids == (key("team"),)
    assert (shown.contact_name, shown.people, shown.territory.id) == ("ann", 1, key("street"))
    assert [(one.skill.code, one.level, one.people) for one in shown.skills] == [
        ("errands", 1, 1),
        ("hairdressing", 2, 1),
    ]


async def test_adopted_places_are_kept_and_must_exist(do, team: Database):
    await do(add_worker, worker("second", "chen", anchor_ids=(key("street"), key("street")), newcomer=True))
    async with team.read() as session:
        found = await workers_by_id(session, [key("second"), key("worker")])
    assert (found[key("second")].anchors, found[key("second")].newcomer) == ([str(key("street"))], True)
    assert (found[key("worker")].anchors, found[key("worker")].newcomer) == ([], False)
    with pytest.raises(Invalid) as refused:
        await do(add_worker, worker("third", "chen", anchor_ids=(key("nowhere"),)))
    assert refused.value.field == "anchor_ids"
