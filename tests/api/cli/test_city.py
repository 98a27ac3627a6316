"""What commands say of the street network: used, missing, of another city; the demo prepares its own once."""

from pathlib import Path

import pytest

from api.cli.city import demo_network
from matching.travel.network import load
from tests.support.streets import futian, futian_file, jinan_file


def test_the_demo_prepares_its_network_once(tmp_path: Path):
    path = demo_network(tmp_path / "networks")
    first = path.stat()
    assert load(path).facts.version == futian().facts.version
    assert demo_network(tmp_path / "networks") == path
    again = path.stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)
    assert [path] == list(path.parent.iterdir())


NAMES = {
    "en": (
        "Ways are measured on the street network shenzhen_futian.osm.pbf",
        "Ways are estimates: LINLI_NETWORK",
    ),
    "zh": ("路程按路网 shenzhen_futian.osm.pbf", "路程为估算：LINLI_NETWORK"),
}


@pytest.fixture
def seed(linli, seeded_url, monkeypatch):
    """Return what `linli seed` says on a database that is seeded already."""
    from tests.api.cli.conftest import DAY  # noqa: PLC0415

    def say(**environ: str) -> str:
        done = linli("seed", "--day", DAY, LINLI_DATABASE_URL=seeded_url, **environ)
        assert 0 == done.exit_code
        return " ".join(done.stdout.split())

    return say


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_network_in_use_is_named(seed, tmp_path: Path, lang: str):
    said = seed(LINLI_NETWORK=str(futian_file(tmp_path)), LINLI_LANG=lang)
    assert NAMES[lang][0] in said
    assert futian().facts.version[:12] in said
    assert "linli travel prepare" not in said  # every building lies within it


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_network_that_is_not_there_is_named_with_the_reason(seed, tmp_path: Path, lang: str):
    said = seed(LINLI_NETWORK=str(tmp_path / "none.network"), LINLI_LANG=lang)
    assert NAMES[lang][1] in said
    assert "none.network: cannot be read" in said


def test_a_network_of_another_city_covers_nothing(seed, tmp_path: Path):
    said = seed(LINLI_NETWORK=str(jinan_file(tmp_path)))
    assert "It covers 0 of " in said
    assert "linli travel prepare" in said


def test_without_a_network_ways_are_estimates(seed):
    assert "Ways are estimates: no street network is named (LINLI_NETWORK)." in seed()


def test_a_worker_says_it_before_it_starts(linli, tmp_path: Path, monkeypatch):
    """The worker itself is not started here: its database is none."""
    from api import background  # noqa: PLC0415

    async def not_now(*_: object) -> None:
        return None

    monkeypatch.setattr(background, "worker_main", not_now)
    served = {"LINLI_REDIS_URL": "redis://127.0.0.1:1/0", "LINLI_SECRET": "x" * 32}
    done = linli("worker", LINLI_NETWORK=str(tmp_path / "none.network"), **served)
    assert (0, True) == (done.exit_code, "none.network: cannot be read" in done.stderr)
