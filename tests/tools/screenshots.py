"""Pictures for the README, of what a reader sees after `linli demo`: `make screenshots`.

Starts the demo in an empty folder on a free port, walks through it in Chromium (CHROMIUM, or one on the path) and writes
docs/images/*.png.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
LARGEST = 350_000  # bytes; a README should open at once, and a map takes its share
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
ROLES = (
    "resident",
    "daughter",
    "helper",
    "officer",
    "street",
    "grid",
    "reviewer",
)  # in the order of the demo's links
LINK = re.compile(r"http://\S+/demo/enter/\S+")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_demo(folder: str, port: int) -> Iterator[dict[str, str]]:
    """Run `linli demo` there; gives a sign-in link for each role."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "demo"]
    environ = {
        **os.environ,
        "LINLI_PORT": str(port),
        "LINLI_LANG": "en",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    demo = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own words
    assert demo.stdout
    try:
        links: list[str] = []
        for line in demo.stdout:
            sys.stdout.write(line)
            links += LINK.findall(line)
            if "Ctrl+C" in line:
                break
        yield dict(zip(ROLES, links, strict=True))
    finally:
        demo.terminate()
        demo.wait(timeout=20)


def opened(browser: Browser, link: str, *, viewport: dict[str, int], lang: str, large: bool = False) -> Page:
    """Return a page in a fresh profile, signed in by a demo link."""
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        device_scale_factor=1.5 if viewport is PHONE else 1,
        locale={"zh": "zh-CN", "en": "en-GB"}[lang],
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    for attempt in range(40):
        try:
            page.goto(link)
            break
        except Exception:
            if attempt == 39:
                raise
            page.wait_for_timeout(500)
    if large:
        page.goto(at(link, "/?large=1"))
    return page


def at(link: str, path: str) -> str:
    """Return another address of the same demo."""
    return link.partition("/demo/")[0] + path


def picture(page: Page, name: str) -> None:
    """Write what is in the window, with the streets of its map."""
    path = IMAGES / f"{name}.png"
    if page.locator("[data-map]").count():
        page.locator("[data-map][data-ground=drawn]").first.wait_for()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled")
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1000} kB\n")
    assert path.stat().st_size < LARGEST, path


def tell_next_part(page: Page, link: str) -> None:
    """Let the next part of the day happen and wait for its end."""
    page.goto(at(link, "/demo"))
    page.locator("main form button[type=submit]").first.click()
    page.locator("[data-stream]").first.wait_for(state="detached", timeout=180_000)


def take(browser: Browser, links: dict[str, str]) -> None:
    """Walk through the day: the evening, the helpers' answers, the visits."""
    helper = opened(browser, links["helper"], viewport=PHONE, lang="zh")
    helper.goto(at(links["helper"], "/work/offers"))
    helper.locator("main a[href*='/work/offers/']").first.click()
    helper.wait_for_url("**/work/offers/*")
    picture(helper, "offer")

    street = opened(browser, links["street"], viewport=DESK, lang="zh")
    street.goto(at(links["street"], "/office/rounds"))
    street.locator("main a[href*='/office/rounds/']").first.click()
    street.wait_for_url("**/office/rounds/*")
    picture(street, "round")
    street.locator("#ways").evaluate("heading => heading.scrollIntoView()")
    picture(street, "ways")
    street.goto(at(links["street"], "/office/coverage?service=canteen-meal"))
    picture(street, "gaps")

    tell_next_part(street, links["street"])
    picture(street, "demo")

    helper.goto(at(links["helper"], "/work"))
    helper.locator("[data-map]").evaluate("map => map.scrollIntoView({ block: 'center' })")
    picture(helper, "day")

    resident = opened(browser, links["resident"], viewport=PHONE, lang="zh")
    resident.goto(at(links["resident"], "/"))
    picture(resident, "home")
    resident.goto(at(links["resident"], "/me"))
    resident.locator("main a[href*='/needs/']").first.click()
    resident.wait_for_url("**/needs/*")
    picture(resident, "status")

    large = opened(browser, links["resident"], viewport=PHONE, lang="zh", large=True)
    picture(large, "home-large")

    for _ in ("the next best", "the morning", "the afternoon"):
        tell_next_part(street, links["street"])
    board = opened(browser, links["reviewer"], viewport=DESK, lang="en")
    board.goto(at(links["reviewer"], "/board?lang=en"))
    picture(board, "board")


def main() -> None:
    """Take all pictures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(folder, free_port()) as links,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            take(browser, links)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
