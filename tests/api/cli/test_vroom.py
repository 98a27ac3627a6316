"""`linli match --from vroom`: VROOM's file in, VROOM's solution out, for people and for machines."""

import json
from pathlib import Path

import pytest

from matching.problem import TableTravel, decode_problem
from tests.matching.formats.vroom_rules import broken
from tests.support.streets import futian_file

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "vroom.json"
DOORS = Path(__file__).parents[2] / "data" / "vroom" / "doors.json"
QUICK = ("--deterministic", "--seconds", "1")


def test_a_machine_gets_vrooms_solution(linli):
    done = linli("match", "--from", "vroom", str(EXAMPLE), "--seconds", "2", "--json")
    solution = json.loads(done.stdout)
    assert (0, 0, 1) == (done.exit_code, solution["code"], solution["summary"]["unassigned"])
    assert [] == broken(json.loads(EXAMPLE.read_bytes()), solution)
    assert solution["summary"]["computing_times"]["solving"] > 0


def test_the_file_holds_what_is_printed_and_the_same_bytes_again(linli, tmp_path):
    first = linli("match", "--from", "vroom", str(EXAMPLE), *QUICK, "--json", "-o", "a.json")
    linli("match", "--from", "vroom", str(EXAMPLE), *QUICK, "-o", "b.json")
    assert json.loads(first.stdout) == json.loads((tmp_path / "a.json").read_bytes())
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_person_reads_what_was_served_and_why_not_the_rest(linli):
    shown = linli("match", "--from", "vroom", str(EXAMPLE), *QUICK)
    text = " ".join(shown.stdout.split())
    assert "4 of 5 jobs served" in text
    assert "skills: No vehicle has all its skills" in text
    assert "priority 85" in text
    assert "" == shown.stderr


def test_a_person_may_read_chinese(linli):
    shown = linli("match", "--from", "vroom", str(EXAMPLE), *QUICK, LINLI_LANG="zh").stdout
    assert "5 个作业中服务了 4 个" in shown
    assert "未服务的作业及原因" in shown


def test_bounds_are_shown_where_they_hold(linli, tmp_path):
    shown = linli("match", "--from", "vroom", str(DOORS), *QUICK)
    assert "proven best" in shown.stdout
    assert "optimal" not in linli("match", "--from", "vroom", str(EXAMPLE), *QUICK).stdout
    assert "no matrices: ways are estimates" in shown.stderr


def test_ways_may_be_measured_along_streets(linli, tmp_path):
    document = json.loads(DOORS.read_bytes())
    document["vehicles"][1]["end"] = document["vehicles"][1]["start"]
    (tmp_path / "doors.json").write_text(json.dumps(document))
    streets = ("--network", str(futian_file(tmp_path)), "--with-travel", "ours.json")
    done = linli("match", "--from", "vroom", "doors.json", *QUICK, *streets, "--json")
    assert (0, "") == (done.exit_code, done.stderr)
    assert 0 == json.loads(done.stdout)["summary"]["unassigned"]
    assert isinstance(decode_problem((tmp_path / "ours.json").read_bytes()).travel, TableTravel)


def test_a_network_is_no_use_beside_matrices(linli, tmp_path):
    done = linli("match", "--from", "vroom", str(EXAMPLE), "--network", str(futian_file(tmp_path)))
    assert 2 == done.exit_code
    assert "has matrices of its own" in done.stderr


def test_what_is_wrong_is_named(linli, tmp_path):
    document = json.loads(EXAMPLE.read_bytes())
    document["jobs"][2]["location_index"] = 9
    (tmp_path / "p.json").write_text(json.dumps(document))
    done = linli("match", "--from", "vroom", "p.json")
    assert (2, "") == (done.exit_code, done.stdout)
    assert "p.json: jobs[2].location_index: Expected a row of the matrices, 0 to 4, got 9" in done.stderr


def test_a_machine_reads_a_refusal_as_vroom_writes_it(linli, tmp_path):
    (tmp_path / "p.json").write_text('{"vehicles": [], "jobs": [{"id": 1}]}')
    done = linli("match", "--from", "vroom", "p.json", "--json")
    assert 2 == done.exit_code
    assert {"code": 2, "error": "vehicles: Expected at least one vehicle"} == json.loads(done.stdout)


def test_what_is_not_used_is_said(linli, tmp_path):
    document = json.loads(EXAMPLE.read_bytes()) | {"options": {"g": True}}
    (tmp_path / "p.json").write_text(json.dumps(document))
    done = linli("match", "--from", "vroom", "p.json", *QUICK, "--json")
    assert (0, "p.json: options: unknown field, not used\n") == (done.exit_code, done.stderr)


@pytest.mark.parametrize("option", ["osrm", ""])
def test_another_format_is_refused(linli, option):
    assert 2 == linli("match", "--from", option, str(EXAMPLE)).exit_code


def test_a_file_that_is_not_there(linli):
    done = linli("match", "--from", "vroom", "nowhere.json")
    assert (2, True) == (done.exit_code, "nowhere.json: No such file" in done.stderr)
