"""A round keeps wishes where that costs little, never at somebody's expense, and tells nobody too much."""

from datetime import timedelta

import msgspec
import pytest

from catalog.kernel.ids import new_id
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.needs.commands import Wishes
from market.needs.models import Need
from market.needs.queries import status_of
from market.offers.models import Offer
from market.offers.queries import offer_view, offers_for
from market.offers.service import accept_offer
from market.rounds.models import Round
from market.rounds.queries import plan_rows
from matching.policy import decode_policy
from tests.support.rounds_world import offers_of, round_row, run, start
from tests.support.story import Story
from tests.support.world import actor_of, id_of, window


async def ask(story: Story, who: str = "Chen", hours: float = 4, **changes: object) -> Need:
    """Somebody asks for a plumber on the day after tomorrow from noon."""
    when = window(story.clock.now() + timedelta(days=2, hours=2), hours=hours)
    return await story.looking(who, **({"id": new_id(), "windows": (when,)} | changes))


async def matched(story: Story, **changes: object) -> Round:
    """One round over the day on which they asked for it."""
    day = (story.clock.now() + timedelta(days=2)).date()
    round_id = await start(story.database, story.clock, story.world.street_id, first_day=day, **changes)
    await run(story.database, story.clock, round_id)
    return await round_row(story.database, round_id)


async def who_comes(story: Story, *needs: Need) -> list[str]:
    names = {worker_id: name for name, worker_id in story.world.workers.items()}
    return [names[offer.worker_id] for need in needs for offer in await offers_of(story.database, need.id)]


def wish(story: Story, name: str) -> Wishes:
    return Wishes(same_helper=story.world.workers[name])


async def test_the_nearest_comes_where_nothing_is_wished(story: Story):
    need = await ask(story)
    held = await matched(story)
    assert ["Wu"] == await who_comes(story, need)
    assert ("service", "experience") == decode_policy(held.policy or b"").levels
    assert all(count["asked"] == 0 for count in held.summary["kept"].values())


async def test_who_is_asked_for_again_comes_though_another_is_nearer(everywhere: Story):
    need = await ask(everywhere, wishes=wish(everywhere, "Xu"))
    held = await matched(everywhere)
    assert ["Xu"] == await who_comes(everywhere, need)
    assert {"asked": 1, "met": 1} == held.summary["kept"]["same_helper"]


async def test_who_has_been_there_comes_again_unasked(story: Story):
    await story.finished(await story.looking(), "Xu")
    need = await ask(story)
    held = await matched(story)
    assert ["Xu"] == await who_comes(story, need)
    assert {"asked": 1, "met": 1} == held.summary["kept"]["known"]


async def test_a_wish_never_costs_somebody_else_the_visit(story: Story):
    """Both want Xu in the same hour; one of them would rather have nobody than Wu, if wishes went first."""
    same = {"hours": 0.8, "wishes": wish(story, "Xu")}
    needs = [await ask(story, who, **same) for who in ("Chen", "Luo")]
    held = await matched(story)
    assert ["Wu", "Xu"] == sorted(await who_comes(story, *needs))
    assert (held.summary["served"], held.summary["kept"]["same_helper"]) == (2, {"asked": 2, "met": 1})


async def test_a_wish_is_not_worth_any_way(story: Story):
    """An hour's walk there and back is more than a wish weighs: whoever lives next door comes."""
    async with story.database.write() as session:
        xu = await session.get_one(Worker, story.world.workers["Xu"])
        xu.lon += 0.02
    need = await ask(story, wishes=wish(story, "Xu"))
    held = await matched(story)
    assert ["Wu"] == await who_comes(story, need)
    assert {"asked": 1, "met": 0} == held.summary["kept"]["same_helper"]


async def test_who_is_no_longer_there_leaves_a_wish_that_is_not_met(story: Story):
    need = await ask(story, wishes=wish(story, "Xu"))
    async with story.database.write() as session:
        (await session.get_one(Worker, story.world.workers["Xu"])).active = False
    held = await matched(story)
    assert ["Wu"] == await who_comes(story, need)
    assert {"asked": 1, "met": 0} == held.summary["kept"]["same_helper"]


async def test_a_newcomer_does_not_go_alone_to_a_child(story: Story):
    async with story.database.write() as session:
        (await session.get_one(Worker, story.world.workers["Wu"])).newcomer = True
        (await session.get_one(Person, id_of("Chen"))).birth_year = story.clock.now().year - 9
    child, neighbour = await ask(story, hours=0.8), await ask(story, "Luo", hours=0.8)
    await matched(story)
    assert ["Xu", "Wu"] == await who_comes(story, child, neighbour)


async def test_an_officer_sees_wishes_met_before_publishing(story: Story):
    await ask(story, wishes=wish(story, "Xu"))
    held = await matched(story, auto_publish=False)
    assert {"asked": 1, "met": 1} == held.summary["kept"]["same_helper"]
    assert held.summary["terms"]["travel_ticks"] > 0
    async with story.database.read() as session:
        [row] = await plan_rows(session, held.id)
    assert ("same_helper",) == row.ties


@pytest.mark.parametrize("private", [False, True])
async def test_before_accepting_nobody_reads_whose_door_it_is_or_how_somebody_lives(
    story: Story, private: bool
):
    await story.finished(await story.looking(), "Xu")
    async with story.database.write() as session:
        (await session.get_one(Person, id_of("Chen"))).tags = ["older", "lives_alone"]
        (await session.get_one(Worker, story.world.workers["Xu"])).anchors = [str(id_of("stairs"))]
    need = await ask(story, wishes=wish(story, "Xu"), private=private)
    await matched(story)
    [offer] = await offers_of(story.database, need.id)
    before = await seen(story, offer)
    assert {"known", "neighbour"}.isdisjoint(before["reasons"])
    assert ("same_helper" in before["reasons"]) is not private
    for word in ("lives_alone", "experienced", "anchors", str(id_of("stairs")), "Chen"):
        assert word not in str(before)
    await story.do(accept_offer, "Xu", offer.id)
    after = await seen(story, offer)
    assert all(after["reasons"][tie] for tie in ("known", "neighbour", "same_helper"))


async def seen(story: Story, offer: Offer) -> dict:
    """What the helper can read of an offer; the list says no more than the page."""
    async with story.database.read() as session:
        view = await offer_view(session, offer.id, actor_of("Xu"))
        for row in await offers_for(session, [offer.worker_id]):
            assert row == view
    return msgspec.to_builtins(view)


async def test_who_is_not_asked_for_does_not_learn_of_the_wish(story: Story):
    async with story.database.write() as session:
        xu = await session.get_one(Worker, story.world.workers["Xu"])
        xu.lon += 0.02
    need = await ask(story, wishes=wish(story, "Xu"))
    await matched(story)
    [offer] = await offers_of(story.database, need.id)
    async with story.database.read() as session:
        view = await offer_view(session, offer.id, actor_of("Wu"))
    assert view.reasons["same_helper"] is False
    assert str(story.world.workers["Xu"]) not in str(msgspec.to_builtins(view))


async def test_the_resident_reads_why_this_person_comes(story: Story):
    need = await ask(story, wishes=wish(story, "Xu"))
    await matched(story)
    [offer] = await offers_of(story.database, need.id)
    await story.do(accept_offer, "Xu", offer.id)
    async with story.database.read() as session:
        status = await status_of(session, need.id, actor_of("Chen"))
    [helper] = status.helpers
    assert (helper.name, helper.ties) == ("Xu", ("same_helper",))
