"""The page of a plan in Chromium: accessible, narrow enough for a phone, alive, harmless, and the same without a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.i18n import translator
from matching.plot.page import page
from tests.matching.plot.examples import HOSTILE, answer, example
from tests.matching.plot.test_page import large
from tests.support.browser import DESK, PHONE, NewPage, violations, wide

pytestmark = pytest.mark.browser
PROBLEM = example()
PLAN = answer(PROBLEM)
TEXTS = {
    "en": page(PROBLEM, PLAN),
    "zh": page(PROBLEM, PLAN, say=translator("zh").gettext, language="zh"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plan.html"


@pytest.fixture
def opened(new_page: NewPage, file: Path) -> Iterator[Page]:
    """The English page on a desk; errors of scripts and requests fail the test."""
    tab = new_page(viewport=DESK, lang="en")
    trouble: list[str] = []
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    tab.on(
        "request",
        lambda sent: trouble.append(sent.url) if not sent.url.startswith(("file:", "data:")) else None,
    )
    file.write_text(TEXTS["en"], "utf-8")
    tab.goto(file.as_uri())
    yield tab
    assert [] == trouble


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_is_too_wide(new_page, file, lang, scheme, viewport):
    file.write_text(TEXTS[lang], "utf-8")
    tab = new_page(viewport=viewport, lang=lang)
    tab.emulate_media(color_scheme=scheme)
    tab.goto(file.as_uri())
    expect(tab.locator("#gantt svg")).to_be_visible()
    assert ([], 0) == (violations(tab), wide(tab))


def test_a_worker_is_chosen_with_the_keyboard(opened: Page):
    """Ann meets Bob at half past nine and comes 20 minutes late to the second task."""
    button = opened.locator("#gantt button", has_text="ann")
    button.focus()
    opened.keyboard.press("Enter")
    assert "true" == button.get_attribute("aria-pressed")
    told = opened.locator("#details").inner_text()
    assert ("With bob" in told, "Late by 20 min" in told, "meal: 03-02 10:20–10:50" in told) == (
        True,
        True,
        True,
    )
    assert 1 == opened.locator("#map .row.on").count()
    numbers = opened.locator("#numbers text").all_text_contents()
    assert ["1", "2"] == numbers[: opened.locator("#details li").count()]
    button.press("Enter")
    assert 0 == opened.locator("#numbers text").count()


def test_days_are_told_with_their_weekday_and_one_page_needs_no_buttons(opened: Page):
    assert ["03-02 Mon", "03-03 Tue", "03-04 Wed"] == opened.locator("#day option").all_inner_texts()
    assert not opened.locator("#next").is_visible()
    cells = opened.locator("#stops tbody tr").first.locator("td.n").all_inner_texts()
    assert [] == [cell for cell in cells if cell.startswith("03-")]


def test_the_table_says_what_the_charts_say(opened: Page):
    lines = opened.locator("#stops tbody tr")
    assert 4 == lines.count()
    assert ["20 min"] == [cell for cell in lines.locator("td.late").all_inner_texts() if cell]
    assert 4 == opened.locator("#gantt rect.service").count()
    assert 1 == opened.locator("#gantt path.is-late").count()
    assert 1 == opened.locator("#gantt path.link").count()


def test_other_days_and_other_workers(opened: Page):
    opened.select_option("#day", "1")
    assert ["bob", "movers (a crew of 3)"] == opened.locator("#gantt button").all_inner_texts()
    opened.select_option("#which", "free")
    assert "ann" in opened.locator("#gantt button").all_inner_texts()
    opened.select_option("#day", "2")
    assert ["zoe"] == opened.locator("#gantt button").all_inner_texts()
    opened.fill("#find", "nobody of this name")
    assert "Nobody is to be shown." == opened.locator("#gantt").inner_text().strip()
    opened.fill("#find", "")


def test_names_of_a_document_do_nothing(opened: Page):
    opened.locator("#gantt button", has_text="eve").click()
    assert HOSTILE in opened.locator("#details").inner_text()
    assert opened.evaluate("window.hacked === undefined && !document.querySelector('main img')")


def test_the_map_comes_closer_and_goes_back(opened: Page):
    def box() -> str | None:
        return opened.locator("#map svg").get_attribute("viewBox")

    whole = box()
    opened.get_by_role("button", name="Closer").click()
    closer = box()
    opened.locator("#map svg").hover()
    opened.mouse.down()
    opened.mouse.move(700, 500, steps=3)
    opened.mouse.up()
    assert 3 == len({whole, closer, box()})
    opened.get_by_role("button", name="Everything").click()
    assert whole == box()


def test_the_unserved_are_filtered_by_reason(opened: Page):
    assert 2 == opened.locator("#lost tbody tr").count()
    opened.select_option("#cause", label="too far from where the shift starts")
    assert ["far"] == opened.locator("#lost tbody th").all_inner_texts()


def test_without_scripts_the_figures_are_there(new_page, file):
    file.write_text(TEXTS["en"], "utf-8")
    tab = new_page(viewport=PHONE, lang="en", scripts=False)
    tab.goto(file.as_uri())
    assert tab.get_by_text("need JavaScript").is_visible()
    assert tab.get_by_text("40.00 %").is_visible()
    assert not tab.locator("#charts").is_visible()


def test_a_district_can_be_looked_through(new_page, file):
    """10,000 tasks and 7,300 workers: thirty at a time, and found by name."""
    file.write_text(page(*large(10_000, 7_300)), "utf-8")
    tab = new_page(viewport=DESK, lang="en")
    tab.goto(file.as_uri())
    assert 30 == tab.locator("#gantt button").count()
    tab.locator("#next").click()
    assert "31–60 of" in tab.locator("#shown").inner_text()
    tab.fill("#find", "task-00001")
    assert ["worker-00001"] == tab.locator("#gantt button").all_inner_texts()
    assert 50 == tab.locator("#lost tbody tr").count()
