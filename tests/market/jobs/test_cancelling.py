"""Jobs that do not take place, and what becomes of their needs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.kernel.errors import Forbidden, IllegalTransition
from market.jobs import service
from market.jobs.models import Job
from market.needs.models import Need
from market.offers.models import Offer
from market.rounds.problem.commitments import load_refusals
from market.states import JobState, NeedState, OfferState, Outcome
from tests.support.world import OUTING, id_of, window


async def arranged(story):
    need = await story.looking()
    return need, await story.arranged(need, "Wu")


async def test_who_gives_a_job_back_is_not_asked_again_for_it(everywhere):
    story = everywhere
    need = await story.looking()
    job = await story.arranged(need, "Wu")
    await story.do(service.cancel_job, "Wu", job.id, "ill")
    async with story.database.read() as session:
        assert [(need.id, id_of("worker Wu"))] == await load_refusals(session, [need.id], expired_too=False)


@pytest.mark.parametrize("who", ["Wu", "Officer Fang"])
async def test_a_helper_who_cannot_come_leaves_a_need_that_is_looked_for(story, who):
    need, job = await arranged(story)
    await story.do(service.cancel_job, who, job.id, "ill")
    assert JobState.CANCELLED == (await story.get(Job, job.id)).state
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state
    assert "need.looking_again" == (await story.heard("Chen", need.id))[-1]
    # The seat is free: somebody else may be asked at once.
    await story.arranged(need, "Xu")
    assert NeedState.ARRANGED == (await story.get(Need, need.id)).state


async def test_when_one_of_two_cannot_come_both_hear_it(story):
    later = (window(story.clock.now() + timedelta(hours=26), 6),)
    need = await story.looking(service=OUTING, windows=later)
    job = await story.arranged(need, "Ye", "Ma")
    await story.do(service.cancel_job, "Ye", job.id, "ill")
    assert "job.cancelled" == (await story.heard("Ma", need.id))[-1]


async def test_the_resident_who_cancels_withdraws(story):
    need, job = await arranged(story)
    await story.do(service.cancel_job, "Chen", job.id, "my son did it")
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, Outcome.WITHDRAWN) == (row.state, row.outcome)
    assert "job.cancelled" == (await story.heard("Wu", need.id))[-1]


async def test_others_may_not_cancel(story):
    _, job = await arranged(story)
    with pytest.raises(Forbidden):
        await story.do(service.cancel_job, "Ye", job.id, "for fun")


async def test_nobody_cancels_work_that_has_begun(story):
    need, job = await arranged(story)
    await story.do(service.check_in, "Wu", job.id, job.door_code)
    for who in ("Wu", "Chen"):
        with pytest.raises(IllegalTransition):
            await story.do(service.cancel_job, who, job.id, "no")
    assert NeedState.UNDER_WAY == (await story.get(Need, need.id)).state


async def test_a_helper_who_did_not_come_is_replaced(story):
    need, job = await arranged(story)
    story.clock.move_to(job.start_at + timedelta(minutes=30))
    await story.do(service.note_no_show, "Officer Fang", job.id, "helper")
    assert JobState.NO_SHOW == (await story.get(Job, job.id)).state
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_a_need_whose_times_are_over_asks_for_new_ones_at_once(story):
    need, job = await arranged(story)
    story.clock.move_to(job.start_at + timedelta(hours=9))
    await story.do(service.note_no_show, "Officer Fang", job.id, "helper")
    await story.pass_time(minutes=0)
    assert NeedState.WAITING_RESIDENT == (await story.get(Need, need.id)).state


async def test_a_resident_who_was_not_at_home_hears_so(story):
    need, job = await arranged(story)
    await story.do(service.note_no_show, "Officer Fang", job.id, "resident")
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, Outcome.PERSON_ABSENT) == (row.state, row.outcome)
    assert "need.closed.person_absent" == (await story.heard("Chen", need.id))[-1]


async def test_only_staff_note_who_did_not_come(story):
    _, job = await arranged(story)
    with pytest.raises(Forbidden):
        await story.do(service.note_no_show, "Wu", job.id, "resident")


async def test_offers_of_a_job_that_fell_through_do_not_block_their_helper(story):
    _, job = await arranged(story)
    await story.do(service.cancel_job, "Wu", job.id, "ill")
    async with story.database.read() as session:
        assert {OfferState.WITHDRAWN} == set(await session.scalars(select(Offer.state)))
