import re

import httpx
import pytest
from jinja2 import UndefinedError

from api.i18n import LANGUAGES
from api.web.render import FLASH_COOKIE, TEMPLATES, Flash, NavItem, Site, environment, template_config

# a block of data (application/json) is no code
SCRIPTS = re.compile(
    r"<script(?![^>]*\bsrc=|\stype=\"application/json\">)|\son[a-z]+=|\sstyle=|javascript:|hx-on|<style",
    re.IGNORECASE,
)


async def test_chinese_unless_asked_otherwise(http: httpx.AsyncClient):
    answer = await http.get("/design")
    assert '<html lang="zh-CN" class="">' in answer.text
    assert "示例数据" in answer.text
    assert "private" in answer.headers["cache-control"]


async def test_choices_are_remembered(http: httpx.AsyncClient):
    answer = await http.get("/design?lang=en&large=1")
    assert '<html lang="en" class="large">' in answer.text
    assert '<html lang="en" class="large">' in (await http.get("/design")).text
    assert 'class=""' in (await http.get("/design?large=0")).text
    assert 'class=""' in (await http.get("/design")).text


async def test_switches_keep_the_rest_of_the_address(http: httpx.AsyncClient):
    answer = await http.get("/design?page=2&lang=zh")
    assert 'href="?page=2&amp;lang=en"' in answer.text
    assert 'href="?page=2&amp;lang=zh&amp;large=1"' in answer.text


async def test_a_message_is_shown_once_after_the_redirect(http: httpx.AsyncClient):
    answer = await http.post("/design", data={"title": "x"})
    assert (303, "/calm") == (answer.status_code, answer.headers["location"])
    shown = '<div class="flash flash-good" role="status">'
    assert shown in (await http.get("/calm")).text
    assert shown not in (await http.get("/calm")).text


@pytest.mark.parametrize("value", ["junk", "W10=", Flash("{name} x").cookie().value, "x" * 3000])
async def test_a_forged_message_is_not_shown(http: httpx.AsyncClient, value: str):
    http.cookies.set(FLASH_COOKIE, value)
    answer = await http.get("/calm")
    assert 200 == answer.status_code


async def test_the_errors_page_is_friendly_and_escaped(http: httpx.AsyncClient):
    answer = await http.get("/wrong")
    assert 404 == answer.status_code
    assert "&lt;b&gt;" in answer.text
    assert "tel:0755-0000-0000" in answer.text
    assert "A7" in answer.text
    assert "李敏" in answer.text
    assert 'action="/sign-out"' in answer.text


async def test_one_block_alone(http: httpx.AsyncClient):
    assert "组件总览" == (await http.get("/design/title")).text


async def test_what_was_typed_and_what_is_wrong_stand_together(http: httpx.AsyncClient):
    text = (await http.get("/design?lang=en")).text
    field = re.search(r'<input[^>]*id="phone"[^>]*>', text)
    assert field
    assert 'value="138"' in field[0]
    assert 'aria-describedby="phone-hint phone-error"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert '<a href="#phone">' in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(set(ids)) == sorted(ids)
    assert set() == set(re.findall(r'aria-describedby="([^"]+)"', text)[0].split()) - set(ids)


@pytest.mark.parametrize("address", ["/design", "/calm", "/wrong"])
async def test_no_page_has_code_in_it(http: httpx.AsyncClient, address: str):
    assert [] == SCRIPTS.findall((await http.get(address)).text)


def test_no_template_has_code_in_it():
    """The content security policy forbids it, so it would be dead."""
    found = {
        path.name: hits
        for path in TEMPLATES.rglob("*.html")
        if (hits := SCRIPTS.findall(path.read_text("utf-8")))
    }
    assert {} == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_compiles(language: str):
    for path in TEMPLATES.rglob("*.html"):
        environment(language).get_template(path.relative_to(TEMPLATES).as_posix())


def test_unknown_names_are_mistakes():
    with pytest.raises(UndefinedError):
        template_config().engine_instance.render_string("{{ nobody }}", {"lang": "zh"})


def test_navigation_of_several_roles_names_each_place_once():
    today, board, me = (NavItem(href, href, "house") for href in ("/today", "/board", "/me"))
    site = Site(navigation={"": (board,), "a": (today, board), "b": (board, me)})
    assert [today, board, me] == site.entries(["a", "b", "unknown"])
    assert [board] == site.entries([])
