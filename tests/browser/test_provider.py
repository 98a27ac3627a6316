"""A helper on a phone in Chromium: says yes, comes to the door, finishes, says how it was."""

from datetime import timedelta

import pytest

from market.jobs.models import Job
from market.states import JobState
from tests.support.browser import NewPage, Served, violations, wide
from tests.support.story import Story

pytestmark = pytest.mark.browser


def test_from_the_offer_to_the_review(served: Served, new_page: NewPage):
    story = Story(served.house.database, served.house.clock, served.house.world)
    need = served.run(story.looking("Chen", description="厨房水龙头滴水"))
    served.run(
        story.offered(need, "Wu", reasons={"candidates": 3, "nearest_rank": 1, "skills": ["plumbing"]})
    )
    page = new_page()
    served.enter(page, "Wu")
    page.wait_for_url("**/work")
    page.get_by_role("link", name="查看派约").click()
    assert not violations(page)
    page.get_by_role("link", name="水龙头").click()
    assert not violations(page)
    assert 0 == wide(page)
    page.get_by_role("button", name="接受").click()
    page.get_by_text("约好了。地址和电话在下面。").wait_for()
    assert not violations(page)
    job = served.run(story.job_of(need.id))
    served.house.clock.move_to(job.start_at - timedelta(minutes=5))
    page.get_by_role("button", name="我出发了").click()
    page.fill("#door_code", "0")
    page.get_by_role("button", name="我到了").click()
    page.locator("#door_code-error").wait_for()
    page.fill("#door_code", job.door_code)
    page.get_by_role("button", name="我到了").click()
    page.get_by_role("button", name="完成，签退").click()
    page.get_by_label("很好").check()
    page.locator("#review button").click()
    page.get_by_text("您给了 5 星").wait_for()
    assert JobState.CHECKED_OUT == served.run(story.get(Job, job.id)).state
    assert not violations(page)


@pytest.mark.parametrize(("lang", "large"), [("zh", "0"), ("en", "0"), ("zh", "1")])
def test_every_page_is_for_everybody(served: Served, new_page: NewPage, lang: str, large: str):
    story = Story(served.house.database, served.house.clock, served.house.world)
    offer = served.run(_offer(story))
    job = served.run(_job(story))
    page = new_page(lang=lang)
    served.enter(page, "Wu")
    for path in ("/work", "/work?team=on", "/work/offers", f"/work/offers/{offer}", f"/work/jobs/{job}"):
        page.goto(f"{served.url}{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        assert not violations(page), path
        assert 0 == wide(page), path


async def _offer(story: Story) -> object:
    (offer,) = await story.offered(await story.looking("Luo"), "Wu")
    return offer.id


async def _job(story: Story) -> object:
    start = story.clock.now() + timedelta(hours=6)
    need = await story.looking("Chen")
    return (await story.arranged(need, "Wu", start_at=start, end_at=start + timedelta(minutes=45))).id
