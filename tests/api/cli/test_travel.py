"""`linli travel`: an extract becomes a network, which is shown and measured."""

import json

import pytest

from matching.travel.network import load
from tests.support.streets import FUTIAN, JINAN, extract, futian, futian_file


def flat(text):
    return " ".join(text.split())


def test_an_extract_becomes_a_network(linli, tmp_path):
    done = linli("travel", "prepare", str(FUTIAN), "-o", "city.network")
    assert 0 == done.exit_code, done.output
    assert futian().facts.version == load(tmp_path / "city.network").facts.version
    told = flat(done.stdout)
    assert "8,410, 9,252" in told
    assert "222.7 km" in told
    assert "© OpenStreetMap contributors" in told
    assert "LINLI_NETWORK=city.network" in told
    assert [tmp_path / "city.network"] == list(tmp_path.iterdir())


def test_the_network_is_named_after_the_extract(linli, tmp_path):
    done = linli("travel", "prepare", str(FUTIAN), "--json")
    told = json.loads(done.stdout)
    assert "shenzhen_futian.network" == told["path"]
    assert told["version"] == load(tmp_path / "shenzhen_futian.network").facts.version


def test_gaps_box_and_source(linli):
    done = linli(
        *("travel", "prepare", str(JINAN), "--join-gaps", "20", "--within", "36.64,116.96,36.70,117.06"),
        *("--source", "Jinan of November", "-o", "inner.network", "--json"),
    )
    told = json.loads(done.stdout)
    assert "Jinan of November" == told["source"]
    assert "36.64,116.96,36.7,117.06" == told["made"]["within"]
    assert 20.0 == told["made"]["join_gaps_metres"]
    assert told["made"]["dead_ends_joined"] > 20
    assert 36.64 <= told["bounds"][0]
    assert "up to 20 m" in flat(linli("travel", "show", "inner.network").stdout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.osm.pbf",), "none.osm.pbf: there is no such file"),
        ((str(FUTIAN), "--within", "22,114"), "give four numbers, SOUTH,WEST,NORTH,EAST"),
        ((str(FUTIAN), "--within", "23,114,22,115"), "give south, west, north, east in degrees"),
        ((str(FUTIAN), "-o", str(FUTIAN)), "would overwrite the extract"),
        ((str(FUTIAN), "-o", "."), ".: is a folder; name a file"),
        ((str(FUTIAN), "-o", "/proc/no/where.network"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(linli, words, said):
    done = linli("travel", "prepare", *words)
    assert 2 == done.exit_code
    assert said in flat(done.stderr)
    assert "Traceback" not in done.output


def test_gaps_have_a_limit(linli):
    assert 2 == linli("travel", "prepare", str(FUTIAN), "--join-gaps", "31").exit_code


def test_show_tells_the_facts(linli, tmp_path):
    path = futian_file(tmp_path)
    told = flat(linli("travel", "show", str(path)).stdout)
    assert futian().facts.version in told.replace(" ", "").replace("│", "")  # folded, not cut
    assert "none asked for" in told
    document = json.loads(linli("travel", "show", str(path), "--json").stdout)
    assert futian().facts.version == document["version"]
    assert 152 == document["names"]


def test_show_speaks_chinese(linli, tmp_path):
    done = linli("travel", "show", str(futian_file(tmp_path)), LINLI_LANG="zh")
    assert "可步行的道路" in done.stdout
    assert "streets to walk" not in done.stdout


@pytest.mark.parametrize("command", ["show", "report"])
def test_what_is_no_network_is_refused(linli, command):
    done = linli("travel", command, str(FUTIAN))
    assert 2 == done.exit_code
    assert "not a prepared network; make one with `linli travel prepare" in flat(done.stderr)


def test_report_measures_ways_against_lines(linli, tmp_path):
    path = str(futian_file(tmp_path))
    document = json.loads(linli("travel", "report", path, "--pairs", "5000", "--json").stdout)
    assert 1.4 < document["far"]["median"] < 1.7
    assert document["far"]["median"] < document["far"]["mean"] < document["far"]["p90"]
    assert document["near"]["median"] > document["far"]["median"]
    assert 0.1 < document["beyond_15_minutes"] < 0.4
    assert 0.4 < document["nearest_is_nearest"] < 0.8
    assert 0.1 < document["extra_walk"] < 0.8
    told = linli("travel", "report", path, "--pairs", "5000", LINLI_LANG="zh").stdout
    assert f"{document['far']['median']:.2f}" in told
    assert "按直线分配比按路程分配多走" in told


def test_another_seed_draws_other_places(linli, tmp_path):
    path = str(futian_file(tmp_path))
    first, again, other = (
        linli("travel", "report", path, "--pairs", "200", "--seed", seed, "--json").stdout for seed in "778"
    )
    assert first == again
    assert json.loads(first)["far"] != json.loads(other)["far"]


def test_a_network_too_small_to_measure(linli, tmp_path):
    corners = {1: (0, 0), 2: (0, 500), 3: (500, 500), 4: (500, 0)}
    path = extract(tmp_path / "ring.osm.pbf", corners, [([1, 2, 3, 4, 1], {"highway": "residential"})])
    assert 0 == linli("travel", "prepare", str(path)).exit_code
    done = linli("travel", "report", "ring.network")
    assert 2 == done.exit_code
    assert "too small to be measured" in flat(done.stderr)
