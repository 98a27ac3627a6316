"""Between received and arranged: officers, rounds that find nobody, questions, other lanes."""

from datetime import timedelta

import pytest

from catalog.kernel.errors import Forbidden, IllegalTransition, Invalid
from catalog.services.models import Lane
from market.needs import service
from market.needs.models import Need
from market.needs.times import windows_of
from market.states import NeedState
from tests.support.world import ISSUE, window

MISSING = [{"cause": "skill_level", "count": 3}]
FAR = [{"cause": "skill_level", "count": 3}, {"cause": "within_reach", "count": 1}]


async def test_looking_starts_once(story):
    need = await story.looking()
    await story.run(service.start_looking, need.id)
    assert ["need.opened", "need.looking"] == await story.topics(need.id)


async def test_a_need_withdrawn_before_the_reaction_stays_so(story):
    need = await story.looking()
    await story.do(service.withdraw_need, "Chen", need.id)
    await story.run(service.start_looking, need.id)
    assert NeedState.CLOSED == (await story.get(Need, need.id)).state


async def test_offered_is_said_once(story):
    need = await story.looking()
    for _ in range(2):
        await story.run(service.mark_offered, need.id, None)
    assert 1 == (await story.topics(need.id)).count("need.offered")


async def test_the_same_round_twice_is_once(story):
    need = await story.looking()
    for _ in range(2):
        await story.run(service.note_unserved, need.id, story.world.round_id, MISSING)
    assert 1 == (await story.get(Need, need.id)).rounds_missed
    assert 1 == (await story.heard("Chen", need.id)).count("need.unserved")


async def test_a_new_cause_is_said(story):
    need = await story.looking()
    await story.run(service.note_unserved, need.id, story.world.round_id, MISSING)
    await story.run(service.note_unserved, need.id, await story.another_round(), MISSING)
    assert 1 == (await story.heard("Chen", need.id)).count("need.unserved")
    await story.run(service.note_unserved, need.id, await story.another_round(), FAR)
    assert 2 == (await story.heard("Chen", need.id)).count("need.unserved")
    row = await story.get(Need, need.id)
    assert (3, FAR) == (row.rounds_missed, row.last_causes)


async def test_a_question_waits_and_its_answer_goes_on(story):
    need = await story.looking()
    await story.do(service.ask_resident, "Officer Fang", need.id, "Which tap?")
    assert NeedState.WAITING_RESIDENT == (await story.get(Need, need.id)).state
    assert "need.question" == (await story.heard("Chen", need.id))[-1]
    await story.do(service.answer_question, "Chen", need.id, "The kitchen's")
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_only_staff_ask_and_only_the_person_or_staff_answer(story):
    need = await story.looking()
    with pytest.raises(Forbidden):
        await story.do(service.ask_resident, "Chen", need.id, "?")
    await story.do(service.ask_resident, "Officer Song", need.id, "Which tap?")
    with pytest.raises(Forbidden):
        await story.do(service.answer_question, "Luo", need.id, "mine")
    with pytest.raises(Invalid):
        await story.do(service.answer_question, "Chen", need.id, "  ")
    with pytest.raises(IllegalTransition) as refused:
        await story.do(service.ask_resident, "Officer Song", need.id, "Again?")
    assert "waiting_resident" == refused.value.state


async def test_when_all_times_are_over_the_person_is_asked_for_new_ones(story):
    need = await story.looking()
    await story.pass_time(days=3)
    assert NeedState.WAITING_RESIDENT == (await story.get(Need, need.id)).state
    assert "need.new_times" in await story.heard("Chen", need.id)
    with pytest.raises(Invalid):
        await story.do(service.answer_question, "Chen", need.id, "soon, please")
    tomorrow = window(story.clock.now() + timedelta(days=1))
    await story.do(service.answer_question, "Chen", need.id, "", (tomorrow,))
    async with story.database.read() as session:
        assert [tomorrow] == await windows_of(session, need.id)
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_handing_over_says_why(story):
    need = await story.looking()
    await story.do(service.hand_over, "Officer Fang", need.id, Lane.ISSUE, "the pipe belongs to the house")
    row = await story.get(Need, need.id)
    assert (NeedState.HANDED_OVER, Lane.ISSUE) == (row.state, row.lane)
    assert "need.handed_over" == (await story.heard("Chen", need.id))[-1]
    await story.do(service.hand_over, "Officer Fang", need.id, Lane.DELIBERATION, "it concerns everybody")
    await story.do(service.hand_over, "Officer Fang", need.id, Lane.SERVICE, "it is her own pipe after all")
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_an_issue_never_becomes_a_service(story):
    need = await story.looking(service=ISSUE, lane=Lane.ISSUE)
    with pytest.raises(Invalid):
        await story.do(service.hand_over, "Officer Fang", need.id, Lane.SERVICE, "why not")


async def test_the_promised_times_reach_the_officer(story):
    later = (window(story.clock.now() + timedelta(days=20)),)
    need = await story.looking(windows=later)
    officer = "Officer Fang" if need.responsible_id == story.world.officer_id else "Officer Gu"
    await story.pass_time(days=1)
    assert ["need.contact_due"] == await story.heard(officer, need.id)
    await story.pass_time(days=6)
    assert ["need.contact_due", "need.result_due"] == await story.heard(officer, need.id)


async def test_nobody_at_all_is_said_too(story):
    need = await story.looking()
    await story.run(service.note_unserved, need.id, story.world.round_id, [])
    assert 1 == (await story.heard("Chen", need.id)).count("need.unserved")
