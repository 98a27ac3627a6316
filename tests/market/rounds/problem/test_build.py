"""What a round asks of the solver, read back from the frozen problem."""

from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

import pytest
from sqlalchemy import event

from catalog.kernel.db import Database
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from catalog.people.models import Household, Person
from catalog.providers.models import Credential, CredentialState, Provider, Worker, WorkerSkill
from catalog.territory.models import Territory
from market.needs.commands import Wishes
from market.needs.models import Urgency
from market.offers.service import accept_offer
from market.rounds import service
from matching.problem import Problem, Task, decode_problem
from tests.support.rounds_world import ask_for, offers_of, round_row, run, start
from tests.support.world import OUTING, World, actor_of, ask, window

CALL = "phone-help-call"


async def problem_of(database: Database, clock: FrozenClock, territory_id: UUID, **changes: Any) -> Problem:
    round_id = await start(database, clock, territory_id, **changes)
    async with database.write() as session:
        await service.freeze_round(session, clock, round_id)
    return decode_problem((await round_row(database, round_id)).problem or b"")


def task_of(problem: Problem, need_id: UUID) -> Task:
    return problem.task_by_id[str(need_id)]


async def test_a_need_becomes_a_task(database: Database, clock: FrozenClock, world: World):
    # Tomorrow from noon to four, local time.
    [need_id] = await ask_for(database, clock, ask(clock))
    task = task_of(await problem_of(database, clock, world.community_id), need_id)

    assert [(w.earliest, w.latest) for w in task.windows] == [(12 * 60, 16 * 60 - 45)]
    assert (task.duration, task.headcount, task.service) == (45, 1, "plumbing-drip")
    assert [(s.skill, s.level) for s in task.skills] == [("plumbing", 2)]
    assert task.allowed_kinds == ("property_firm", "red_partner")
    assert task.groups == ("community:sw-lakeside",)
    # Weight 6; nothing for waiting, nothing for urgency.
    assert task.priority == 60


async def test_stairs_are_part_of_the_way(database: Database, clock: FrozenClock, world: World):
    """Auntie Chen lives on some floor of block 1, which has no lift; Wu starts from the street, from nobody's home."""
    async with database.write() as session:
        home = await session.get_one(Household, world.household_id)
        home.floor = 6
    [need_id] = await ask_for(database, clock, ask(clock))
    problem = await problem_of(database, clock, world.community_id)
    flat = problem.place_by_id[task_of(problem, need_id).place]
    [start] = {shift.start_place for shift in problem.worker_by_id[str(world.workers["Wu"])].shifts}
    # Five storeys of 20 s are 100 s; a floor that nobody knows counts one minute.
    assert [flat.access_ticks, problem.place_by_id[start].access_ticks] == [2, 1]
    assert flat.id.endswith("+2")


async def test_who_starts_from_home_comes_down_its_stairs_and_who_waits_elsewhere_has_none(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        home = await session.get_one(Household, world.household_id)
        home.floor = 9
        wu = await session.get_one(Worker, world.workers["Wu"])
        wu.lat, wu.lon = home.lat, home.lon
        (await session.get_one(Person, wu.person_id)).household_id = home.id
        (await session.get_one(Territory, world.building_id)).has_lift = True
    elsewhere = ask(clock, lat=22.5310, lon=114.0310)
    [need_id] = await ask_for(database, clock, elsewhere)
    problem = await problem_of(database, clock, world.community_id)
    [start] = {shift.start_place for shift in problem.worker_by_id[str(world.workers["Wu"])].shifts}
    # The lift: 60 s and eight storeys of 3 s.
    assert problem.place_by_id[start].access_ticks == 2
    assert task_of(problem, need_id).place == "22.531000,114.031000+1"


async def test_waiting_gives_points_up_to_a_cap(database: Database, clock: FrozenClock, world: World):
    when = (window(clock.now() + timedelta(days=20)),)
    [need_id] = await ask_for(database, clock, ask(clock, windows=when))
    clock.advance(timedelta(days=19))
    task = task_of(await problem_of(database, clock, world.community_id), need_id)
    assert (task.days_waited, task.priority) == (19, 60 + 30)


async def test_windows_are_cut_to_the_days_and_to_the_notice(
    database: Database, clock: FrozenClock, world: World
):
    when = (window(clock.now() + timedelta(hours=3), hours=9),)
    [need_id] = await ask_for(database, clock, ask(clock, windows=when))
    clock.advance(timedelta(hours=4, minutes=30))  # 14:30
    today = date(2026, 3, 2)
    task = task_of(await problem_of(database, clock, world.community_id, first_day=today), need_id)
    assert [(w.earliest, w.latest) for w in task.windows] == [(15 * 60 + 30, 22 * 60 - 45)]


async def test_a_wish_for_a_gender_binds_where_the_service_says_so(
    database: Database, clock: FrozenClock, world: World
):
    wish = Wishes(gender="female")
    when = (window(clock.now() + timedelta(days=1, hours=3)),)
    care, tap = await ask_for(
        database,
        clock,
        ask(clock, service="foot-care", wishes=wish, windows=when),
        ask(clock, wishes=wish),
    )
    problem = await problem_of(database, clock, world.community_id)
    assert task_of(problem, care).required_gender == "female"
    assert task_of(problem, tap).required_gender is None


async def test_papers_of_provider_and_worker_hold_on_their_days(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        session.add_all(
            _paper(code, state, until, provider_id=world.partner_id)
            for code, state, until in (
                ("liability_insurance", CredentialState.VERIFIED, date(2026, 3, 3)),
                ("food_licence", CredentialState.SUBMITTED, None),
            )
        )
    await ask_for(database, clock, ask(clock))
    problem = await problem_of(database, clock, world.community_id)
    wu = problem.worker_by_id[str(world.workers["Wu"])]
    # The insurance holds to the end of its last day, which is the only day of the round.
    assert [(q.code, q.valid_from, q.valid_until) for q in wu.qualifications] == [
        ("electrician_licence", None, (date(2028, 1, 1) - date(2026, 3, 3)).days * 1440),
        ("liability_insurance", None, 1440),
    ]


def _paper(code: str, state: CredentialState, until: date | None, **holder: UUID) -> Credential:
    start = date(2025, 1, 1)
    return Credential(
        id=new_id(), qualification_code=code, state=state, valid_from=start, valid_until=until, **holder
    )


async def test_only_people_with_a_wanted_skill_within_reach_are_looked_at(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        (await session.get_one(Worker, world.workers["Xu"])).reach_metres = 100
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    async with database.write() as session:
        await service.freeze_round(session, clock, round_id)
    held = await round_row(database, round_id)
    assert [w.id for w in decode_problem(held.problem or b"").workers] == [str(world.workers["Wu"])]
    assert held.summary["left_out"] == {"skill_level": 4, "within_reach": 1}


async def test_services_that_a_provider_does_not_offer_are_forbidden(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        (await session.get_one(Provider, world.partner_id)).services = ["house-cleaning"]
    [need_id] = await ask_for(database, clock, ask(clock))
    problem = await problem_of(database, clock, world.community_id)
    assert {(f.task, f.worker) for f in problem.forbids} == {
        (str(need_id), str(world.workers[name])) for name in ("Wu", "Xu")
    }


async def test_promised_work_is_pinned_with_its_people_and_start(
    database: Database, clock: FrozenClock, world: World
):
    when = (window(clock.now() + timedelta(days=1, hours=3)),)
    [first] = await ask_for(database, clock, ask(clock, service=OUTING, windows=when))
    await run(database, clock, await start(database, clock, world.community_id))
    pair = await offers_of(database, first)
    names = {worker_id: name for name, worker_id in world.workers.items()}
    async with database.write() as session:
        await accept_offer(session, clock, actor_of(names[pair[0].worker_id]), pair[0].id)

    await ask_for(database, clock, ask(clock, name="Luo", service=OUTING, windows=when))
    problem = await problem_of(database, clock, world.community_id)

    task = task_of(problem, first)
    assert (task.headcount, task.mandatory, task.skills) == (2, True, ())
    assert {pin.worker for pin in problem.pins} == {str(offer.worker_id) for offer in pair}
    assert {pin.start for pin in problem.pins} == {task.windows[0].earliest}


async def test_promises_around_the_round_use_up_the_week(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        (await session.get_one(Worker, world.workers["Wu"])).max_tasks_week = 3
    await ask_for(database, clock, ask(clock))
    await run(database, clock, await start(database, clock, world.community_id))
    wednesday = date(2026, 3, 4)
    when = (window(clock.now() + timedelta(days=2, hours=2)),)
    await ask_for(database, clock, ask(clock, name="Luo", windows=when))
    problem = await problem_of(database, clock, world.community_id, first_day=wednesday)
    assert problem.worker_by_id[str(world.workers["Wu"])].max_tasks_week == 2


async def test_help_by_telephone_costs_no_way_and_never_clashes_with_visits(
    database: Database, clock: FrozenClock, world: World
):
    async with database.write() as session:
        session.add(WorkerSkill(worker_id=world.workers["Ye"], skill_code="smartphone", level=1))
    when = (window(clock.now() + timedelta(days=1, hours=3), hours=6),)
    call, outing = await ask_for(
        database,
        clock,
        ask(clock, service=CALL, windows=when),
        ask(clock, name="Luo", service=OUTING, windows=when),
    )
    round_id = await start(database, clock, world.community_id)
    await run(database, clock, round_id)

    [offer] = await offers_of(database, call)
    assert (offer.travel_minutes, offer.travel_metres) == (0, 0)
    assert len(await offers_of(database, outing)) == 2
    assert (await round_row(database, round_id)).summary["served"] == 2


class Counter:
    """Counts statements on an engine."""

    def __init__(self, database: Database) -> None:
        self.engine, self.count = database.engine.sync_engine, 0

    def __enter__(self) -> Self:
        event.listen(self.engine, "before_cursor_execute", self._one)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self.count += 1


async def statements(database: Database, clock: FrozenClock, round_id: UUID) -> int:
    with Counter(database) as counter:
        async with database.write() as session:
            await service.freeze_round(session, clock, round_id)
    return counter.count


@pytest.mark.parametrize("names", [["Chen"], ["Chen", "Luo", "Lin"]], ids=["one need", "three needs"])
async def test_freezing_takes_a_fixed_number_of_statements(
    database: Database, clock: FrozenClock, world: World, names: list[str]
):
    for name in names:
        asker = "Luo" if name == "Lin" else name
        await ask_for(database, clock, ask(clock, name=asker, id=new_id()))
    round_id = await start(database, clock, world.community_id)
    # BEGIN, the round, its place, the lock, needs, windows, services, communities, people (six),
    # promises, refusals, doors, who has been where, whom they are for, the step itself with its re-read, the needs
    # taken, the event; standing orders, gatherings, and the runs and sessions that stand.
    assert await statements(database, clock, round_id) <= 28


async def test_a_need_keeps_its_urgency(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock, urgency=Urgency.SAME_DAY))
    task = task_of(await problem_of(database, clock, world.community_id), need_id)
    assert task.priority == 60 + 15
