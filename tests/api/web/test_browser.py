"""The page of all components in Chromium: accessible in every mode, large enough to touch, alive, asking no other host."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.web.assets import asset
from tests.api.web.conftest import CSP

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
# light on a phone at every change, everything else at night
MODES = [
    pytest.param(*mode, marks=() if mode[:2] == (390, "light") else pytest.mark.nightly)
    for mode in product(WIDTHS, ("light", "dark"), ("zh", "en"), ("0", "1"))
]
TOUCHED = (
    "a.button, button, .switch, .site-nav a, .choice, select, input:not([type=hidden]):not(.choice input), textarea, "
    ".tile, .row, .footer-links a, .emergency a, .back a, .error-summary a"
)
# a choice is touched as a whole, not its hidden input; links inside a sentence are exempt (WCAG 2.5.8)
TOO_SMALL = """([touched, least]) => [...document.querySelectorAll(touched)].filter(e => e.checkVisibility())
  .map(e => [e.className || e.tagName, e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
  .filter(([, , box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([name, text, box]) => `${name} ${text} ${box.width}x${box.height}`)"""
SMALL_TEXT = """least => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden'))
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < least)
  .map(e => `${e.className || e.tagName} ${getComputedStyle(e).fontSize}`)"""
TIGHT_LINES = """() => [...document.querySelectorAll('p, li, dd, td, a, span')]
  .filter(e => e.checkVisibility() && e.textContent.trim())
  .map(e => [e.className || e.tagName, getComputedStyle(e)])
  .filter(([, style]) => parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.299).map(([name]) => name)"""
PRESS_TWICE = """() => {
  const button = [...document.querySelectorAll('form[data-once] button')].at(-1);
  button.click(); button.click();
  return [button.textContent.trim(), button.getAttribute('aria-busy')];
}"""
LOAD_HTMX = """address => new Promise(done => {
  const script = document.createElement('script'), part = document.createElement('p');
  script.src = address; script.onload = done;
  part.id = 'part'; part.setAttribute('hx-get', '/design/title'); part.setAttribute('hx-trigger', 'load');
  document.body.append(part, script);
})"""


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 844})
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext, served: str) -> Iterator[Page]:
    """A phone-sized tab; any script error, blocked content or request to another host fails the test."""
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    page.on("request", lambda asked: trouble.append(asked.url) if not asked.url.startswith(served) else None)
    yield page
    assert [] == trouble


def open_page(tab: Page, address: str) -> None:
    tab.goto(address, wait_until="load")
    expect(tab.locator("body")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize(("width", "scheme", "language", "large"), MODES)
def test_axe_finds_nothing(browser: Browser, served: str, width: int, scheme: Any, language: str, large: str):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    open_page(page, f"{served}/design?lang={language}&large={large}")
    results = Axe().run(page)
    assert 0 == results.violations_count, results.generate_report()
    assert width == page.evaluate("document.documentElement.scrollWidth")
    context.close()


@pytest.mark.parametrize(("large", "least"), [("0", 44), ("1", 60)])
def test_targets_are_large_enough(tab: Page, served: str, large: str, least: int):
    open_page(tab, f"{served}/design?large={large}")
    assert [] == tab.evaluate(TOO_SMALL, [TOUCHED, least])


def test_large_text_is_large(tab: Page, served: str):
    open_page(tab, f"{served}/design?large=1")
    assert [] == tab.evaluate(SMALL_TEXT, 18)
    assert [] == tab.evaluate(TIGHT_LINES)


def test_large_text_is_one_touch_and_remembered(tab: Page, served: str):
    open_page(tab, f"{served}/calm?lang=zh")
    tab.get_by_role("link", name="长辈版").click()
    assert "large" == tab.locator("html").get_attribute("class")
    assert tab.get_by_role("link", name="标准版").is_visible()
    open_page(tab, f"{served}/calm")
    assert "large" == tab.locator("html").get_attribute("class")
    tab.get_by_role("link", name="标准版").click()
    tab.reload()
    assert "" == tab.locator("html").get_attribute("class")


def test_zoom_to_200_percent_needs_no_sideways_scrolling(browser: Browser, served: str):
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 400})
        open_page(page, f"{served}/design?lang=en&large=1")
        assert width == page.evaluate("document.documentElement.scrollWidth")
    context.close()


def test_errors_get_the_focus_and_lead_to_their_fields(tab: Page, served: str):
    open_page(tab, f"{served}/design?lang=en")
    expect(tab.locator("#error-summary")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert "phone" == tab.evaluate("document.activeElement.id")


def test_the_keyboard_reaches_the_content_first(tab: Page, served: str):
    open_page(tab, f"{served}/calm?lang=en")
    tab.keyboard.press("Tab")
    assert "Skip to the content" == tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("Enter")
    assert "main" == tab.evaluate("document.activeElement.id")


def test_time_left_stands_beside_the_deadline(tab: Page, served: str):
    open_page(tab, f"{served}/design?lang=en")
    assert "24 min left" == tab.locator(".countdown-left").inner_text()
    open_page(tab, f"{served}/calm?lang=zh")  # a fixed deadline that has passed, or is far away
    assert tab.locator(".countdown-left").inner_text()


def test_live_figures_arrive(tab: Page, served: str):
    open_page(tab, f"{served}/design")
    expect(tab.locator("[data-slot=placed]")).to_have_js_property("value", 99)
    assert "99 / 150" == tab.locator("[data-slot=placed_text]").inner_text()
    assert "144" == tab.locator("[data-slot=served]").inner_text()


def test_a_form_is_sent_once_and_says_so(tab: Page, served: str):
    posts: list[str] = []

    open_page(tab, f"{served}/calm?lang=en")
    tab.on("request", lambda asked: posts.append(asked.method) if asked.method == "POST" else None)
    signs = tab.evaluate(PRESS_TWICE)
    assert ["One moment…", "true"] == signs
    tab.wait_for_selector(".flash-good")
    assert ["POST"] == posts
    assert "We have your request." == tab.locator(".flash").inner_text().strip()


def test_exact_hours_appear_when_chosen(tab: Page, served: str):
    open_page(tab, f"{served}/calm?lang=en")
    hours = tab.locator("#windows-0-from")
    assert not hours.is_visible()
    tab.locator("#windows-0 .choice", has_text="Exact hours").click()
    assert hours.is_visible()


def test_dialogs(tab: Page, served: str):
    open_page(tab, f"{served}/calm?lang=en")
    tab.get_by_role("link", name="I cannot be there").click()
    assert tab.locator("dialog#cancel-dialog").get_attribute("open") is not None
    tab.keyboard.press("Escape")
    assert tab.locator("dialog#cancel-dialog").get_attribute("open") is None


def test_without_javascript(browser: Browser, served: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{served}/calm?lang=en")
    page.get_by_role("link", name="Large text").click()
    assert "large" == page.locator("html").get_attribute("class")
    page.get_by_role("link", name="I cannot be there").click()
    assert page.locator("dialog#cancel-dialog").is_visible()
    page.goto(f"{served}/calm?lang=en")
    page.get_by_role("button", name="Check and send").click()
    assert page.locator(".flash-good").is_visible()
    context.close()


def test_htmx_runs_under_the_policy(tab: Page, served: str, context: BrowserContext):
    """No eval, no injected style: the policy of the test application is that of the real one."""
    assert "unsafe" not in CSP
    open_page(tab, f"{served}/calm?lang=en")
    tab.evaluate(LOAD_HTMX, asset("vendor/htmx-2.0.11.min.js"))
    expect(tab.locator("#part")).to_have_text("Components")
