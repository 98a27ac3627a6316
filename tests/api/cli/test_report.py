"""A round on the terminal: what is said of its ways."""

from typing import Any

import pytest

from api.cli.console import console
from api.cli.report import show_round

SUMMARY: dict[str, Any] = {
    "asked": 7,
    "served": 6,
    "unserved": 1,
    "offers": 6,
    "workers": 40,
    "median_walk_minutes": 8.0,
    "median_walk_metres": 480.0,
    "by_service": {},
    "by_community": {},
    "unserved_by_cause": {},
    "levels": [],
    "seconds": 1.5,
}


def told(**changes: Any) -> str:
    with console.capture() as capture:
        show_round(SUMMARY | changes, {}, {})
    return " ".join(capture.get().split())


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_LANG", "en")
    monkeypatch.setattr(console, "_width", 200)


def test_a_round_of_before_there_were_networks_is_estimated():
    assert "median walk 8 min (480 m, estimated), 40 people" in told()


def test_without_a_network_it_is_estimated_and_nothing_else_is_said():
    said = told(estimated=6)
    assert "(480 m, estimated)" in said
    assert "ways are estimates" not in said


def test_along_streets_nothing_is_estimated():
    said = told(estimated=0, network="ab", far_places=0)
    assert "median walk 8 min (480 m), 40 people" in said
    assert "estimate" not in said


def test_some_ways_are_guesses():
    said = told(estimated=2, network="ab", far_places=1)
    assert "(480 m), 40" in said
    assert "2 of 6 ways are estimates" in said


def test_a_network_that_could_not_be_used_says_why():
    said = told(estimated=6, no_network="city.network: damaged, prepare it again")
    assert "(480 m, estimated)" in said
    assert "All ways are estimates" in said
    assert "city.network: damaged" in said


def test_the_same_in_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINLI_LANG", "zh")
    said = told(estimated=2, network="ab")
    assert "（480 米）" in said
    assert "6 段路程中有 2 段为估算" in said
