"""Maps in Chromium: streets are drawn, the keyboard moves them, nothing is asked of anybody else, and words say the same."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, Response

from api.settings import Settings
from catalog.kernel.time import FrozenClock
from tests.support.browser import DESK, PHONE, NewPage, Served, violations, wide
from tests.support.database import MONDAY_TEN
from tests.support.rounds_world import ask_for, run, start
from tests.support.story import Story
from tests.support.streets import futian_file
from tests.support.world import OUTING, ask, id_of

pytestmark = pytest.mark.browser

CREDIT = "© OpenStreetMap contributors (ODbL)"
DRAWN = "[data-map][data-ground=drawn]"
PAINTED = """map => [...map.querySelectorAll(".leaflet-ground-pane canvas")].map(canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
    return painted / (canvas.width * canvas.height);
})"""
SMALL_TARGETS = """size => [...document.querySelectorAll(".map .leaflet-control a, .map .leaflet-control button")]
    .map(e => e.getBoundingClientRect()).filter(r => r.width < size || r.height < size).length"""


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[Served]:
    """The application with the streets of Futian."""
    settings = Settings(database_url=sqlite_url, demo=True, network=str(futian_file(tmp_path)))
    with Served(settings, FrozenClock(MONDAY_TEN)) as running:
        yield running


class Paths:
    """Something of each page that has a map, for its reader."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.story = Story(served.house.database, served.house.clock, served.house.world)
        served.run(self._fill())

    async def _fill(self) -> None:
        story = self.story
        soon = story.clock.now() + timedelta(hours=4)
        offered = await story.looking("Luo")
        (offer,) = await story.offered(offered, "Wu")
        need = await story.looking("Chen")
        job = await story.arranged(need, "Wu", start_at=soon, end_at=soon + timedelta(minutes=45))
        other = await story.looking("He")
        late = soon + timedelta(hours=2)
        await story.arranged(other, "Xu", start_at=late, end_at=late + timedelta(minutes=45))
        clock, database = story.clock, story.database
        await ask_for(
            database, clock, ask(clock, "Lin", requester_id=id_of("Lin")), ask(clock, "Luo", OUTING)
        )
        self.round_id: UUID = await start(database, clock, id_of("street"), auto_publish=False)
        await run(database, clock, self.round_id)
        self.of = {
            "offer": ("Wu", f"/work/offers/{offer.id}"),
            "job": ("Wu", f"/work/jobs/{job.id}"),
            "day": ("Wu", "/work"),
            "team": ("Wu", "/work?team=on"),
            "need": ("Chen", f"/needs/{need.code}"),
            "round": ("Officer Song", f"/office/rounds/{self.round_id}"),
        }

    def open(self, page: Page, name: str, **query: str) -> None:
        """Open a page as its reader and wait for its streets."""
        who, path = self.of[name]
        self.served.enter(page, who)
        more = "&".join(f"{key}={value}" for key, value in query.items())
        page.goto(f"{self.served.url}{path}{'&' if '?' in path else '?'}{more}")
        page.locator(DRAWN).first.wait_for()


@pytest.fixture
def paths(served: Served) -> Paths:
    return Paths(served)


def test_streets_and_the_way_are_drawn(paths: Paths, new_page: NewPage):
    page = new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paths.open(page, "job")
    (share,) = page.locator("[data-map]").evaluate(PAINTED)
    assert 0.05 < share < 0.95
    way = page.locator("path.map-way").get_attribute("d")
    assert way is not None
    assert 2 < len(re.findall(r"[ML]", way))
    assert [] == heard
    assert set() == {url for url in asked if not url.startswith(paths.served.url + "/")}
    assert [] != [url for url in asked if "/map/" in url]


@pytest.mark.parametrize("name", ["offer", "day", "need"])
def test_a_page_with_a_map_is_a_small_download(paths: Paths, new_page: NewPage, name: str):
    page = new_page()
    sizes: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        if answer.status == 200:
            packed = answer.headers.get("content-encoding") == "gzip"
            sizes[answer.url] = int(answer.headers["content-length"]) if packed else -1

    paths.open(page, name)
    page.on("response", weigh)
    page.reload()
    page.locator(DRAWN).wait_for()
    sizes[page.url] = len(gzip.compress(page.content().encode()))
    assert -1 not in sizes.values()
    assert 150_000 > sum(sizes.values()), sizes


def where(page: Page) -> list[float]:
    box = page.locator(".map-mark").first.bounding_box()
    assert box is not None
    return [box["x"], box["y"]]


def test_the_keyboard_moves_the_map_and_leaves_it(paths: Paths, new_page: NewPage):
    page = new_page()
    paths.open(page, "job")
    box = page.locator("[data-map]")
    box.focus()
    before = where(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "x => document.querySelector('.map-mark').getBoundingClientRect().x < x - 40", arg=before[0]
    )
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "y => document.querySelector('.map-mark').getBoundingClientRect().y < y - 40", arg=before[1]
    )
    way = page.locator("path.map-way").get_attribute("d")
    page.keyboard.press("-")
    page.wait_for_function("d => document.querySelector('path.map-way').getAttribute('d') !== d", arg=way)
    for _ in range(12):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.closest('[data-map]') !== null"):
            break
    assert not page.evaluate("document.activeElement.closest('[data-map]') !== null")


def test_a_mark_tells_what_it_is_to_the_keyboard_too(paths: Paths, new_page: NewPage):
    page = new_page(lang="en")
    paths.open(page, "day", lang="en")
    mark = page.locator(".map-mark").filter(has_text="1")
    mark.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    popup.wait_for()
    assert "Chen" in popup.inner_text()
    assert "Lakeside Garden Block 1 301" in popup.inner_text()
    assert "Close" == popup.locator(".leaflet-popup-close-button").get_attribute("aria-label")
    assert not violations(page)
    page.keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert "map" == page.evaluate("document.activeElement.id")


def test_the_skip_link_leads_to_the_words(paths: Paths, new_page: NewPage):
    page = new_page(lang="en")
    paths.open(page, "day", lang="en")
    link = page.locator(".map-skip")
    link.focus()
    box = link.bounding_box()
    assert box is not None
    assert 44 <= box["height"] + 1
    page.keyboard.press("Enter")
    assert "map-words" == page.evaluate("document.activeElement.id")


def test_a_circle_before_the_offer_is_accepted(paths: Paths, new_page: NewPage):
    page = new_page(lang="en")
    paths.open(page, "offer", lang="en")
    assert 1 == page.locator("path.map-blur").count()
    assert 0 == page.locator("path.map-way").count()
    for secret in ("22.5301", "114.0303"):
        assert secret not in page.content()


@pytest.mark.parametrize("name", ["team", "round"])
def test_one_helper_is_picked_out(paths: Paths, new_page: NewPage, name: str):
    page = new_page(viewport=DESK)
    paths.open(page, name)
    ways = page.locator("path.map-way")
    every = ways.count()
    assert 0 == page.locator(".map-mark").count()
    page.locator("#map-choice").select_option(index=1)
    assert 0 < ways.count() < every
    assert 2 <= page.locator(".map-mark").count()
    page.locator("#map-choice").select_option("")
    assert every == ways.count()


@pytest.mark.parametrize(
    ("lang", "large", "viewport"),
    [
        ("zh", "0", PHONE),
        ("en", "0", DESK),
        ("zh", "1", PHONE),
        pytest.param("en", "0", PHONE, marks=pytest.mark.nightly),
        pytest.param("zh", "0", DESK, marks=pytest.mark.nightly),
        pytest.param("zh", "1", DESK, marks=pytest.mark.nightly),
    ],
)
def test_every_map_is_for_everybody(
    paths: Paths, new_page: NewPage, viewport: dict[str, int], lang: str, large: str
):
    page = new_page(viewport=viewport, lang=lang)
    for name in paths.of:
        paths.open(page, name, lang=lang, large=large)
        for fold in page.locator("details").all():
            fold.evaluate("fold => fold.open = true")
        assert not violations(page), name
        assert 0 == wide(page), name
        assert CREDIT in page.locator(".map-credit").inner_text()
        assert page.locator(".map-credit a").is_visible()
        zoom = page.locator(".leaflet-control-zoom-in").get_attribute("aria-label")
        assert {"zh": "放大", "en": "Zoom in"}[lang] == zoom
        assert 0 == page.evaluate(SMALL_TARGETS, 60 if large == "1" else 44)
        # less motion was asked for
        assert 0 == page.locator(".leaflet-zoom-anim, .leaflet-fade-anim").count()


def test_without_scripts_the_words_remain(paths: Paths, new_page: NewPage):
    page = new_page(scripts=False, lang="en")
    paths.served.enter(page, "Wu")
    page.goto(f"{paths.served.url}/work?lang=en")
    assert not page.locator("[data-map]").is_visible()
    assert CREDIT in page.locator(".map-credit").inner_text()
    page.locator(".map-words summary").click()
    assert "Chen" in page.locator(".map-words table").inner_text()
    assert 0 == wide(page)


def test_on_paper_there_is_the_credit_and_the_words(paths: Paths, new_page: NewPage):
    page = new_page(lang="en")
    paths.open(page, "day", lang="en")
    page.emulate_media(media="print")
    assert not page.locator("[data-map]").is_visible()
    assert page.locator(".map-credit").is_visible()
    assert page.locator(".map-words").is_visible()


def test_dark_streets_on_dark_ground(paths: Paths, new_page: NewPage):
    page = new_page()
    paths.open(page, "job")
    light = page.locator("[data-map]").evaluate("map => getComputedStyle(map).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert light != page.locator("[data-map]").evaluate("map => getComputedStyle(map).backgroundColor")
    assert not violations(page)
