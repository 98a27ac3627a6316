"""`linli match`, `check` and `plot` on plans of all shapes, in both languages."""

import json
import re
from pathlib import Path

import pytest

from matching.plan import decode_plan
from matching.plot.facts import by_priority, by_shape, missing, needs
from matching.problem import decode_problem

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def words_of(done):
    return " ".join(done.stdout.split())


def test_a_person_reads_trips_sessions_and_who_waits(linli):
    shown = words_of(linli("match", str(EXAMPLES / "mixed.json"), "--deterministic", "--seconds", "1"))
    assert "9 of 9 needs served" in shown
    assert ("Delivery trips" in shown, "Sessions that open" in shown, "canteen shen" in shown) == (True,) * 3
    assert "Not served, and why" not in shown
    shown = words_of(linli("match", str(EXAMPLES / "class.json"), "--deterministic", "--seconds", "1"))
    assert ("qi, hong" in shown, "the venue is too far to walk walk_limit 1 10" in shown) == (True, True)


def test_a_person_may_read_chinese(linli):
    """Nothing but names of the document, codes of causes, and points of the compass is English."""
    problem = EXAMPLES / "class.json"
    shown = words_of(linli("match", str(problem), "--deterministic", "--seconds", "1", LINLI_LANG="zh"))
    assert ("11 项需求中满足了 7 项" in shown, "候补" in shown, "监护人尚未同意" in shown) == (True,) * 3
    names = set(re.findall(r"[a-z][a-z-]+", problem.read_text("utf-8"))) | {"walk_limit", "busy", "consent"}
    assert set() == {word for word in re.findall(r"[A-Za-z][A-Za-z_-]+", shown) if not whole(word, names)}


def whole(word: str, names: set[str]) -> bool:
    """A name, or a part of one that a narrow column broke."""
    return any(word in name for name in names)


@pytest.mark.parametrize("change", ["late", "crowded"])
def test_check_names_what_is_wrong(linli, tmp_path, change):
    plan = json.loads((EXAMPLES / "class.plan.json").read_bytes())
    if change == "late":
        plan["routes"][0]["stops"][0]["start"] += 1
    else:
        plan["sessions"][1]["seated"].append("hong")
    (tmp_path / "plan.json").write_text(json.dumps(plan), "utf-8")
    done = linli("check", str(EXAMPLES / "class.json"), "plan.json", "--json")
    rules = {one["rule"] for one in json.loads(done.stdout)}
    assert (1, True) == (done.exit_code, bool(rules & {"venue_seats", "staff", "waiting", "routes"}))
    assert 0 == linli("check", str(EXAMPLES / "class.json"), str(EXAMPLES / "class.plan.json")).exit_code


def test_the_page_draws_every_shape(linli, tmp_path):
    files = str(EXAMPLES / "mixed.json"), str(EXAMPLES / "mixed.plan.json")
    done = linli("plot", *files, "-o", "plan.html", LINLI_LANG="en")
    text = (tmp_path / "plan.html").read_text("utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text).group(1))
    assert 0 == done.exit_code
    kinds = [(task[8:] or ["visit"])[0] for task in data["tasks"]]
    assert {"visit", "deliver", "seat", "load", "lead"} == set(kinds)
    stops = [kinds[n] for route in data["routes"] for n in route[2][::6]]
    assert ["load", "deliver", "deliver", "load", "deliver", "deliver", "lead", "visit", "visit"] == stops
    assert "9 of 9 needs are served; 2 workers could come." in text
    assert "bei, chun, dong" in text


def test_facts_count_needs_once():
    problem = decode_problem((EXAMPLES / "meals.json").read_bytes())
    plan = decode_plan((EXAMPLES / "meals.plan.json").read_bytes())
    assert (8, 9) == needs(problem, plan)
    assert [("deliveries", 8, 6), ("sessions", 2, 2)] == [tuple(one) for one in by_shape(problem, plan)]
    assert [(15, 1, 1), (10, 7, 6), (8, 1, 1)] == [tuple(one) for one in by_priority(problem, plan)]
    assert [("jia-home-meal", "fresh")] == [(one.task.id, one.main) for one in missing(problem, plan)]


def test_a_name_in_brackets_is_text(linli, tmp_path):
    """Tables on the terminal know marks for styles; a name that looks like one is a name."""
    text = (EXAMPLES / "mixed.json").read_text("utf-8").replace("club-room", "[/no]")
    (tmp_path / "odd.json").write_text(text, "utf-8")
    done = linli("match", "odd.json", "--deterministic", "--seconds", "1", "-o", "odd.plan.json")
    assert 0 == done.exit_code
    assert "[/no]" in "".join(done.stdout.split())
    assert 1 == linli("check", "odd.json", str(EXAMPLES / "class.plan.json")).exit_code
