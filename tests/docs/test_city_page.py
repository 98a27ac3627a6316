"""docs/bring-your-own-city.md, followed literally on the extract of Jinan."""

import os
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.docs.test_readme import ROOT, blocks

PAGE = "docs/bring-your-own-city.md"


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody with a fresh clone, and nothing set."""
    for variable in [v for v in os.environ if v.startswith("LINLI_")]:
        monkeypatch.delenv(variable)
    for kept in ("docs/examples", "tests/data/networks"):
        shutil.copytree(ROOT / kept, tmp_path / kept)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str, environment: dict[str, str]) -> Result:
    return CliRunner().invoke(app, shlex.split(line)[1:], env={**environment, "COLUMNS": "80"})


def test_every_command_of_the_page_works(newcomer):
    environment: dict[str, str] = {"LINLI_LANG": "en"}
    said: dict[str, str] = {}
    for line in "".join(blocks(PAGE, "sh")).splitlines():
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            environment[name] = value
        elif line != "linli serve":  # it would not end; that it starts is tested where it lives
            done = run(line, environment)
            assert 0 == done.exit_code, f"{line}\n{done.output}"
            said[line] = done.output
    assert "linli serve" in "".join(blocks(PAGE, "sh"))
    assert 10 == len(said)
    assert (newcomer / "jinan.network").stat().st_size > 100_000
    imported = [text for line, text in said.items() if "places import" in line]
    assert ["12 new" in text for text in imported] == [True, True]
    assert "gcj02" in (newcomer / "places-for-amap.csv").read_text("utf-8-sig")
    assert '"FeatureCollection"' in (newcomer / "places.geojson").read_text("utf-8")
    matched = next(text for line, text in said.items() if line.startswith("linli match"))
    assert "6 of 7 tasks served" in matched
    assert "No rule is violated" in next(text for line, text in said.items() if "linli check" in line)


def test_the_estimate_of_the_page_is_that_of_the_code():
    from matching.travel import LineTravel  # noqa: PLC0415 only this test needs it

    page = (ROOT / PAGE).read_text("utf-8")
    assert f"{LineTravel().factor} times the line plus {LineTravel().constant_metres} m" in page
