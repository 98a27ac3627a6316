"""More times for a request that waits: who may give them, what is refused, what stands then."""

from datetime import datetime, timedelta

import pytest

from catalog.kernel.errors import Forbidden, IllegalTransition, Invalid
from catalog.kernel.time import at_local, local_day
from market.needs import service
from market.needs.commands import Window
from market.needs.models import Need
from market.needs.times import windows_of
from tests.support.story import Story


def span(story: Story, days: int, start: int, end: int) -> Window:
    """Hours of a day some days from now."""
    day = local_day(story.clock.now()) + timedelta(days=days)
    return Window(starts_at=at_local(day, start * 60), ends_at=at_local(day, end * 60))


async def times(story: Story, need: Need) -> list[tuple[datetime, datetime]]:
    async with story.database.read() as session:
        return [(w.starts_at, w.ends_at) for w in await windows_of(session, need.id)]


async def test_times_are_added_to_those_that_are_left(story: Story):
    first, other = span(story, 1, 8, 12), span(story, 2, 14, 18)
    need = await story.looking("Chen", windows=(first,))
    await story.do(service.add_times, "Chen", need.id, (other,))
    assert [(first.starts_at, first.ends_at), (other.starts_at, other.ends_at)] == await times(story, need)
    await story.do(
        service.add_times, "Officer Fang", need.id, (span(story, 1, 12, 18), span(story, 1, 11, 13))
    )
    whole = span(story, 1, 8, 18)
    assert [(whole.starts_at, whole.ends_at), (other.starts_at, other.ends_at)] == await times(story, need)
    story.clock.move_to(whole.ends_at)
    await story.do(service.add_times, "Chen", need.id, (span(story, 2, 8, 12),))
    assert (first.starts_at, first.ends_at) not in await times(story, need)
    assert 3 == (await story.topics(need.id)).count("need.times_added")


async def test_who_may_not_and_what_is_refused(story: Story):
    need = await story.looking("Chen")
    with pytest.raises(Forbidden):
        await story.do(service.add_times, "Luo", need.id, (span(story, 2, 8, 12),))
    for windows, words in (
        ((), "at least one time"),
        ((span(story, -1, 8, 12),), "over already"),
        (tuple(span(story, n, 8, 12) for n in range(2, 11)), "times at most"),
    ):
        with pytest.raises(Invalid, match=words):
            await story.do(service.add_times, "Chen", need.id, windows)
    await story.offered(need, "Wu")
    with pytest.raises(IllegalTransition):
        await story.do(service.add_times, "Chen", need.id, (span(story, 2, 8, 12),))
