"""No need closes without outcome and message: by the services, and by the database itself."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from catalog.kernel.ids import new_id
from market.actor import SYSTEM
from market.jobs.models import Job
from market.needs import service
from market.needs.commands import Consent
from market.needs.models import Need
from market.needs.times import windows_of
from market.notices.models import Message
from market.offers.models import Offer
from market.states import JobState, NeedState, OfferState, Outcome
from tests.support.world import OUTING, ask, window


@pytest.mark.parametrize(
    "change",
    ["outcome = 'served'", "closing_message_id = (SELECT id FROM message LIMIT 1)", "closed_at = created_at"],
)
async def test_the_database_refuses_to_close_without_outcome_and_message(everywhere, change):
    need = await everywhere.looking()
    statement = text(f"UPDATE need SET state = 'closed', {change} WHERE id = :id")  # noqa: S608 our own words
    with pytest.raises(IntegrityError, match="closed_needs_outcome_and_message"):
        await run(everywhere, statement, need.id)
    assert NeedState.LOOKING == (await everywhere.get(Need, need.id)).state


async def run(story, statement, need_id):
    async with story.database.write() as session:
        bound = need_id.hex if story.database.is_sqlite else need_id
        await session.execute(statement, {"id": bound})


async def test_the_database_refuses_a_closed_need_to_lose_its_message(everywhere):
    need = await everywhere.looking()
    await everywhere.do(service.withdraw_need, "Chen", need.id)
    with pytest.raises(IntegrityError):
        await run(everywhere, text("UPDATE need SET closing_message_id = NULL WHERE id = :id"), need.id)


async def test_the_database_refuses_a_proxy_without_consent(everywhere):
    need = await everywhere.looking()
    somebody = "(SELECT id FROM person WHERE name = 'Lin')"
    statement = text(f"UPDATE need SET beneficiary_id = {somebody} WHERE id = :id")  # noqa: S608 our own words
    with pytest.raises(IntegrityError, match="proxy_needs_consent"):
        await run(everywhere, statement, need.id)


async def test_withdrawing_closes_with_a_message(story):
    need = await story.looking()
    for _ in range(2):
        await story.do(service.withdraw_need, "Chen", need.id, "fixed it myself")
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, Outcome.WITHDRAWN, "fixed it myself") == (
        row.state,
        row.outcome,
        row.outcome_reason,
    )
    message = await story.get(Message, row.closing_message_id)
    assert ("need.closed.withdrawn", need.id) == (message.template, message.need_id)
    assert 1 == (await story.heard("Chen", need.id)).count("need.closed.withdrawn")


async def test_others_may_not_withdraw_or_close(story):
    need = await story.looking()
    with pytest.raises(Forbidden):
        await story.do(service.withdraw_need, "Luo", need.id)
    with pytest.raises(Forbidden):
        await story.do(service.close_need, "Chen", need.id, Outcome.SERVED)
    with pytest.raises(NotFound):
        await story.do(service.withdraw_need, "Chen", new_id())


async def test_withdrawing_an_arranged_need_ends_job_and_offer_and_tells_the_helper(story):
    need = await story.looking()
    job = await story.arranged(need, "Wu")
    await story.do(service.withdraw_need, "Chen", need.id)
    assert JobState.CANCELLED == (await story.get(Job, job.id)).state
    assert "job.cancelled" == (await story.heard("Wu", need.id))[-1]


async def test_withdrawing_an_offered_need_tells_who_was_asked(story):
    need = await story.looking()
    (offer,) = await story.offered(need, "Wu")
    await story.do(service.withdraw_need, "Chen", need.id)
    assert OfferState.WITHDRAWN == (await story.get(Offer, offer.id)).state
    assert ["offer.new", "offer.withdrawn"] == await story.heard("Wu", need.id)


async def test_nobody_withdraws_while_somebody_is_at_work(story):
    need = await story.looking()
    await story.finished(need, "Wu")
    with pytest.raises(IllegalTransition) as refused:
        await story.do(service.withdraw_need, "Chen", need.id)
    assert ("to_confirm", ("looking", "closed")) == (refused.value.state, refused.value.allowed)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome != Outcome.DUPLICATE])
async def test_staff_close_with_every_outcome_from_any_state(story, outcome):
    need = await story.looking()
    job = await story.arranged(need, "Wu")
    await story.do(service.close_need, "Officer Fang", need.id, outcome, "as agreed by telephone")
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, outcome) == (row.state, row.outcome)
    assert row.closing_message_id is not None
    expected = JobState.CLOSED if outcome == Outcome.SERVED else JobState.CANCELLED
    assert expected == (await story.get(Job, job.id)).state
    with pytest.raises(IllegalTransition):
        await story.do(service.close_need, "Officer Fang", need.id, Outcome.SERVED)


async def test_what_is_not_possible_says_why(story):
    need = await story.looking()
    with pytest.raises(Invalid) as refused:
        await story.do(service.close_need, "Officer Fang", need.id, Outcome.NOT_POSSIBLE)
    assert "reason" == refused.value.field


async def test_a_duplicate_names_the_other(story):
    need, other = await story.looking(), await story.looking(id=new_id())
    with pytest.raises(Invalid):
        await story.do(service.close_need, "Officer Fang", need.id, Outcome.DUPLICATE)
    await story.do(service.close_need, "Officer Fang", need.id, Outcome.DUPLICATE, duplicate_of_id=other.id)
    assert other.id == (await story.get(Need, need.id)).duplicate_of_id


@pytest.mark.parametrize("who", ["Chen", "Officer Fang", SYSTEM])
async def test_confirming_closes_job_and_need_as_served(story, who):
    need = await story.looking()
    job = await story.finished(need, "Wu")
    for _ in range(2):
        await story.do(service.confirm_done, who, need.id)
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, Outcome.SERVED) == (row.state, row.outcome)
    done = await story.get(Job, job.id)
    assert JobState.CLOSED == done.state
    assert done.confirmed_at is not None
    assert 1 == (await story.heard("Chen", need.id)).count("need.closed.served")


async def test_nothing_is_confirmed_before_it_is_done(story):
    need = await story.looking()
    with pytest.raises(IllegalTransition):
        await story.do(service.confirm_done, "Chen", need.id)


async def test_after_seven_silent_days_it_closes_and_the_message_says_so(story):
    need = await story.looking()
    await story.finished(need, "Wu")
    await story.pass_time(days=1)
    assert 2 == (await story.heard("Chen", need.id)).count("need.please_confirm")
    await story.pass_time(days=5)
    assert NeedState.TO_CONFIRM == (await story.get(Need, need.id)).state
    await story.pass_time(days=1)
    row = await story.get(Need, need.id)
    assert (NeedState.CLOSED, Outcome.SERVED) == (row.state, row.outcome)
    assert "need.closed.unconfirmed" == (await story.heard("Chen", need.id))[-1]


async def test_not_solved_reopens_within_seven_days_for_the_same_hours(story):
    need = await story.looking()
    await story.finished(need, "Wu")
    await story.do(service.confirm_done, "Chen", need.id)
    story.clock.advance(timedelta(days=6))
    await story.do(service.reopen_need, "Chen", need.id, "it drips again")
    row = await story.get(Need, need.id)
    assert (NeedState.LOOKING, None, None) == (row.state, row.outcome, row.closing_message_id)
    async with story.database.read() as session:
        (span,) = await windows_of(session, need.id)
    assert story.clock.now() < span.starts_at < story.clock.now() + timedelta(days=2)
    await story.arranged(row, "Wu")
    assert NeedState.ARRANGED == (await story.get(Need, need.id)).state


async def test_not_solved_before_confirming_looks_again(story):
    need = await story.looking()
    job = await story.finished(need, "Wu")
    tomorrow = window(story.clock.now() + timedelta(days=1))
    await story.do(service.reopen_need, "Chen", need.id, "not at all", (tomorrow,))
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state
    assert JobState.CLOSED == (await story.get(Job, job.id)).state


async def test_after_seven_days_one_asks_again(story):
    need = await story.looking()
    await story.do(service.withdraw_need, "Chen", need.id)
    story.clock.advance(timedelta(days=8))
    with pytest.raises(Conflict):
        await story.do(service.reopen_need, "Chen", need.id)


async def test_two_helpers_are_both_told_when_it_ends(story):
    later = (window(story.clock.now() + timedelta(hours=26), 6),)
    need = await story.looking(service=OUTING, windows=later)
    await story.arranged(need, "Ye", "Ma")
    await story.do(service.close_need, "Officer Fang", need.id, Outcome.SERVED_ELSEWHERE, "her son came")
    for helper in ("Ye", "Ma"):
        assert "job.cancelled" == (await story.heard(helper, need.id))[-1]


async def test_the_beneficiary_of_a_proxy_hears_the_end(story):
    consent = {"beneficiary_id": story.world.elder_id, "consent": Consent(how="spoken")}
    command = ask(story.clock, "Luo", **consent)
    need = await story.do(service.open_need, "Luo", command)
    await story.do(service.withdraw_need, "Luo", need.id)
    message = await story.get(Message, (await story.get(Need, need.id)).closing_message_id)
    assert (story.world.elder_id, "call") == (message.person_id, message.channel)
    assert "need.closed.withdrawn" == (await story.heard("Luo", need.id))[-1]
