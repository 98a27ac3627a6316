"""`linli bench hhcrsp`: public files in, public files out."""

import json
from pathlib import Path

import pytest

from api.cli import bench
from matching.hhcrsp import decode_solution, evaluate, read_instance, solve

DATA = Path(__file__).parents[2] / "data" / "hhcrsp"
TEN, TOY = DATA / "InstanzCPLEX_HCSRP_10_1.json.gz", DATA / "toy.json"
KNOWN = ("--best-known", str(DATA / "best_known.csv"))


def test_solutions_are_written_in_the_public_format(linli, tmp_path):
    done = linli("bench", "hhcrsp", str(TEN), str(TOY), "--iterations", "2000", "--out", "new/out", *KNOWN)
    assert 0 == done.exit_code, done.output
    for path, name in ((TEN, "InstanzCPLEX_HCSRP_10_1"), (TOY, "toy")):
        solution = decode_solution((tmp_path / "new" / "out" / f"{name}.json").read_bytes())
        assert () == evaluate(read_instance(path), solution).violations
    shown = " ".join(done.stdout.split())
    assert ("218.199" in shown, "-0.00 %" in shown, "yes" in shown) == (True, True, True)


def test_the_same_seed_gives_the_same_bytes(linli, tmp_path):
    file = str(DATA / "InstanzCPLEX_HCSRP_25_5.json.gz")
    for out in "ab":
        linli("bench", "hhcrsp", file, "--iterations", "2000", "--out", out, "--seed", "4")
    first, second = (next((tmp_path / out).iterdir()).read_bytes() for out in "ab")
    assert first == second


def test_a_machine_reads_values_and_gaps(linli):
    done = linli("bench", "hhcrsp", str(TEN), str(TOY), "--iterations", "2000", "--json", *KNOWN)
    ten, toy = json.loads(done.stdout)
    assert ("optimal", 218.199, 218.199) == (ten["status"], ten["best_known"], round(ten["value"], 3))
    assert (None, None) == (toy["best_known"], toy["gap_percent"])


def test_chinese(linli):
    done = linli("bench", "hhcrsp", str(TOY), "--iterations", "100", LINLI_LANG="zh")
    assert ("算例" in done.stdout, "已证明" in done.stdout) == (True, True)


def test_an_interrupt_writes_the_best_so_far_and_leaves_the_rest(linli, tmp_path, monkeypatch):
    def interrupted(instance, **options: object):
        def stop(news):
            if news.stage == "search":
                raise KeyboardInterrupt

        return solve(instance, **(options | {"on_progress": stop}))

    monkeypatch.setattr(bench, "solve", interrupted)
    done = linli("bench", "hhcrsp", str(TEN), str(TOY), "--seconds", "60", "--out", "out")
    assert (130, ["InstanzCPLEX_HCSRP_10_1.json"]) == (
        done.exit_code,
        [path.name for path in (tmp_path / "out").iterdir()],
    )
    assert "Interrupted: 1 of 2 solutions are in out" in done.stderr


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"patients": []}', "bad.json: caregivers"),
        (
            TOY.read_text("utf-8").replace('"duration": 45', '"duration": NaN'),
            "duration: expected a number, got NaN",
        ),
        (
            TOY.read_text("utf-8").replace("[0,38,34", "[0,38"),
            "bad.json: distances[0]: expected 7 numbers, got 6",
        ),
        ("", "bad.json: This is no JSON document"),
    ],
)
def test_a_bad_instance_is_refused_before_anything_is_solved(linli, tmp_path, content, complaint):
    (tmp_path / "bad.json").write_text(content, "utf-8")
    done = linli("bench", "hhcrsp", str(TOY), "bad.json", "--iterations", "10", "--out", "out")
    assert (2, True, False) == (done.exit_code, complaint in done.stderr, (tmp_path / "out").exists()), (
        done.stderr
    )


def test_files_and_tables_that_cannot_be_used(linli, tmp_path):
    (tmp_path / "toy.json").write_bytes(TOY.read_bytes())
    (tmp_path / "a.csv").write_text("name,best\nx,1\n", "utf-8")
    (tmp_path / "b.csv").write_text("instance,best\ntoy,nan\n", "utf-8")
    for words, complaint in (
        (["missing.json"], "missing.json: No such file or directory"),
        ([str(TOY), "toy.json"], "another file is called toy too"),
        ([str(TOY), "--best-known", "a.csv"], "expected the columns instance and best"),
        ([str(TOY), "--best-known", "b.csv"], "line 2, column best: expected a number above 0, got 'nan'"),
        ([str(TOY), "--best-known", "c.csv"], "c.csv: No such file or directory"),
        ([str(TOY), "--out", "a.csv"], "a.csv: File exists"),
    ):
        done = linli("bench", "hhcrsp", *words, "--iterations", "10")
        assert (2, True) == (done.exit_code, complaint in done.stderr), done.stderr
