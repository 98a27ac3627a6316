"""Answers: one winner, clear refusals, nothing confirmed before all seats are taken."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from catalog.kernel.ids import new_id
from market.actor import Actor
from market.jobs.models import Job, JobWorker
from market.needs import service as needs
from market.needs.models import Need
from market.offers import service
from market.offers.models import Offer
from market.states import NeedState, OfferState
from tests.support.world import OUTING, actor_of, id_of, window


def tomorrow_for_two(story):
    return {"service": OUTING, "windows": (window(story.clock.now() + timedelta(hours=26), 6),)}


async def test_seen_is_noted_once_and_only_for_the_helper(story):
    (offer,) = await story.offered(await story.looking(), "Wu")
    await story.do(service.see_offer, "Officer Fang", offer.id)
    assert OfferState.SENT == (await story.get(Offer, offer.id)).state
    for _ in range(2):
        await story.do(service.see_offer, "Wu", offer.id)
    assert ["offer.sent", "offer.seen"] == await story.topics(offer.id)


async def test_accepting_makes_the_job_and_tells_both_sides(everywhere):
    need = await everywhere.looking()
    (offer,) = await everywhere.offered(need, "Wu")
    for _ in range(2):
        await everywhere.do(service.accept_offer, "Wu", offer.id)
    assert NeedState.ARRANGED == (await everywhere.get(Need, need.id)).state
    job = await everywhere.job_of(need.id)
    assert (offer.start_at, offer.end_at) == (job.start_at, job.end_at)
    assert "need.arranged" == (await everywhere.heard("Chen", need.id))[-1]
    assert "job.confirmed" == (await everywhere.heard("Wu", need.id))[-1]
    assert 1 == (await everywhere.topics(offer.id)).count("offer.accepted")


async def test_twenty_colleagues_at_once_one_wins(everywhere):
    need = await everywhere.looking()
    (offer,) = await everywhere.offered(need, "Wu")
    people = ["Chen", "Luo", "Lin", "He", "Officer Gu", "Leader Deng", "Wu", "Xu", "Ye", "Zhou"] * 2
    crowd = [
        Actor(person_id=id_of(name), name=name, provider_ids=(everywhere.world.partner_id,))
        for name in people
    ]
    answers = await asyncio.gather(
        *(everywhere.do(service.accept_offer, who, offer.id) for who in crowd), return_exceptions=True
    )
    won = [who.name for who, answer in zip(crowd, answers, strict=True) if isinstance(answer, Offer)]
    lost = [str(answer) for answer in answers if isinstance(answer, Conflict)]
    # Each of the ten asks twice: the winner gets the same answer twice, the others are told who it was.
    assert 2 == len(won)
    assert 18 == len(lost)
    assert all(text.startswith(f"{won[0]} took this at ") for text in lost)
    async with everywhere.database.read() as session:
        assert 1 == await session.scalar(select(func.count(Job.id)))


async def test_the_last_two_seats_at_once_make_one_job(everywhere):
    need = await everywhere.looking(**tomorrow_for_two(everywhere))
    one, other = await everywhere.offered(need, "Ye", "Zhou")
    await asyncio.gather(
        everywhere.do(service.accept_offer, "Ye", one.id),
        everywhere.do(service.accept_offer, "Zhou", other.id),
    )
    job = await everywhere.job_of(need.id)
    async with everywhere.database.read() as session:
        assert 2 == await session.scalar(
            select(func.count()).select_from(JobWorker).where(JobWorker.job_id == job.id)
        )
    assert 1 == (await everywhere.heard("Chen", need.id)).count("need.arranged")


async def test_two_overlapping_offers_at_once_one_is_refused(everywhere):
    one, other = await everywhere.looking(), await everywhere.looking(id=new_id())
    (first,), (second,) = await everywhere.offered(one, "Wu"), await everywhere.offered(other, "Wu")
    answers = await asyncio.gather(
        *(everywhere.do(service.accept_offer, "Wu", offer.id) for offer in (first, second)),
        return_exceptions=True,
    )
    assert [Conflict, Offer] == sorted((type(answer) for answer in answers), key=str)


async def test_opposite_answers_at_once_one_counts(everywhere):
    (offer,) = await everywhere.offered(await everywhere.looking(), "Wu")
    await asyncio.gather(
        everywhere.do(service.accept_offer, "Wu", offer.id),
        everywhere.do(service.decline_offer, "Wu", offer.id, "busy"),
        return_exceptions=True,
    )
    topics = await everywhere.topics(offer.id)
    assert 1 == len({"offer.accepted", "offer.declined"} & set(topics))


async def test_nothing_is_confirmed_until_all_have_accepted(story):
    need = await story.looking(**tomorrow_for_two(story))
    one, _ = await story.offered(need, "Ye", "Zhou")
    await story.do(service.accept_offer, "Ye", one.id)
    assert NeedState.OFFERED == (await story.get(Need, need.id)).state
    assert "need.arranged" not in await story.heard("Chen", need.id)


async def test_one_decline_replans_only_the_missing_person(story):
    need = await story.looking(**tomorrow_for_two(story))
    one, other = await story.offered(need, "Ye", "Zhou")
    await story.do(service.accept_offer, "Ye", one.id)
    await story.do(service.decline_offer, "Zhou", other.id, "at the doctor's")
    assert NeedState.OFFERED == (await story.get(Need, need.id)).state
    third = msgspec.structs.replace(
        story.new_offer(need, "Ma"), seat=1, start_at=one.start_at, end_at=one.end_at
    )
    await story.run(service.send_offer, third)
    await story.do(service.accept_offer, "Ma", third.id)
    assert NeedState.ARRANGED == (await story.get(Need, need.id)).state


async def test_when_everybody_has_declined_it_is_looked_for_again(everywhere):
    need = await everywhere.looking(**tomorrow_for_two(everywhere))
    one, other = await everywhere.offered(need, "Ye", "Zhou")
    await asyncio.gather(
        everywhere.do(service.decline_offer, "Ye", one.id, "busy"),
        everywhere.do(service.decline_offer, "Zhou", other.id, "busy"),
    )
    row = await everywhere.get(Need, need.id)
    assert (NeedState.LOOKING, []) == (row.state, row.refused_workers)
    # Nothing had been promised, so nothing is taken back.
    assert "need.looking_again" not in await everywhere.heard("Chen", need.id)


async def test_declining_twice_is_once_and_needs_a_reason(story):
    (offer,) = await story.offered(await story.looking(), "Wu")
    with pytest.raises(Invalid):
        await story.do(service.decline_offer, "Wu", offer.id, " ")
    for _ in range(2):
        assert "busy" == (await story.do(service.decline_offer, "Wu", offer.id, "busy")).decline_reason
    assert 1 == (await story.topics(offer.id)).count("offer.declined")
    with pytest.raises(IllegalTransition):
        await story.do(service.accept_offer, "Wu", offer.id)


async def test_after_the_deadline_it_is_too_late(story):
    (offer,) = await story.offered(await story.looking(), "Wu")
    story.clock.move_to(offer.deadline_at + timedelta(seconds=1))
    with pytest.raises(Conflict, match="expired"):
        await story.do(service.accept_offer, "Wu", offer.id)


async def test_expiry_looks_again_and_an_answered_offer_never_expires(story):
    need, other = await story.looking(), await story.looking(id=new_id())
    (lapsing,) = await story.offered(need, "Wu")
    (taken,) = await story.offered(other, "Xu")
    await story.do(service.accept_offer, "Xu", taken.id)
    await story.pass_time(hours=4)
    assert OfferState.EXPIRED == (await story.get(Offer, lapsing.id)).state
    assert OfferState.ACCEPTED == (await story.get(Offer, taken.id)).state
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state
    with pytest.raises(Conflict, match="expired"):
        await story.do(service.accept_offer, "Wu", lapsing.id)


async def test_an_offer_does_not_expire_early(story):
    (offer,) = await story.offered(await story.looking(), "Wu")
    async with story.database.write() as session:
        await service.expire_offer(session, offer.id, story.clock)
    assert OfferState.SENT == (await story.get(Offer, offer.id)).state


async def test_a_time_clash_names_what_it_clashes_with(story):
    need, other = await story.looking(), await story.looking(id=new_id())
    await story.arranged(need, "Wu")
    (offer,) = await story.offered(other, "Wu")
    with pytest.raises(Conflict, match=need.code):
        await story.do(service.accept_offer, "Wu", offer.id)


@pytest.mark.parametrize("who", ["Chen", "Ye", "Leader Deng"])
async def test_others_may_not_answer(story, who):
    (offer,) = await story.offered(await story.looking(), "Wu")
    with pytest.raises(Forbidden):
        await story.do(service.accept_offer, who, offer.id)
    with pytest.raises(Forbidden):
        await story.do(service.decline_offer, who, offer.id, "no")


async def test_staff_answer_for_a_helper_on_the_telephone(story):
    need = await story.looking()
    (offer,) = await story.offered(need, "Wu")
    await story.do(service.accept_offer, "Officer Song", offer.id)
    assert NeedState.ARRANGED == (await story.get(Need, need.id)).state


async def test_a_withdrawn_need_leaves_nothing_to_accept(story):
    need = await story.looking()
    (offer,) = await story.offered(need, "Wu")
    await story.do(needs.withdraw_need, "Chen", need.id)
    with pytest.raises(IllegalTransition):
        await story.do(service.accept_offer, "Wu", offer.id)
    with pytest.raises(NotFound):
        await story.do(service.accept_offer, "Wu", new_id())


async def test_superseded_offers_are_told(story):
    need = await story.looking()
    await story.offered(need, "Wu")
    (ended,) = await story.run(service.withdraw_offers, need.id, OfferState.SUPERSEDED)
    assert OfferState.SUPERSEDED == ended.state
    assert "offer.withdrawn" == (await story.heard("Wu", need.id))[-1]
    assert [] == await story.run(service.withdraw_offers, need.id)


def test_a_contact_acts_for_the_whole_provider():
    assert (id_of("Fixit"),) == actor_of("Wu").provider_ids
    assert () == actor_of("Xu").provider_ids
