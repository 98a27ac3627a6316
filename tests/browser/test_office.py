"""An officer in Chromium: a round from the form over its progress to the offers, and every page without a fault."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from market.needs.commands import Wishes
from market.needs.models import Need, Urgency
from market.ports import SolveOptions
from market.rounds.runner import run_round
from market.states import NeedState
from tests.support.browser import DESK, PHONE, NewPage, Served, violations, wide
from tests.support.rounds_world import GreedySolver
from tests.support.story import Story
from tests.support.world import OUTING, id_of

pytestmark = pytest.mark.browser
TELL = 20_000  # milliseconds


class TellingSolver(GreedySolver):
    """Says where it is until it is let go, then solves."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def solve(
        self,
        problem: bytes,
        policy: bytes,
        options: SolveOptions,
        on_progress: Callable[[dict[str, Any]], None],
    ) -> bytes:
        news = {"share": 0.5, "served": 2, "points": 240}
        on_progress(news | {"stage": "greedy", "message": "2 tasks served"})
        on_progress(news | {"stage": "experience", "message": "experience 125, bound 100"})
        await self.go.wait()
        return await super().solve(problem, policy, options, on_progress)


def filled(served: Served) -> Story:
    """Let three people ask."""
    story = Story(served.house.database, served.house.clock, served.house.world)

    async def fill() -> None:
        again = Wishes(same_helper=story.world.workers["Xu"])
        await story.looking("Chen", description="The kitchen tap drips", wishes=again)
        await story.looking("Luo", OUTING)
        await story.looking("He")

    served.run(fill())
    return story


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["390", "1280"])
def test_a_round_from_start_to_publishing(served: Served, new_page: NewPage, viewport: dict[str, int]):
    story = filled(served)
    page = new_page(viewport=viewport)
    served.enter(page, "Officer Song")
    page.goto(f"{served.url}/office/rounds")
    page.select_option("#territory_id", str(id_of("street")))
    page.get_by_role("button", name="开始匹配").click()
    page.wait_for_url("**/office/rounds/*-*")
    round_id = UUID(page.url.rsplit("/", 1)[1])
    solver = served.run(_solver())
    house = served.house
    running = asyncio.run_coroutine_threadsafe(
        run_round(house.database, solver, house.runtime.progress, house.clock, round_id), served._loop
    )
    page.get_by_text("缩短路程，满足心愿").wait_for(timeout=TELL)
    page.get_by_text("合计 125 分钟；任何方案都不会少于 100 分钟").wait_for()
    assert "2" == page.locator("[data-slot=served]").inner_text()
    assert 80 == page.locator("progress[data-slot=near]").evaluate("bar => bar.value")
    assert not violations(page)
    assert 0 == wide(page)
    served._loop.call_soon_threadsafe(solver.go.set)
    page.get_by_role("button", name="发布并派约").click(timeout=TELL)
    running.result(timeout=20)
    page.get_by_text("已发布，服务者已收到派约。").wait_for()
    page.get_by_text("点名再请的人能来：1 项中有 1 项").wait_for()
    page.get_by_text("修修铺 · 点名再请").wait_for()
    assert not violations(page)
    assert 0 == wide(page)
    states = served.run(_states(story))
    assert NeedState.OFFERED in states


async def _solver() -> TellingSolver:
    return TellingSolver()


async def _states(story: Story) -> set[NeedState]:
    from sqlalchemy import select  # noqa: PLC0415

    async with story.database.read() as session:
        return set((await session.execute(select(Need.state))).scalars())


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["390", "1280"])
@pytest.mark.parametrize(("lang", "large"), [("zh", "0"), ("en", "0"), ("zh", "1")])
def test_every_page_is_for_everybody(
    served: Served, new_page: NewPage, viewport: dict[str, int], lang: str, large: str
):
    story = filled(served)
    need = served.run(story.looking("Chen", OUTING, urgency=Urgency.URGENT))
    causes = [{"cause": "start_in_window", "count": 3}]
    served.run(_unserved(story, need.id, causes))
    page = new_page(viewport=viewport, lang=lang)
    served.enter(page, "Officer Song")
    for path in ("/office", f"/office/needs/{need.id}", "/office/rounds", "/office/calls", "/demo"):
        page.goto(f"{served.url}{path}?lang={lang}&large={large}")
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        assert not violations(page), path
        assert 0 == wide(page), path


async def _unserved(story: Story, need_id: UUID, causes: list[dict[str, Any]]) -> None:
    from market.needs.service import note_unserved  # noqa: PLC0415

    async with story.database.write() as session:
        await note_unserved(session, story.clock, need_id, story.world.round_id, causes)


def test_an_officer_answers_without_scripts(served: Served, new_page: NewPage):
    story = filled(served)
    need = served.run(story.looking("Chen", OUTING))
    page = new_page(viewport=DESK, scripts=False)
    served.enter(page, "Officer Fang")
    page.goto(f"{served.url}/office?code={need.code}")
    page.get_by_role("link", name="轮椅").first.click()
    page.locator("#act-ask summary").click()
    page.fill("#question", "几点方便？")
    page.get_by_role("button", name="发送问题").click()
    page.get_by_text("问题已发出，等待答复。").wait_for()
    assert NeedState.WAITING_RESIDENT == served.run(story.get(Need, need.id)).state
