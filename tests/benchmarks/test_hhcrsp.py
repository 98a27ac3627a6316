"""Public home-care instances against the best published values.

`pytest -m benchmark tests/benchmarks/test_hhcrsp.py -s` solves those in tests/data/hhcrsp; LINLI_TEST_HHCRSP names a folder
with all of them. 30 s each up to 75 patients, 120 s beyond, two threads.
"""

import csv
import os
import sys
from pathlib import Path

import pytest

from matching.hhcrsp import instance_name, read_instance, solve
from matching.stop import Stop

DATA = Path(__file__).parents[1] / "data" / "hhcrsp"
FOLDER = Path(os.environ.get("LINLI_TEST_HHCRSP", DATA))
SMALL, SHORT, LONG = 75, 30, 120


def best_known():
    with (DATA / "best_known.csv").open(encoding="utf-8") as file:
        return {row["instance"]: float(row["best"]) for row in csv.DictReader(file)}


@pytest.mark.benchmark
@pytest.mark.parametrize("path", sorted(FOLDER.glob("Instanz*")), ids=instance_name)
def test_instance(path, capsys):
    instance, best = read_instance(path), best_known()[instance_name(path)]
    seconds = SHORT if len(instance.patients) <= SMALL else LONG
    result = solve(instance, stop=Stop(seconds=seconds), seed=1)
    assert () == result.score.violations
    gap = 100 * (result.score.value / best - 1)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{instance_name(path):26} {result.score.value:10.3f} {best:10.3f} {gap:+8.3f} %"
            f" {result.seconds:6.1f} s {result.rounds:9} rounds  {result.status}\n"
        )
