"""The day of a job: who may do what, what is said, what is asked twice."""

from datetime import timedelta

import pytest

from catalog.kernel.errors import Forbidden, IllegalTransition, Invalid, NotFound
from catalog.kernel.ids import new_id
from market.actor import SYSTEM
from market.jobs import service
from market.jobs.models import Job
from market.needs.models import Need
from market.states import JobState, NeedState


async def arranged(story):
    need = await story.looking()
    return need, await story.arranged(need, "Wu")


async def test_the_whole_day(everywhere):
    need, job = await arranged(everywhere)
    assert 4 == len(job.door_code)
    await everywhere.do(service.set_out, "Wu", job.id)
    await everywhere.do(service.check_in, "Wu", job.id, job.door_code)
    assert NeedState.UNDER_WAY == (await everywhere.get(Need, need.id)).state
    everywhere.clock.advance(timedelta(minutes=40))
    await everywhere.do(service.check_out, "Wu", job.id)
    assert NeedState.TO_CONFIRM == (await everywhere.get(Need, need.id)).state
    row = await everywhere.get(Job, job.id)
    assert timedelta(minutes=40) == row.checked_out_at - row.checked_in_at
    assert [
        "job.confirmed",
        "job.on_the_way",
        "job.checked_in",
        "job.checked_out",
    ] == await everywhere.topics(job.id)
    assert ["need.arranged", "need.under_way", "need.please_confirm"] == (
        await everywhere.heard("Chen", need.id)
    )[1:]


async def test_every_step_twice_is_once(story):
    need, job = await arranged(story)
    for step, given in ((service.set_out, ()), (service.check_in, (job.door_code,)), (service.check_out, ())):
        first = await story.do(step, "Wu", job.id, *given)
        story.clock.advance(timedelta(minutes=5))
        again = await story.do(step, "Wu", job.id, *given)
        assert (first.checked_in_at, first.checked_out_at) == (again.checked_in_at, again.checked_out_at)
    assert 1 == (await story.heard("Chen", need.id)).count("need.please_confirm")


@pytest.mark.parametrize("code", [None, "", "99999", "abcd"])
async def test_a_wrong_door_code_opens_nothing(story, code):
    _, job = await arranged(story)
    with pytest.raises(Invalid) as refused:
        await story.do(service.check_in, "Wu", job.id, code)
    assert "door_code" == refused.value.field
    assert JobState.CONFIRMED == (await story.get(Job, job.id)).state


@pytest.mark.parametrize("who", ["Officer Fang", SYSTEM])
async def test_staff_need_no_code(story, who):
    _, job = await arranged(story)
    assert JobState.CHECKED_IN == (await story.do(service.check_in, who, job.id)).state


async def test_others_may_not(story):
    _, job = await arranged(story)
    for who in ("Chen", "Ye", "Xu"):
        for step in (service.set_out, service.check_in, service.check_out):
            with pytest.raises(Forbidden):
                await story.do(step, who, job.id)
    with pytest.raises(NotFound):
        await story.do(service.set_out, "Wu", new_id())


async def test_nobody_leaves_before_coming(story):
    _, job = await arranged(story)
    with pytest.raises(IllegalTransition) as refused:
        await story.do(service.check_out, "Wu", job.id)
    assert "confirmed" == refused.value.state
    assert "checked_in" in refused.value.allowed


@pytest.mark.parametrize("who", ["Wu", "Chen", "Officer Fang"])
async def test_a_problem_reaches_the_officer_and_the_work_may_go_on(story, who):
    need, job = await arranged(story)
    await story.do(service.check_in, "Wu", job.id, job.door_code)
    await story.do(service.report_problem, who, job.id, "the water does not turn off")
    officer = "Officer Fang" if need.responsible_id == story.world.officer_id else "Officer Gu"
    assert "job.problem" == (await story.heard(officer, need.id))[-1]
    await story.do(service.check_out, "Wu", job.id)
    assert NeedState.TO_CONFIRM == (await story.get(Need, need.id)).state


async def test_a_problem_needs_words_and_a_right(story):
    _, job = await arranged(story)
    with pytest.raises(Invalid):
        await story.do(service.report_problem, "Wu", job.id, "")
    with pytest.raises(Forbidden):
        await story.do(service.report_problem, "Ye", job.id, "none of my business")


async def test_reminders_come_a_day_and_two_hours_before(story):
    need, job = await arranged(story)
    story.clock.move_to(job.start_at - timedelta(hours=24, minutes=1))
    await story.pass_time(minutes=1)
    await story.pass_time(hours=22)
    for who in ("Wu", "Chen"):
        assert 2 == (await story.heard(who, need.id)).count("job.reminder")


async def test_a_quarter_of_an_hour_late_is_an_alarm(story):
    need, job = await arranged(story)
    officer = "Officer Fang" if need.responsible_id == story.world.officer_id else "Officer Gu"
    story.clock.move_to(job.start_at)
    await story.pass_time(minutes=14)
    assert "job.not_arrived" not in await story.heard(officer, need.id)
    await story.pass_time(minutes=1)
    assert "job.not_arrived" == (await story.heard(officer, need.id))[-1]


async def test_no_alarm_when_somebody_is_there(story):
    need, job = await arranged(story)
    await story.do(service.check_in, "Wu", job.id, job.door_code)
    story.clock.move_to(job.start_at)
    await story.pass_time(minutes=15)
    for officer in ("Officer Fang", "Officer Gu"):
        assert "job.not_arrived" not in await story.heard(officer, need.id)
