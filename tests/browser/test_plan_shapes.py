"""The page of a plan with trips and sessions in Chromium: accessible, and every stop says what it is."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.i18n import translator
from matching.plan import decode_plan
from matching.plot.page import page
from matching.problem import decode_problem
from tests.support.browser import DESK, PHONE, NewPage, violations, wide

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PROBLEM = decode_problem((EXAMPLES / "mixed.json").read_bytes())
PLAN = decode_plan((EXAMPLES / "mixed.plan.json").read_bytes())


@pytest.mark.parametrize(("lang", "viewport"), [("en", DESK), ("zh", PHONE)])
def test_axe_finds_nothing_and_nothing_is_too_wide(new_page: NewPage, tmp_path: Path, lang, viewport):
    file = tmp_path / "plan.html"
    file.write_text(page(PROBLEM, PLAN, say=translator(lang).gettext, language=lang), "utf-8")
    tab = new_page(viewport=viewport, lang=lang)
    tab.goto(file.as_uri())
    expect(tab.locator("#gantt svg")).to_be_visible()
    assert ([], 0) == (violations(tab), wide(tab))


def test_trips_sessions_depots_and_venues_are_drawn(new_page: NewPage, tmp_path: Path):
    file = tmp_path / "plan.html"
    file.write_text(page(PROBLEM, PLAN), "utf-8")
    tab = new_page(viewport=DESK, lang="en")
    trouble: list[str] = []
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.goto(file.as_uri())
    chart, drawing = tab.locator("#gantt"), tab.locator("#map")
    assert [2, 4, 1, 4] == [
        chart.locator(one).count()
        for one in ("rect.service.load", "rect.service.deliver", "rect.service.lead", "path.trip")
    ]
    assert [1, 1] == [drawing.locator(one).count() for one in ("path.depot", "path.venue")]
    chart.locator("button", has_text="shen").click()
    told = tab.locator("#details").inner_text()
    assert ("Seats given to: bei, chun, dong" in told, "Loading at a depot" in told) == (True, True)
    assert ["canteen · Loading at a depot", "cai-meal · Handing over"] == [
        tab.locator("#stops tbody tr").nth(n).locator("td").nth(1).inner_text() for n in (0, 1)
    ]
    assert [] == trouble
