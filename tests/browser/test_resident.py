"""A resident's path in Chromium on a phone, and every residents' and public page before axe."""

import pytest

from market.jobs import service as jobs
from market.needs import service as needs
from tests.support.browser import DESK, PHONE, NewPage, Served, violations, wide
from tests.support.story import Story
from tests.support.world import PLUMBING, ask, id_of

OPEN = [
    "/",
    "/services",
    "/services?q=理发",
    f"/services/{PLUMBING}",
    "/ask",
    f"/ask/{PLUMBING}",
    "/ask/free-clinic",
]
OPEN += ["/ask/corridor-clutter", "/board", "/algorithm"]
STEPS = [f"/ask/{PLUMBING}/{step}" for step in ("check", "time", "words", "for", "where", "wishes")]


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without-javascript"])
def test_ask_sign_in_send_withdraw(served: Served, new_page: NewPage, scripts: bool):
    page = new_page(viewport=PHONE, lang="zh", scripts=scripts)
    page.goto(served.url)
    page.get_by_role("link", name="我要帮忙").first.click()
    page.get_by_role("link", name="水龙头滴漏维修").click()
    page.get_by_role("button", name="三天内都可以").click()

    page.get_by_label("手机").or_(page.locator("#phone")).first.fill("138 0000 0001")
    page.locator("main form button").first.click()
    shown = page.locator("main").inner_text()
    code = next(word for word in shown.split() if word.isdigit() and len(word) == 6)
    page.locator("#code").fill(code)
    page.locator("main form button").first.click()

    assert "这样对吗？" == page.locator("h1").inner_text()
    page.get_by_role("button", name="对，提交").click()
    case_code = page.locator(".case-code").inner_text()
    page.get_by_role("link", name="看办理情况").click()
    assert case_code in page.locator("main").inner_text()
    page.get_by_role("link", name="撤回求助").click()
    page.get_by_role("button", name="是的，撤回").click()
    assert "已撤回" in page.locator("main").inner_text()


def test_what_was_typed_goes_with_the_reader_into_the_other_language(served: Served, new_page: NewPage):
    page = new_page(viewport=PHONE, lang="zh")
    page.goto(f"{served.url}/ask/{PLUMBING}")
    page.locator("label:has(input[name=times])").nth(1).click()
    page.locator("details.exact summary").click()
    assert 0 == wide(page)
    page.locator("#windows-0-date").select_option(index=2)
    page.locator("[data-large]").first.click()
    page.get_by_role("link", name="English").click()
    assert "When suits you?" == page.locator("h1").inner_text()
    assert [False, True] == [page.locator("input[name=times]").nth(n).is_checked() for n in (0, 1)]
    assert "" != page.locator("#windows-0-date").input_value()
    assert page.locator("details.exact").get_attribute("open") is not None
    assert "large" == page.locator("html").get_attribute("class")


async def _happenings(served: Served) -> list[str]:
    """Requests in many states; return their pages."""
    story = Story(served.house.database, served.house.clock, served.house.world)
    waiting = await story.looking("Chen", id=id_of("waiting"))
    async with served.house.database.write() as session:
        causes = [{"cause": "busy", "count": 2}, {"cause": "skill_level", "count": 3}]
        await needs.note_unserved(session, story.clock, waiting.id, story.world.round_id, causes)
    coming = await story.looking("Chen", id=id_of("coming"))
    await story.arranged(coming, "Xu", reasons={"same_helper": True, "known": True, "language": True})
    asked = await story.do(needs.open_need, "Chen", ask(story.clock, "Chen", id=id_of("asked")))
    await story.do(needs.ask_resident, "Officer Fang", asked.id, "哪一层？")
    done = await story.looking("Chen", id=id_of("done"))
    job = await story.arranged(done, "Wu", start_at=story.clock.now(), end_at=story.clock.now())
    await story.do(jobs.check_in, "Wu", job.id, job.door_code)
    await story.do(jobs.check_out, "Wu", job.id)
    await story.settle()
    paths = ["/me", *(f"/needs/{need.code}" for need in (waiting, coming, asked, done))]
    paths += [f"/needs/{coming.code}/{page}" for page in ("withdraw", "received")]
    return [*paths, f"/needs/{done.code}/reopen", f"/needs/{asked.code}/answer"]


@pytest.mark.parametrize(
    ("lang", "large", "viewport"),
    [
        ("zh", False, PHONE),
        pytest.param("en", True, PHONE, marks=pytest.mark.nightly),
        pytest.param("zh", True, PHONE, marks=pytest.mark.nightly),
        pytest.param("en", False, DESK, marks=pytest.mark.nightly),
    ],
)
def test_every_page_is_for_everybody(served: Served, new_page: NewPage, lang: str, large: bool, viewport):
    page = new_page(viewport=viewport, lang=lang)
    paths = served.run(_happenings(served))
    served.enter(page, "Chen")
    page.goto(f"{served.url}/?lang={lang}&large={int(large)}")
    page.goto(f"{served.url}/ask/{PLUMBING}")
    page.get_by_role("button").filter(has=page.locator(".icon")).last.click()
    wrong: dict[str, list[str]] = {}
    for path in [*OPEN, *STEPS, *paths]:
        answer = page.goto(served.url + path)
        assert answer is not None
        assert 200 == answer.status, path
        found = violations(page)
        if wide(page) > 0:
            found.append(f"{wide(page)} px too wide")
        if found:
            wrong[path] = found
    assert {} == wrong
