"""Reviews: one word a side, hidden until both have spoken or seven days have passed."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from catalog.kernel.errors import Conflict, Forbidden
from catalog.kernel.ids import derived_id, new_id
from market.needs import service as needs
from market.needs.models import Need
from market.reviews.commands import WriteReview
from market.reviews.models import Side
from market.reviews.queries import own_review, reviews_of
from market.reviews.service import write_review
from market.states import NeedState


def word(job, who, **changes: Any):
    fields = {"id": derived_id("review", job.id, who), "job_id": job.id, "stars": 5, "comment": " well done "}
    return WriteReview(**fields | changes)


async def finished(story):
    need = await story.looking()
    return need, await story.finished(need, "Wu")


async def visible(story, job):
    async with story.database.read() as session:
        return sorted(review.side for review in await reviews_of(session, [job.id]))


async def test_reviews_show_when_both_have_spoken(everywhere):
    _, job = await finished(everywhere)
    review = await everywhere.do(write_review, "Chen", word(job, "Chen", solved=True))
    assert (Side.RESIDENT, "well done", True) == (review.side, review.comment, review.solved)
    assert [] == await visible(everywhere, job)
    async with everywhere.database.read() as session:
        mine = await own_review(session, job.id, everywhere.world.resident_id)
        assert review.id == mine.id
        assert await own_review(session, job.id, everywhere.world.elder_id) is None
    await everywhere.do(write_review, "Wu", word(job, "Wu", stars=4))
    assert [Side.PROVIDER, Side.RESIDENT] == await visible(everywhere, job)


async def test_a_lone_review_shows_after_seven_days(story):
    _, job = await finished(story)
    await story.do(write_review, "Chen", word(job, "Chen"))
    await story.pass_time(days=6)
    assert [] == await visible(story, job)
    await story.pass_time(days=1)
    assert [Side.RESIDENT] == await visible(story, job)


async def test_the_same_review_twice_is_one_and_another_is_a_conflict(story):
    _, job = await finished(story)
    command = word(job, "Wu", solved=True)
    first = await story.do(write_review, "Wu", command)
    assert first.id == (await story.do(write_review, "Wu", command)).id
    assert first.solved is None  # the question is the resident's
    for changes in ({"stars": 1}, {"id": new_id()}):
        with pytest.raises(Conflict):
            await story.do(write_review, "Wu", msgspec.structs.replace(command, **changes))


async def test_not_solved_reopens(story):
    need, job = await finished(story)
    await story.do(needs.confirm_done, "Chen", need.id)
    await story.do(write_review, "Chen", word(job, "Chen", stars=1, solved=False))
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_not_solved_counts_before_confirming_too(story):
    need, job = await finished(story)
    await story.do(write_review, "Chen", word(job, "Chen", stars=1, solved=False))
    assert NeedState.LOOKING == (await story.get(Need, need.id)).state


async def test_nobody_judges_what_has_not_happened_or_is_long_past(story):
    need = await story.looking()
    job = await story.arranged(need, "Wu")
    with pytest.raises(Conflict, match="not done yet"):
        await story.do(write_review, "Chen", word(job, "Chen"))
    other = await story.finished(await story.looking("Luo"), "Xu")
    story.clock.advance(timedelta(days=8))
    with pytest.raises(Conflict, match="7 days"):
        await story.do(write_review, "Luo", word(other, "Luo"))


async def test_reviews_are_for_the_two_sides(story):
    _, job = await finished(story)
    for who in ("Luo", "Officer Fang", "Ye"):
        with pytest.raises(Forbidden):
            await story.do(write_review, who, word(job, who))
