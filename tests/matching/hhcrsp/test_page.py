"""What docs/benchmarks-hhcrsp.md shows runs, and the solutions it names are what it says."""

import csv
import gzip
import re
import shutil
from pathlib import Path

import pytest

from matching.hhcrsp import decode_solution, evaluate, instance_name, read_instance

from .homecare import DATA

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "benchmarks-hhcrsp.md").read_text("utf-8")


def test_the_example_runs(tmp_path, monkeypatch, capsys):
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    shutil.copytree(DATA, tmp_path / "tests" / "data" / "hhcrsp")
    monkeypatch.chdir(tmp_path)
    exec(compile(source, "page", "exec"), {})  # noqa: S102 our own page
    written = decode_solution((tmp_path / "toy.solution.json").read_bytes())
    assert () == evaluate(read_instance(DATA / "toy.json"), written).violations


@pytest.mark.parametrize("path", sorted(DATA.glob("Instanz*")), ids=instance_name)
def test_a_stored_solution_is_better_than_published(path):
    stored = DATA / "solutions" / f"{instance_name(path)}.json.gz"
    if not stored.exists():
        assert instance_name(path) not in PAGE
        return
    with (DATA / "best_known.csv").open(encoding="utf-8") as file:
        best = {row["instance"]: float(row["best"]) for row in csv.DictReader(file)}[instance_name(path)]
    score = evaluate(read_instance(path), decode_solution(gzip.decompress(stored.read_bytes())))
    assert ((), True) == (score.violations, score.value < best)
