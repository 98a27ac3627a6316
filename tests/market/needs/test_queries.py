"""What readers get: the right things for the right people, in a bounded number of statements."""

from datetime import date, timedelta
from typing import Any

import pytest

from catalog.kernel.errors import NotFound
from catalog.kernel.ids import derived_id, new_id
from market.jobs.service import check_in, check_out
from market.needs import queries, service
from market.needs.board import suppressed
from market.needs.models import Urgency
from market.needs.views import BoardRow, Page, QueueFilter
from market.offers.service import accept_offer
from market.states import NeedState, Outcome
from tests.support.queries import counted
from tests.support.world import OUTING, URGENT, actor_of, ask, id_of, window


async def read(story, query, *given: Any):
    async with story.database.read() as session:
        return await query(session, *given)


async def status(story, need, who):
    return await read(story, queries.status_of, need.id, actor_of(who))


async def test_five_steps(everywhere):
    need = await everywhere.do(service.open_need, "Chen", ask(everywhere.clock))
    seen = [(await status(everywhere, need, "Chen")).step]
    await everywhere.settle()
    seen.append((await status(everywhere, need, "Chen")).step)
    job = await everywhere.arranged(need, "Wu")
    seen.append((await status(everywhere, need, "Chen")).step)
    await everywhere.do(check_in, "Wu", job.id, job.door_code)
    seen.append((await status(everywhere, need, "Chen")).step)
    await everywhere.do(check_out, "Wu", job.id)
    seen.append((await status(everywhere, need, "Chen")).step)
    assert ["received", "looking", "arranged", "under_way", "done"] == seen


async def test_the_resident_sees_who_is_responsible_who_comes_and_the_door_code(everywhere):
    need = await everywhere.looking()
    job = await everywhere.arranged(need, "Wu")
    view = await status(everywhere, need, "Chen")
    assert view.responsible.name in {"Officer Fang", "Officer Gu"}
    assert view.responsible.phone.startswith("1380000001")
    assert (("Wu",), job.door_code, job.start_at) == (
        tuple(helper.name for helper in view.helpers),
        view.door_code,
        view.start_at,
    )
    assert ["need.arranged", "need.received"] == [message.template for message in view.messages]
    assert need.service_code == view.service.code
    assert 1 == len(view.windows)


async def test_a_helper_sees_the_need_without_door_code_and_messages(story):
    need = await story.looking()
    await story.arranged(need, "Wu")
    view = await status(story, need, "Wu")
    assert (None, ()) == (view.door_code, view.messages)


@pytest.mark.parametrize("who", ["Luo", "Ye", "Leader Deng"])
async def test_for_others_it_does_not_exist(story, who):
    need = await story.looking()
    await story.arranged(need, "Wu")
    with pytest.raises(NotFound):
        await status(story, need, who)


async def test_it_is_found_by_its_code_however_written(story):
    need = await story.looking()
    for name in (need.code, need.code.lower(), f"{need.code[:4]} {need.code[4:]}", str(need.id)):
        assert need.id == (await read(story, queries.status_of, name, actor_of("Chen"))).id
    with pytest.raises(NotFound):
        await read(story, queries.status_of, "ZZZZZZZZ", actor_of("Chen"))


async def test_a_closed_need_says_how_and_until_when_it_may_be_reopened(story):
    need = await story.looking()
    await story.do(service.withdraw_need, "Chen", need.id, "no more drips")
    view = await status(story, need, "Officer Song")
    assert (Outcome.WITHDRAWN, "no more drips") == (view.outcome, view.outcome_reason)
    assert story.clock.now() + timedelta(days=7) == view.may_reopen_until


async def test_a_status_takes_four_statements(story):
    need = await story.looking()
    await story.arranged(need, "Wu")
    with counted(story.database) as seen:
        await status(story, need, "Chen")
    assert 4 == len(seen)


async def test_ones_own_needs_newest_first(everywhere):
    first = await everywhere.looking()
    everywhere.clock.advance(timedelta(hours=1))
    second = await everywhere.looking()
    job = await everywhere.arranged(second, "Wu")
    cards = await read(everywhere, queries.needs_of, id_of("Chen"))
    assert [(second.id, job.start_at), (first.id, None)] == [(card.id, card.start_at) for card in cards]
    assert [] == await read(everywhere, queries.needs_of, id_of("Luo"))


async def many(story, count, who="Chen", **changes: Any):
    commands = [
        ask(story.clock, who, id=derived_id(who, number, changes), **changes) for number in range(count)
    ]
    for command in commands:
        await story.do(service.open_need, who, command)
    await story.settle()
    return commands


async def test_the_queue_is_urgent_first_then_oldest_and_knows_its_place(everywhere):
    await many(everywhere, 2)
    await many(everywhere, 1, service=URGENT)
    await many(everywhere, 1, who="He")
    queue = await read(everywhere, queries.queue, everywhere.world.path)
    assert (3, 3) == (queue.total, len(queue.rows))
    assert Urgency.URGENT == queue.rows[0].urgency
    assert {"lakeside"} == {row.community_en.lower() for row in queue.rows}
    assert 3 == queue.counts["looking"]
    assert 4 == (await read(everywhere, queries.queue, everywhere.world.street_path)).total


async def test_filters_and_pages(story):
    await many(story, 3)
    await many(story, 2, who="Luo")
    later = (window(story.clock.now() + timedelta(hours=26), 6),)
    pair = await story.looking(service=OUTING, windows=later)
    one, _ = await story.offered(pair, "Ye", "Ma")
    await story.do(accept_offer, "Ye", one.id)

    async def total(**filters: Any):
        return (await read(story, queries.queue, story.world.path, QueueFilter(**filters))).total

    assert 6 == await total()
    assert 1 == await total(states=(NeedState.OFFERED,))
    assert 1 == await total(service_code=OUTING)
    assert 0 == await total(missed=True)
    assert 1 == await total(code=pair.code.lower())
    assert 0 == await total(urgency=Urgency.URGENT)
    assert 6 == await total(community_id=story.world.community_id)
    assert 6 == await total(responsible_id=story.world.officer_id) + await total(
        responsible_id=story.world.second_officer_id
    )
    pages = [
        await read(story, queries.queue, story.world.path, QueueFilter(), Page(number=number, size=4))
        for number in (1, 2, 3)
    ]
    assert [4, 2, 0] == [len(page.rows) for page in pages]
    assert 6 == len({row.id for page in pages for row in page.rows})
    (row,) = (await read(story, queries.queue, story.world.path, QueueFilter(code=pair.code))).rows
    assert (2, 1) == (row.headcount, row.seats_accepted)


async def test_a_long_queue_takes_no_more_statements_than_a_short_one(story):
    counts = []
    for size in (1, 12):
        await many(story, size, private=size == 1)
        with counted(story.database) as seen:
            await read(story, queries.queue, story.world.path)
        counts.append(len(seen))
    assert [5, 5] == counts


def row(code, asked, served, waiting):
    return BoardRow(code=code, name_zh=code, name_en=code, asked=asked, served=served, waiting=waiting)


def figures(rows):
    return [(r.asked, r.served, r.waiting) for r in rows]


def test_small_numbers_are_hidden_and_zero_is_not():
    assert [(None, None, None)] == figures(suppressed([row("a", 9, 9, 0)]))
    assert [(30, 30, 0)] == figures(suppressed([row("a", 30, 30, 0)]))
    assert [(30, None, None)] == figures(suppressed([row("a", 30, 25, 5)]))


def test_a_single_hidden_number_hides_its_smallest_neighbour():
    rows = [row("a", 5, 0, 5), row("b", 40, 20, 20), row("c", 30, 15, 15)]
    assert [(None, None, None), (40, 20, 20), (None, None, None)] == figures(suppressed(rows))


def test_two_hidden_numbers_hide_each_other():
    rows = [row("a", 5, 0, 5), row("b", 4, 0, 4), row("c", 30, 15, 15)]
    assert (30, 15, 15) == figures(suppressed(rows))[2]


async def test_the_board_counts_what_came_in_on_these_days(everywhere):
    await many(everywhere, 12)
    await many(everywhere, 2, who="Luo")
    for command in (await read(everywhere, queries.needs_of, id_of("Chen")))[:1]:
        await everywhere.do(service.withdraw_need, "Chen", command.id)
    day = date(2026, 3, 2)
    board = await read(everywhere, queries.board, everywhere.world.street_id, day, day)
    # 14 - 0 - 13 would say that exactly one person withdrew.
    assert (14, None, None) == (board.total.asked, board.total.served, board.total.waiting)
    assert [14] == [row.asked for row in board.categories]
    assert [("Lakeside", 14)] == [(row.name_en, row.asked) for row in board.communities]
    assert [14] == [row.asked for row in board.services]
    empty = await read(
        everywhere, queries.board, everywhere.world.street_id, date(2026, 3, 3), date(2026, 3, 9)
    )
    assert (0, ()) == (empty.total.asked, empty.communities)
    with pytest.raises(NotFound):
        await read(everywhere, queries.board, new_id(), day, day)


async def test_the_board_takes_three_statements(story):
    await many(story, 11)
    with counted(story.database) as seen:
        await read(story, queries.board, story.world.street_id, date(2026, 3, 2), date(2026, 3, 2))
    assert 3 == len(seen)
