"""What helpers see of offers and jobs: near enough to decide before accepting, exact after."""

from datetime import timedelta
from typing import Any

import pytest

from catalog.kernel.errors import NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import local_day
from market.jobs import queries as jobs
from market.needs import service as needs
from market.offers import queries, service
from market.states import OfferState
from tests.support.queries import counted
from tests.support.world import OUTING, actor_of, window

METRES = 111_195


async def read(story, query, *given: Any):
    async with story.database.read() as session:
        return await query(session, *given)


async def mine(story, *workers: str):
    return await read(story, queries.offers_for, [story.world.workers[worker] for worker in workers])


async def test_before_accepting_the_place_is_blurred_and_the_person_unnamed(everywhere):
    need = await everywhere.looking(description="kitchen tap", access_notes="the bell is broken")
    await everywhere.offered(need, "Wu")
    (offer,) = await mine(everywhere, "Wu")
    place = offer.place
    assert (False, "Lakeside Garden", None, None) == (
        place.exact,
        place.compound_en,
        place.door,
        place.building_en,
    )
    assert place.access_notes is None
    assert (None, None) == (offer.resident_name, offer.resident_phone)
    assert (4, None) == (offer.travel_minutes, offer.travel_metres)  # metres would narrow the circle down
    assert (need.lat, need.lon) != (place.lat, place.lon)
    assert abs(need.lat - place.lat) * METRES < 150
    assert abs(need.lon - place.lon) * METRES < 150
    assert ("kitchen tap", "guided", None) == (offer.description, offer.price_kind, offer.job_id)


async def test_neighbours_look_alike_before_accepting(story):
    await story.offered(await story.looking("Chen"), "Wu")
    await story.offered(await story.looking("Luo"), "Xu")
    one, other = await mine(story, "Wu", "Xu")
    assert (one.place.lat, one.place.lon) == (other.place.lat, other.place.lon)


async def test_after_accepting_it_is_exact(story):
    need = await story.looking(access_notes="the bell is broken")
    (offer,) = await story.offered(need, "Wu")
    await story.do(service.accept_offer, "Wu", offer.id)
    view = await read(story, queries.offer_view, offer.id, actor_of("Wu"))
    place = view.place
    assert (True, need.lat, need.lon) == (place.exact, place.lat, place.lon)
    assert 230 == view.travel_metres
    assert ("301", 3, False, "Ring twice", "the bell is broken") == (
        place.door,
        place.floor,
        place.has_lift,
        place.entry_notes,
        place.access_notes,
    )
    assert ("Chen", "13800000001") == (view.resident_name, view.resident_phone)
    assert (await story.job_of(need.id)).id == view.job_id


async def test_a_private_need_tells_nothing_before(story):
    await story.offered(await story.looking(description="something delicate", private=True), "Wu")
    assert "" == (await mine(story, "Wu"))[0].description


async def test_answered_offers_leave_the_list_unless_colleagues_are_awaited(story):
    later = (window(story.clock.now() + timedelta(hours=26), 6),)
    need = await story.looking(service=OUTING, windows=later)
    one, other = await story.offered(need, "Ye", "Ma")
    await story.do(service.accept_offer, "Ye", one.id)
    assert [OfferState.ACCEPTED] == [offer.state for offer in await mine(story, "Ye")]
    await story.do(service.accept_offer, "Ma", other.id)
    assert [] == await mine(story, "Ye", "Ma")


async def test_offers_are_for_their_helper_colleagues_and_staff(story):
    (offer,) = await story.offered(await story.looking(), "Xu")
    for who in ("Xu", "Wu", "Officer Song"):
        assert offer.id == (await read(story, queries.offer_view, offer.id, actor_of(who))).id
    for who in ("Chen", "Ye", "Leader Deng"):
        with pytest.raises(NotFound):
            await read(story, queries.offer_view, offer.id, actor_of(who))
    with pytest.raises(NotFound):
        await read(story, queries.offer_view, new_id(), actor_of("Xu"))


async def test_the_day_in_order_with_colleagues(everywhere):
    later = (window(everywhere.clock.now() + timedelta(hours=26), 6),)
    pair = await everywhere.looking(service=OUTING, windows=later)
    await everywhere.arranged(pair, "Ye", "Ma")
    single = await everywhere.looking(id=new_id())
    early = everywhere.clock.now() + timedelta(hours=26)
    await everywhere.arranged(single, "Ye", start_at=early, end_at=early + timedelta(minutes=45))
    tomorrow = local_day(everywhere.clock.now() + timedelta(days=1))
    first, second = await read(everywhere, jobs.today, [everywhere.world.workers["Ye"]], tomorrow)
    assert (single.code, pair.code) == (first.need_code, second.need_code)
    assert ("Ye", "Ma") == second.worker_names
    assert ("301", "13800000001") == (second.place.door, second.resident_phone)
    assert [] == await read(
        everywhere, jobs.today, [everywhere.world.workers["Ye"]], tomorrow + timedelta(days=1)
    )


async def test_called_off_work_is_not_of_the_day(story):
    need = await story.looking()
    job = await story.arranged(need, "Wu")
    await story.do(needs.withdraw_need, "Chen", need.id)
    assert [] == await read(story, jobs.today, [story.world.workers["Wu"]], local_day(job.start_at))
    view = await read(story, jobs.job_view, job.id, actor_of("Wu"))
    assert (False, None) == (view.place.exact, view.resident_phone)


async def test_jobs_are_for_both_sides_and_staff(story):
    job = await story.arranged(await story.looking(), "Xu")
    for who in ("Xu", "Wu", "Chen", "Officer Fang"):
        assert job.id == (await read(story, jobs.job_view, job.id, actor_of(who))).id
    for who in ("Luo", "Ye"):
        with pytest.raises(NotFound):
            await read(story, jobs.job_view, job.id, actor_of(who))


async def test_lists_take_the_same_statements_however_long(story):
    start = story.clock.now() + timedelta(days=1)
    for number in range(4):
        need = await story.looking(id=new_id())
        at = start + timedelta(hours=number)
        await story.arranged(need, "Wu", start_at=at, end_at=at + timedelta(minutes=45))
        await story.offered(await story.looking(id=new_id()), "Wu")
    with counted(story.database) as seen:
        assert 4 == len(await mine(story, "Wu"))
    assert 1 == len(seen)
    with counted(story.database) as seen:
        assert 4 == len(await read(story, jobs.today, [story.world.workers["Wu"]], local_day(start)))
    assert 2 == len(seen)
