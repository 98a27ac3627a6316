"""Offers go out: once, with a message and a deadline."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog.kernel.errors import Conflict, NotFound
from catalog.kernel.ids import new_id
from market.events import Event, Timer
from market.needs import service as needs
from market.offers import service
from market.states import OfferState
from tests.support.queries import counted


async def test_an_offer_is_sent_once_with_message_event_and_timer(everywhere):
    need = await everywhere.looking()
    new = everywhere.new_offer(need, "Wu")
    for _ in range(2):
        offer = await everywhere.run(service.send_offer, new)
        assert OfferState.SENT == offer.state
    assert ["offer.new"] == await everywhere.heard("Wu", need.id)
    assert ["offer.sent"] == await everywhere.topics(offer.id)
    async with everywhere.database.read() as session:
        event = await session.scalar(select(Event).where(Event.subject_id == offer.id))
        assert {"need_id": str(need.id), "seat": 0}.items() <= event.payload.items()
        timer = await session.scalar(select(Timer).where(Timer.subject_id == offer.id))
    assert ("offer.expires", offer.deadline_at) == (timer.topic, timer.due_at)


async def test_a_seat_is_offered_to_one_at_a_time(everywhere):
    need = await everywhere.looking()
    await everywhere.offered(need, "Wu")
    with pytest.raises(IntegrityError):
        await everywhere.run(service.send_offer, everywhere.new_offer(need, "Xu"))


async def test_nothing_is_offered_for_a_need_that_is_settled(story):
    need = await story.looking()
    await story.do(needs.withdraw_need, "Chen", need.id)
    with pytest.raises(Conflict):
        await story.run(service.send_offer, story.new_offer(need, "Wu"))


@pytest.mark.parametrize("field", ["need_id", "worker_id"])
async def test_unknown_needs_and_workers_are_refused(story, field):
    need = await story.looking()
    with pytest.raises(NotFound):
        await story.run(service.send_offer, story.new_offer(need, "Wu", **{field: new_id()}))


async def test_many_offers_take_few_statements(story):
    news = [story.new_offer(await story.looking(id=new_id()), ("Wu", "Xu", "Qian")[n % 3]) for n in range(9)]
    with counted(story.database) as seen:
        await story.run(service.send_offers, news)
    # The offers that are there, needs, people; then offers, messages, timers. Events go in one by one on SQLite.
    assert 6 == len([statement for statement in seen if not statement.startswith("INSERT INTO event")])
