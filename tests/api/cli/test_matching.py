"""`linli match` and `linli check` on files: good ones, and everything that may be wrong with one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from matching.plan import decode_plan
from matching.problem import TableTravel, decode_problem
from matching.travel.network.single import route
from tests.support.streets import futian, futian_file

STREET = Path(__file__).parents[3] / "docs" / "examples" / "street.json"
PLAN = STREET.with_name("street.plan.json")


def street() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(STREET.read_text("utf-8"))
    return document


def test_the_same_bytes_again(linli, tmp_path):
    done = linli("match", str(STREET), "--deterministic", "-o", "plan.json")
    assert (0, PLAN.read_bytes()) == (done.exit_code, (tmp_path / "plan.json").read_bytes())


def test_another_seed_finds_the_same_plan(linli):
    """The example has one best plan, so that a better solver need not change the page about it."""
    told = json.loads(linli("match", str(STREET), "--seed", "7", "--deterministic", "--json").stdout)["plan"]
    assert json.loads(PLAN.read_bytes()) == told | {"seed": 0}


def test_a_person_reads_who_comes_how_good_it_is_and_why_not(linli):
    """Three of five classes of points are served in full; one task is left, for want of a fitting shift."""
    shown = words_of(linli("match", str(STREET), "--deterministic"))
    assert "12 of 13 tasks served" in shown
    assert ("deng, feng" in shown, "60 3 2 67 % 120" in shown) == (True, True)
    assert "Points served 600 600 0.00 % proven best" in shown
    assert "Travel 335 min 335 min 0.00 % proven best" in shown
    assert "does not fit into a shift inside_shift 1 60" in shown
    assert "does not fit into a shift 1; qualification missing or not valid then 1; skill missing" in shown
    assert ("Time on the way: 275 min" in shown, "Lateness" in shown) == (True, False)


def test_a_person_may_read_chinese(linli):
    """Nothing but names of the document, codes of causes, and the name of the solver is English."""
    shown = words_of(linli("match", str(STREET), "--deterministic", LINLI_LANG="zh"))
    assert "13 项任务中服务了 12 项" in shown
    assert ("服务分值" in shown, "路上时间：275 分钟" in shown, "班次内排不下 inside_shift" in shown) == (
        True,
    ) * 3
    names = set(re.findall(r"[a-z][a-z-]+", STREET.read_text("utf-8"))) | {"inside_shift"}
    found = json.loads(linli("match", str(STREET), "--deterministic", "--json").stdout)["plan"]["solver"]
    assert set() == set(re.findall(r"[A-Za-z][A-Za-z_-]+", shown)) - names - {found}


def words_of(done: Any) -> str:
    return " ".join(done.stdout.split())


def test_what_must_be_served_and_is_not_comes_first(linli, tmp_path):
    document = street()
    for task in document["tasks"]:
        task["mandatory"] = task["id"] == "guo-socket"
    (tmp_path / "must.json").write_text(json.dumps(document), "utf-8")
    shown = words_of(linli("match", "must.json", "--solver", "greedy"))
    assert "guo-socket does not fit into a shift inside_shift" in shown
    assert shown.index("Must be served, and is not") < shown.index("Served, by priority")


def test_another_policy_puts_other_things_first(linli, tmp_path):
    (tmp_path / "policy.json").write_text('{"levels": ["service", "experience"], "wish_ticks": 40}', "utf-8")
    done = linli("match", str(STREET), "--policy", "policy.json", "--deterministic", "--json")
    assert ["service", "experience"] == [level["name"] for level in json.loads(done.stdout)["plan"]["levels"]]
    (tmp_path / "policy.json").write_text('{"levels": ["travel"]}', "utf-8")
    refused = linli("match", str(STREET), "--policy", "policy.json")
    assert (2, True) == (refused.exit_code, "policy.json: levels: Expected one of" in refused.stderr)


def test_it_begins_with_a_plan_and_stops_at_a_gap(linli):
    """With any gap allowed, the plan given is at least not lost."""
    words = ("match", str(STREET), "--warm-start", str(PLAN), "--gap", "100", "--seconds", "5", "--json")
    assert 12 == len(json.loads(linli(*words).stdout)["plan"]["assignments"])
    assert "none.json: No such" in linli("match", str(STREET), "--warm-start", "none.json").stderr
    assert 2 == linli("match", str(STREET), "--gap", "101").exit_code


@pytest.mark.parametrize(("lang", "word"), [("en", "Days of workers"), ("zh", "服务者日程")])
def test_a_plan_is_shown_as_a_page(linli, tmp_path, lang, word):
    done = linli(
        "match", str(STREET), "--solver", "greedy", "-o", "p.json", "--plot", "a.html", LINLI_LANG=lang
    )
    again = linli("plot", str(STREET), "p.json", "-o", "b.html", LINLI_LANG=lang)
    assert (0, 0, True) == (done.exit_code, again.exit_code, "b.html" in again.stdout)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert word in (tmp_path / "a.html").read_text("utf-8")


def test_a_page_is_of_its_own_problem_and_says_what_is_wrong_with_the_plan(linli, tmp_path):
    (tmp_path / "other.json").write_bytes(plan_with(problem="0" * 64))
    refused = linli("plot", str(STREET), "other.json")
    assert (2, True) == (refused.exit_code, "other.json: The plan answers another problem" in refused.stderr)
    (tmp_path / "wrong.json").write_bytes(plan_with(terms={"served": 99}))
    warned = linli("plot", str(STREET), "wrong.json")
    assert (0, True) == (warned.exit_code, "breaks rules (1 times)" in warned.stderr)
    assert "Is a directory" in linli("plot", str(STREET), str(PLAN), "-o", ".").stderr


@pytest.mark.parametrize("solver", ["auto", "greedy", "cpsat"])
def test_a_machine_reads_one_document(linli, solver):
    done = linli("match", str(STREET), "--seconds", "5", "--solver", solver, "--json")
    told = json.loads(done.stdout)
    assert {"seconds", "status", "plan"} == set(told)
    assert ("linli.plan/1", 12) == (told["plan"]["schema"], len(told["plan"]["assignments"]))


def test_the_plan_on_file_is_the_plan_that_is_printed(linli, tmp_path):
    done = linli("match", str(STREET), "--solver", "greedy", "--json", "-o", "p.json")
    assert json.loads(done.stdout)["plan"] == json.loads((tmp_path / "p.json").read_bytes())


def broken(**changes: Any) -> dict[str, Any]:
    return street() | changes


def with_first(part: str, **changes: Any) -> dict[str, Any]:
    document = street()
    document[part][0] |= changes
    return document


WRONG = {
    "duplicate id": (lambda: broken(tasks=[*street()["tasks"], street()["tasks"][2]]), "tasks[13].id"),
    "dangling place": (
        lambda: with_first("tasks", place="nowhere"),
        "tasks[0].place: Unknown place 'nowhere'",
    ),
    "dangling provider": (lambda: with_first("workers", provider="who"), "workers[0].provider"),
    "negative duration": (lambda: with_first("tasks", duration=-30), "tasks[0].duration"),
    "naive start": (lambda: broken(horizon={"start": "2026-03-02T00:00:00", "days": 1}), "horizon.start"),
    "window backwards": (
        lambda: with_first("tasks", windows=[{"earliest": 600, "latest": 540}]),
        "tasks[0].windows[0].latest",
    ),
    "unknown field": (lambda: broken(colour="red"), "colour"),
    "missing field": (lambda: {k: v for k, v in street().items() if k != "horizon"}, "horizon"),
    "wrong type": (lambda: with_first("places", lat="north"), "places[0].lat"),
    "off the earth": (lambda: with_first("places", lat=122.5), "places[0].lat"),
    "another schema": (lambda: broken(schema="linli.problem/9"), "schema"),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("command", ["match", "check"])
def test_a_wrong_problem_is_refused_with_the_path_of_the_field(linli, tmp_path, case, command):
    make, told = WRONG[case]
    (tmp_path / "wrong.json").write_text(json.dumps(make()), "utf-8")
    done = linli(command, "wrong.json", *([str(PLAN)] if command == "check" else []))
    assert (2, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith("wrong.json: ")
    assert told in done.stderr


@pytest.mark.parametrize("content", [b"", b"hello", b"[]", b'{"id": ', b"\xff\xfe", b"[" * 10_000])
def test_what_is_no_document_is_refused(linli, tmp_path, content):
    (tmp_path / "wrong.json").write_bytes(content)
    for words in (("match", "wrong.json"), ("check", str(STREET), "wrong.json")):
        done = linli(*words)
        assert (2, 1) == (done.exit_code, done.stderr.count("wrong.json: "))


def test_files_that_are_not_there(linli, tmp_path):
    for words in (
        ("match", "none.json"),
        ("match", "."),
        ("check", str(STREET), "none.json"),
        ("match", str(STREET), "--solver", "greedy", "-o", "no/folder/plan.json"),
    ):
        done = linli(*words)
        assert 2 == done.exit_code
        assert (
            "plan.json: No such" in done.stderr
            or "none.json: No such" in done.stderr
            or "directory" in done.stderr
        )


@pytest.mark.parametrize(
    "words",
    [
        ("--solver", "magic"),
        ("--seconds", "0"),
        ("--seconds", "soon"),
        ("--seed", "-1"),
        ("--seconds", "nan"),
    ],
)
def test_options_out_of_range(linli, words):
    done = linli("match", str(STREET), *words)
    assert 2 == done.exit_code
    assert words[0] in done.stderr


@pytest.mark.parametrize("words", [("--seconds", "inf"), ("--seed", "9223372036854775807")])
def test_numbers_beyond_every_use_are_refused_in_a_sentence(linli, words):
    done = linli("match", str(STREET), *words)
    assert 2 == done.exit_code
    assert f"{words[0][2:]}: expected a number from 0" in done.stderr


def plan_with(**changes: Any) -> bytes:
    return json.dumps(json.loads(PLAN.read_bytes()) | changes).encode()


def test_a_good_plan_passes(linli):
    done = linli("check", str(STREET), str(PLAN))
    assert (0, "No rule is violated.") == (done.exit_code, done.stdout.strip())
    assert [] == json.loads(linli("check", str(STREET), str(PLAN), "--json").stdout)


def test_each_violation_is_named(linli, tmp_path):
    plan = json.loads(PLAN.read_bytes())
    haircut = next(item for item in plan["assignments"] if item["task"] == "wang-haircut")
    route = next(route for route in plan["routes"] if route["worker"] == "zhou-barber")
    haircut["workers"], route["worker"] = ["nurse-he"], "nurse-he"
    (tmp_path / "bad.json").write_text(json.dumps(plan), "utf-8")
    shown = linli("check", str(STREET), "bad.json")
    assert 1 == shown.exit_code
    assert ("skill_level" in shown.stderr, "wang-haircut" in shown.stderr) == (True, True)
    told = linli("check", str(STREET), "bad.json", "--json")
    assert 1 == told.exit_code
    assert ("skill_level", "wang-haircut", "nurse-he") in {
        (item["rule"], item["task"], item["worker"]) for item in json.loads(told.stdout)
    }


def test_a_plan_of_another_problem(linli, tmp_path):
    (tmp_path / "bad.json").write_bytes(plan_with(problem="0" * 64))
    done = linli("check", str(STREET), "bad.json", "--json")
    assert (1, {"problem"}) == (done.exit_code, {item["rule"] for item in json.loads(done.stdout)})


def test_a_plan_that_names_strangers_is_no_crash(linli, tmp_path):
    (tmp_path / "bad.json").write_bytes(plan_with(assignments=[{"task": "x", "start": 1, "workers": ["y"]}]))
    done = linli("check", str(STREET), "bad.json")
    assert done.exit_code in {1, 2}
    assert done.stderr


@pytest.fixture
def city(tmp_path: Path) -> str:
    """The network of the street of the examples."""
    return str(futian_file(tmp_path))


def test_ways_along_streets_take_the_place_of_the_estimate(linli, city, tmp_path):
    done = linli(
        "match",
        str(STREET),
        "--network",
        city,
        "--deterministic",
        "--with-travel",
        "routed.json",
        "-o",
        "p.json",
    )
    assert 0 == done.exit_code
    routed = decode_problem((tmp_path / "routed.json").read_bytes())
    assert isinstance(routed.travel, TableTravel)
    assert routed.travel.network == futian().facts.version
    assert (routed.tasks, routed.places) == (decode_problem(STREET.read_bytes()).tasks, routed.places)
    plan = decode_plan((tmp_path / "p.json").read_bytes())
    for one in plan.routes:
        worker = routed.worker_by_id[one.worker]
        here = routed.place_by_id[worker.shifts[one.shift].start_place]
        there = routed.place_by_id[routed.task_by_id[one.stops[0].task].place]
        way = route(futian(), worker.mode, (here.lat, here.lon), (there.lat, there.lon))
        assert way.metres == one.stops[0].travel_metres


def test_a_document_with_its_ways_needs_no_network(linli, city, tmp_path):
    """The same plan again, to the byte, and the checker agrees."""
    linli(
        "match",
        str(STREET),
        "--network",
        city,
        "--deterministic",
        "--with-travel",
        "routed.json",
        "-o",
        "a.json",
    )
    Path(city).unlink()
    done = linli("match", "routed.json", "--deterministic", "-o", "b.json")
    assert 0 == done.exit_code
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert 0 == linli("check", "routed.json", "b.json").exit_code


def test_places_that_no_street_is_near_are_named(linli, city, tmp_path):
    document = with_first("places", lat=22.40)
    lost = document["places"][0]["id"]
    (tmp_path / "sea.json").write_text(json.dumps(document), "utf-8")
    shown = linli("match", "sea.json", "--network", city, "--solver", "greedy")
    assert (0, True) == (shown.exit_code, "Not near any street of the network" in shown.stdout)
    assert f"{lost} " in shown.stdout.partition("Not near any street")[2]
    told = json.loads(linli("match", "sea.json", "--network", city, "--solver", "greedy", "--json").stdout)
    assert {"version": futian().facts.version, "estimated_places": [lost]} == told["network"]


def test_a_network_that_cannot_be_used_is_refused(linli, tmp_path):
    for name, words in (("none.network", "cannot be read"), (str(STREET), "not a prepared network")):
        done = linli("match", str(STREET), "--network", name)
        assert (2, "") == (done.exit_code, done.stdout)
        assert f"{name}: {words}" in done.stderr


def test_ways_are_written_only_where_they_are_measured(linli, tmp_path):
    done = linli("match", str(STREET), "--with-travel", "routed.json")
    assert (2, True, []) == (done.exit_code, "--network" in done.stderr, list(tmp_path.iterdir()))
