"""Service circles in Chromium: at both widths, in both languages and in large text; without scripts; by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from catalog.kernel.time import FrozenClock
from catalog.venues.models import Venue
from tests.support.browser import DESK, PHONE, NewPage, Served, violations, wide
from tests.support.database import MONDAY_TEN
from tests.support.streets import futian_file
from tests.support.world import DEGREE_METRES, LAT, LON, PLUMBING, id_of

pytestmark = pytest.mark.browser
CANTEEN = "canteen-meal"
CREDIT = "© OpenStreetMap contributors (ODbL)"


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    """The application with the streets of Futian and a canteen."""
    settings = Settings(database_url=sqlite_url, demo=True, network=str(futian_file(tmp_path)))
    with Served(settings, FrozenClock(MONDAY_TEN)) as running:
        running.run(_canteen(running))
        yield running


async def _canteen(served: Served) -> None:
    async with served.house.database.write() as session:
        session.add(
            Venue(
                id=id_of("canteen"),
                territory_id=id_of("lakeside"),
                kind="canteen",
                name_zh="湖边长者食堂",
                name_en="Lakeside Elder Canteen",
                lat=LAT,
                lon=LON + 250 / DEGREE_METRES,
                capacity=30,
                step_free=True,
                owner="社区",
                opening=[],
                uses=[CANTEEN],
            )
        )


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["390", "1280"])
@pytest.mark.parametrize(("lang", "large"), [("zh", "0"), ("en", "0"), ("zh", "1"), ("en", "1")])
def test_every_page_is_for_everybody(
    served: Served, new_page: NewPage, viewport: dict[str, int], lang: str, large: str
):
    page = new_page(viewport=viewport, lang=lang)
    served.enter(page, "Officer Song")
    around = f"service={CANTEEN}&around={id_of('canteen')}"
    for path in (
        f"/office/coverage?{around}",
        "/office/coverage?service=repair",
        f"/nearby?place={id_of('block')}",
        f"/nearby?place={id_of('house')}",
        "/nearby?place=",
    ):
        page.goto(f"{served.url}{path}&lang={lang}&large={large}")
        if page.locator("[data-map]").count():
            page.locator("[data-map][data-ready=yes]").wait_for()
            assert page.get_by_text(CREDIT).first.is_visible()
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        assert not violations(page), path
        assert 0 == wide(page), path


def test_an_officer_chooses_and_sees_the_circles(served: Served, new_page: NewPage):
    page = new_page(viewport=DESK, lang="en")
    served.enter(page, "Officer Song")
    page.goto(f"{served.url}/office/coverage")
    page.select_option("#service", CANTEEN)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("1 of 2 buildings has none within 15 minutes on foot; 1 household.").wait_for()
    page.select_option("#around", str(id_of("canteen")))
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator("[data-map][data-ready=yes]").wait_for()
    assert 2 == page.locator(".map path.map-area").count()
    assert 2 == page.locator(".map path.map-dot").count()
    assert {"triangle", "circle"} == {
        css.removeprefix("sign-")
        for dot in page.locator(".map path.map-dot").all()
        for css in (dot.get_attribute("class") or "").split()
        if css.startswith("sign-")
    }
    page.get_by_role("link", name="Compound", exact=True).click()
    page.wait_for_url("**sort=name**")
    assert "ascending" == page.locator("th[aria-sort]").first.get_attribute("aria-sort")


def test_without_scripts_the_words_say_the_same(served: Served, new_page: NewPage):
    page = new_page(viewport=DESK, lang="en", scripts=False)
    served.enter(page, "Officer Song")
    page.goto(f"{served.url}/office/coverage?service={PLUMBING}")
    page.check("#slow")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("within 15 minutes on foot (720 m)").wait_for()
    assert page.get_by_role("row", name="Hill Terrace").first.is_visible()
    page.locator("#buildings summary").click()
    assert page.get_by_role("row", name="Lakeside Garden Block 1").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the buildings").click()
    assert "coverage-plumbing-drip-2026-03-02.csv" == download.value.suggested_filename


def test_a_resident_finds_the_canteen_and_asks(served: Served, new_page: NewPage):
    page = new_page(viewport=PHONE, lang="en")
    served.enter(page, "Chen")
    page.goto(served.url)
    page.get_by_role("link", name="What is near me").click()
    canteen = page.locator("li", has=page.get_by_role("heading", name="Community canteen meal"))
    assert "Lakeside Elder Canteen" in canteen.inner_text()
    page.get_by_role("link", name="I walk slowly").click()
    page.wait_for_url("**slow=on**")
    page.get_by_role("link", name="Ask for this Dripping tap").click()
    page.wait_for_url(f"**/ask/{PLUMBING}**")
