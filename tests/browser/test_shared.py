"""Pages of meals, classes, fairs and explanations in Chromium: for everybody, at every width, before axe."""

import asyncio

import pytest

from api.explaining import Explainer
from market.gatherings import service as gatherings
from matching.explain import explain_bytes
from tests.support.browser import DESK, PHONE, NewPage, Served, violations, wide
from tests.support.happenings import confirmed, furnished, opened, proposed_fairs, run_of_wu
from tests.support.rounds_world import run, start
from tests.support.shapes import add_child, seat_for
from tests.support.story import Story
from tests.support.world import OUTING, id_of

pytestmark = pytest.mark.browser
NIGHTLY = pytest.mark.nightly


class InThread:
    """The matching library in this process."""

    async def explain(self, problem: bytes, plan: bytes, policy: bytes, options: bytes) -> bytes:
        return await asyncio.to_thread(explain_bytes, problem, plan, policy, options)


def filled(served: Served) -> dict[str, list[str]]:
    """Let a day's worth happen; return the pages of each reader."""
    house = served.house
    house.runtime.explainer = Explainer(house.database, InThread())
    story = Story(house.database, house.clock, house.world)
    return served.run(_happen(story))


async def _happen(story: Story) -> dict[str, list[str]]:
    await furnished(story)
    async with story.database.write() as session:
        await add_child(session, story.clock, "Erer")
    outing = await story.looking("Luo", OUTING)
    served = await story.looking("Chen", id=id_of("served"))
    await run(story.database, story.clock, await start(story.database, story.clock, story.world.street_id))
    held = await run_of_wu(story)
    await proposed_fairs(story, 1)
    await opened(story)
    await confirmed(story, max_seats=1)
    for name in ("Yiyi", "Erer"):
        await story.do(gatherings.enrol, "Chen", seat_for(name))
    lesson = id_of("lesson")
    return {
        "Chen": ["/meals", "/meals/order", "/classes", f"/classes/{lesson}", f"/needs/{served.code}/why"],
        "Luo": [f"/needs/{outing.code}/why", f"/needs/{outing.code}/times", "/ask/elder-meal-delivery"],
        "Wu": ["/work", f"/work/runs/{held.id}"],
        "Ye": [f"/work/sessions/{lesson}"],
        "Officer Fang": [
            "/office/meals",
            f"/office/meals/sheet?day={held.day.isoformat()}",
            f"/office/meals/runs/{held.id}",
            "/office/classes",
            f"/office/classes/{lesson}",
            "/office/fairs",
            f"/office/needs/{served.id}/why",
            f"/office/needs/{outing.id}/why",
        ],
    }


@pytest.mark.parametrize(
    ("lang", "large", "viewport"),
    [
        ("zh", "1", PHONE),
        pytest.param("zh", "0", DESK, marks=NIGHTLY),
        pytest.param("en", "0", PHONE, marks=NIGHTLY),
        pytest.param("en", "1", PHONE, marks=NIGHTLY),
        pytest.param("en", "0", DESK, marks=NIGHTLY),
    ],
)
def test_every_page_is_for_everybody(
    served: Served, new_page: NewPage, lang: str, large: str, viewport: dict[str, int]
):
    looked_at = 0
    for who, paths in filled(served).items():
        page = new_page(viewport=viewport, lang=lang)
        served.enter(page, who)
        for path in paths:
            there = page.goto(f"{served.url}{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
            assert there is not None
            assert 200 == there.status, path
            for fold in page.locator("details").all():
                fold.evaluate("fold => fold.open = true")
            assert not violations(page), path
            assert 0 == wide(page), path
            looked_at += 1
    assert 19 == looked_at
