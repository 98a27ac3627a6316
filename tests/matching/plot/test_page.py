"""The page of a plan is one file: it asks nobody, escapes everything, says the figures in both languages, stays small."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from msgspec import structs

from api.i18n import translator
from matching.errors import PlanError
from matching.plan import Assignment, Plan, Route, Stop, Unserved
from matching.plot.page import page
from matching.policy import Policy, policy_hash
from matching.problem import Horizon, Place, Problem, Provider, problem_hash
from tests.matching.plot.examples import HOSTILE, answer, asked, example, works

PROBLEM = example()
PLAN = answer(PROBLEM)
SMALL_PAGE = 3_000_000


class Reader(HTMLParser):
    """Elements with their attributes, and the text of the page outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data):
        if self.inside not in {"script", "style"}:
            self.text += data


def data_of(text: str):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text).group(1))


def test_it_asks_nobody_for_anything():
    text = page(PROBLEM, PLAN)
    assert [] == [
        (tag, attributes)
        for tag, attributes in Reader(text).elements
        for name in ("src", "href", "action", "data", "srcset")
        if not (attributes.get(name) or "#").startswith(("#", "data:,"))
    ]
    assert [] == re.findall(
        r"@import|url\(|fetch\(|XMLHttpRequest|import\(|https?://(?!www\.w3\.org/2000/svg)", text
    )


def test_it_runs_its_own_script_alone():
    text = page(PROBLEM, PLAN)
    (policy,) = [a["content"] for tag, a in Reader(text).elements if a.get("http-equiv")]
    script, style = (
        re.search(r"<script>(.*?)</script>", text, re.DOTALL),
        re.search(r"<style>(.*?)</style>", text, re.DOTALL),
    )
    digests = [
        base64.b64encode(hashlib.sha256(found.group(1).encode()).digest()).decode()
        for found in (style, script)
    ]
    assert (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:"
        == policy
    )


def test_words_of_a_document_stay_words():
    """The hostile name stands in the id of the problem, in a task, a place, a service, a provider and a worker."""
    text = page(PROBLEM, PLAN)
    read = Reader(text)
    assert ["script", "script"] == [tag for tag, _ in read.elements if tag == "script"]
    assert [] == [tag for tag, _ in read.elements if tag == "img"]
    assert f"Example {HOSTILE}" in read.text
    assert HOSTILE in set(data_of(text)["services"])
    assert "<img" not in text


def test_figures_stand_in_the_page_without_any_script():
    words = " ".join(Reader(page(PROBLEM, PLAN)).text.split())
    assert "5 of 7 tasks are served; 5 workers could come." in words
    for fact in (
        "Must be served, and is not",
        "10.00 %",
        "40.00 %",
        "150 min",
        "too far from where the shift starts",
    ):
        assert fact in words


def test_it_speaks_chinese():
    text = page(PROBLEM, PLAN, say=translator("zh").gettext, language="zh")
    read = Reader(text)
    assert ("html", {"lang": "zh-CN"}) == read.elements[0]
    english = [
        word for word in re.findall(r"[A-Za-z]{4,}", read.text.replace(HOSTILE, "")) if word not in OURS
    ]
    assert [] == english
    assert "班次" == data_of(text)["words"]["shift"]


OURS = {"Example", "lost", "task", "busy", "within_reach", "within", "reach", "JavaScript"}
"""Names of the example, and cause codes."""


@pytest.mark.parametrize(("kind", "words"), [("volunteer_team", "志愿服务队"), ("moon crew", "moon crew")])
def test_kinds_of_providers_have_words(kind, words):
    others, team = PROBLEM.providers
    of = structs.replace(PROBLEM, providers=(others, structs.replace(team, kind=kind)))
    plan = structs.replace(PLAN, problem=problem_hash(of))
    text = page(of, plan, say=translator("zh").gettext, language="zh")
    assert ["team", words] in data_of(text)["providers"]


def test_the_same_plan_is_the_same_page():
    assert page(PROBLEM, PLAN) == page(example(), answer(example()))


def test_a_plan_of_another_problem_is_refused():
    with pytest.raises(PlanError, match="another problem"):
        page(PROBLEM, structs.replace(PLAN, problem="0" * 64))
    stranger = Route(worker="nobody", shift=0, stops=(), return_ticks=0, return_metres=0)
    with pytest.raises(PlanError, match="'nobody'"):
        page(PROBLEM, structs.replace(PLAN, routes=(stranger,)))


def test_without_coordinates_there_is_no_map():
    flat = structs.replace(
        PROBLEM, places=tuple(structs.replace(p, lat=0.0, lon=0.0) for p in PROBLEM.places)
    )
    assert [] == data_of(page(flat, structs.replace(PLAN, problem=problem_hash(flat))))["xy"]


def test_nothing_asked_and_nobody_there():
    empty = Problem(id="empty", horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1))
    plan = Plan(problem=problem_hash(empty), policy=policy_hash(Policy()), solver="greedy", seed=0)
    assert ([], [], []) == tuple(data_of(page(empty, plan))[key] for key in ("tasks", "workers", "unserved"))


def test_a_district_stays_small():
    """10,000 tasks and 7,300 workers, every fifth task unserved: below three megabytes."""
    district, plan = large(10_000, 7_300)
    text = page(district, plan)
    assert len(text.encode()) < SMALL_PAGE
    assert (10_000, 2_000) == (len(data_of(text)["tasks"]), len(data_of(text)["unserved"]))


def large(tasks: int, workers: int) -> tuple[Problem, Plan]:
    """A district and a plan as large as a real one (nothing of it need be feasible)."""
    names = [f"p{n:05}" for n in range(tasks + workers)]
    spots = [Place(id="hall", lat=22.5, lon=114.0)]
    spots += [
        Place(id=name, lat=22.5 + n % 173 / 1e3, lon=114 + n % 251 / 1e3) for n, name in enumerate(names)
    ]
    problem = Problem(
        id="district",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(spots),
        providers=(Provider(id="team", kind="volunteers"),),
        workers=tuple(works(f"worker-{n:05}", days=(0,)) for n in range(workers)),
        tasks=tuple(asked(f"task-{n:05}", names[n]) for n in range(tasks)),
    )
    made = [(n, n % workers) for n in range(tasks) if n % 5]
    stops: dict[int, list[Stop]] = {}
    for task, worker in made:
        stop = Stop(
            task=f"task-{task:05}", arrive=550, start=560, end=590, travel_ticks=12, travel_metres=1_234
        )
        stops.setdefault(worker, []).append(stop)
    return problem, Plan(
        problem=problem_hash(problem),
        policy=policy_hash(Policy()),
        solver="greedy",
        seed=0,
        assignments=tuple(
            Assignment(task=f"task-{t:05}", start=560, workers=(f"worker-{w:05}",)) for t, w in made
        ),
        routes=tuple(
            Route(worker=f"worker-{w:05}", shift=0, stops=tuple(found), return_ticks=9, return_metres=900)
            for w, found in stops.items()
        ),
        unserved=tuple(
            Unserved(task=f"task-{n:05}", causes=PLAN.unserved[1].causes) for n in range(0, tasks, 5)
        ),
    )
