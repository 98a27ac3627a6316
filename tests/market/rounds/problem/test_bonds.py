"""Wishes, memories, adopted places and newcomers in the frozen problem."""

from datetime import timedelta
from uuid import UUID

import pytest

from catalog.kernel.ids import new_id
from catalog.people.models import Person
from catalog.providers.models import Worker, WorkerSkill
from market.needs.commands import Wishes
from market.reviews.commands import WriteReview
from market.reviews.service import write_review
from market.rounds import service
from matching.problem import Problem, Task, decode_problem
from tests.support.rounds_world import round_row, start
from tests.support.story import Story
from tests.support.world import OUTING, id_of, window

CARE, HOME_VISIT = "foot-care", "home-visit"


async def problem_of(story: Story) -> Problem:
    round_id = await start(story.database, story.clock, story.world.street_id, days=7)
    async with story.database.write() as session:
        await service.freeze_round(session, story.clock, round_id)
    return decode_problem((await round_row(story.database, round_id)).problem or b"")


async def asked(story: Story, **changes: object) -> tuple[Task, Problem]:
    """The task of a new request of Auntie Chen."""
    changes = {"windows": (window(story.clock.now() + timedelta(days=4, hours=3)),)} | changes
    need = await story.looking(**({"id": new_id()} | changes))
    problem = await problem_of(story)
    return problem.task_by_id[str(need.id)], problem


async def set_worker(story: Story, name: str, **values: object) -> None:
    async with story.database.write() as session:
        worker = await session.get_one(Worker, story.world.workers[name])
        for field, value in values.items():
            setattr(worker, field, value)


def ids(story: Story, *names: str) -> tuple[str, ...]:
    return tuple(sorted(str(story.world.workers[name]) for name in names))


async def test_wishes_that_do_not_bind_are_wishes(everywhere: Story):
    xu = everywhere.world.workers["Xu"]
    task, _ = await asked(everywhere, wishes=Wishes(same_helper=xu, gender="female", language="yue"))
    assert task.wishes.workers == (str(xu),)
    assert (task.wishes.gender, task.wishes.language) == ("female", "yue")
    assert task.required_gender is None


async def test_a_gender_that_binds_is_no_wish(story: Story):
    task, _ = await asked(story, service=CARE, wishes=Wishes(gender="female"))
    assert (task.required_gender, task.wishes.gender) == ("female", None)


async def test_who_is_not_among_the_helpers_cannot_be_planned_for(story: Story):
    await set_worker(story, "Xu", active=False)
    task, _ = await asked(story, wishes=Wishes(same_helper=story.world.workers["Xu"]))
    assert task.wishes.workers == ()


async def test_the_same_person_may_come_for_another_provider(story: Story):
    async with story.database.write() as session:
        wu = await session.get_one(Worker, story.world.workers["Wu"])
        columns = [c.key for c in Worker.__table__.columns]
        twin = {name: getattr(wu, name) for name in columns} | {"id": id_of("twin")}
        session.add(Worker(**twin | {"provider_id": story.world.team_id}))
        await session.flush()
        session.add(WorkerSkill(worker_id=id_of("twin"), skill_code="plumbing", level=2))
    task, _ = await asked(story, wishes=Wishes(same_helper=story.world.workers["Wu"]))
    assert task.wishes.workers == tuple(sorted((*ids(story, "Wu"), str(id_of("twin")))))


async def test_who_has_been_there_is_known_there(everywhere: Story):
    story = everywhere
    await story.finished(await story.looking(), "Xu")
    # Mr Luo lives next door: nobody has been with him.
    neighbour = await story.looking("Luo", id=new_id())
    again, problem = await asked(story)
    assert again.known_workers == ids(story, "Xu")
    assert problem.task_by_id[str(neighbour.id)].known_workers == ()


@pytest.mark.parametrize(("stars", "solved"), [(2, True), (5, False)])
async def test_who_left_the_resident_dissatisfied_is_not_sent_again_unasked(
    story: Story, stars: int, solved: bool
):
    job = await story.finished(await story.looking(), "Xu")
    word = WriteReview(id=new_id(), job_id=job.id, stars=stars, solved=solved)
    await story.do(write_review, "Chen", word)
    task, _ = await asked(story)
    assert task.known_workers == ()


async def test_who_was_refused_is_neither_wished_nor_known(story: Story):
    await story.finished(await story.looking(), "Xu")
    need = await story.looking(id=new_id(), wishes=Wishes(same_helper=story.world.workers["Xu"]))
    async with story.database.write() as session:
        row = await session.get_one(type(need), need.id)
        row.refused_workers = [str(story.world.workers["Xu"])]
    task = (await problem_of(story)).task_by_id[str(need.id)]
    assert (task.known_workers, task.wishes.workers) == ((), ())
    assert task.refused_workers == ids(story, "Xu")


async def test_adopted_stairwells_and_the_zones_of_a_home(everywhere: Story):
    story = everywhere
    await set_worker(story, "Wu", anchors=[str(id_of("stairs"))])
    task, problem = await asked(story)
    assert set(task.zones) == {str(id_of(place)) for place in ("stairs", "block", "garden")}
    assert problem.worker_by_id[ids(story, "Wu")[0]].anchors == (str(id_of("stairs")),)
    assert problem.worker_by_id[ids(story, "Xu")[0]].anchors == ()


async def test_who_waits_elsewhere_is_in_no_stairwell(story: Story):
    task, _ = await asked(story, lat=22.5310, lon=114.0310)
    assert task.zones == ()


async def test_the_first_finished_visit_ends_being_new(everywhere: Story):
    story = everywhere
    for name in ("Wu", "Xu"):
        await set_worker(story, name, newcomer=True)
    await story.finished(await story.looking(), "Xu")
    _, problem = await asked(story)
    new = {worker.id for worker in problem.workers if worker.newcomer}
    assert new == set(ids(story, "Wu"))


async def make(story: Story, name: str, **values: object) -> None:
    async with story.database.write() as session:
        person = await session.get_one(Person, UUID(str(id_of(name))))
        for field, value in values.items():
            setattr(person, field, value)


@pytest.mark.parametrize(
    ("tags", "service", "expected"),
    [
        ([], HOME_VISIT, ()),
        (["lives_alone"], HOME_VISIT, ("experienced",)),
        (["lives_alone"], "plumbing-drip", ()),  # nothing about it is a risk
        (["lives_alone"], "daily-call", ()),  # by telephone
        ([], "study-companion", ("experienced",)),  # with a child
        ([], OUTING, ("two_adults",)),
    ],
)
async def test_where_nobody_new_comes_alone(
    story: Story, tags: list[str], service: str, expected: tuple[str, ...]
):
    await make(story, "Chen", tags=tags)
    task, _ = await asked(story, service=service)
    assert task.safeguards == expected


async def test_a_child_is_visited_by_nobody_new_alone(story: Story):
    await make(story, "Chen", birth_year=story.clock.now().year - 9)
    task, _ = await asked(story)
    assert task.safeguards == ("experienced",)
