"""The ground: cells of streets that browsers keep, where they belong on Web Mercator, small, and of streets alone."""

import gzip
import math
from pathlib import Path

import httpx
import msgspec
import numpy as np
import pytest

from api.settings import Settings
from api.web.assets import IMMUTABLE
from api.web.maps.ground import EMPTY, FAR, NEAR, SIDE, Ground, ground_of, prefix_of, streets_of
from api.web.maps.lines import MIDDLE
from tests.support.app import House
from tests.support.story import Story
from tests.support.streets import futian, futian_file


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=sqlite_url, demo=True, network=str(futian_file(tmp_path)))


def lines_in(content: bytes) -> list[tuple[int, str, np.ndarray]]:
    cell = msgspec.json.decode(content)
    return [
        (rank, cell["names"][name] if name >= 0 else "", np.array(steps).reshape(-1, 2).cumsum(axis=0))
        for rank, name, steps in cell["lines"]
    ]


def degrees(cell: tuple[int, int, int], points: np.ndarray) -> np.ndarray:
    """Latitude and longitude, by the formulas of Web Mercator."""
    level, x, y = cell
    plane = (np.array([x, y]) + points / SIDE) / 2**level
    lat = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * v)))) for v in plane[:, 1]]
    return np.stack([lat, plane[:, 0] * 360 - 180], axis=-1)


def test_streets_lie_where_they_are():
    network = futian()
    near = {cell: packed for cell, packed in ground_of(network).cells.items() if cell[0] == NEAR}
    points = np.concatenate(
        [degrees(cell, line) for cell, packed in near.items() for _, _, line in lines_in(packed.plain)]
    )
    south, west, north, east = network.facts.bounds
    metre = 1.2e-5
    assert points.min(axis=0) == pytest.approx([south, west], abs=metre)
    assert points.max(axis=0) == pytest.approx([north, east], abs=metre)


def test_the_far_level_has_broad_streets_alone():
    far = [packed for cell, packed in ground_of(futian()).cells.items() if cell[0] == FAR]
    ranks = {rank for packed in far for rank, _, _ in lines_in(packed.plain)}
    assert ranks <= set(range(MIDDLE + 1))


def test_names_are_those_of_the_network():
    cells = ground_of(futian()).cells.values()
    named = {name for packed in cells for _, name, _ in lines_in(packed.plain)}
    assert "深南大道" in named
    assert named - {""} <= set(futian().facts.names)


def test_all_of_futian_is_a_small_download():
    """What a phone loads at most for the ground of a page; with Leaflet and our scripts it is below 150 kB."""
    assert 40_000 > sum(len(packed.packed) for packed in ground_of(futian()).cells.values())


def test_the_same_network_gives_the_same_bytes():
    assert Ground(futian()).cells == ground_of(futian()).cells


def test_without_a_network_there_is_no_ground():
    assert streets_of(None) is None


async def test_a_cell_is_kept_for_good_and_known_by_its_tag(house: House):
    visitor = await house.visitor()
    (cell, packed), *_ = ground_of(futian()).cells.items()
    address = f"/map/{prefix_of(futian())}/{cell[0]}/{cell[1]}/{cell[2]}"
    answer = await visitor.get(address)
    assert (200, IMMUTABLE, "gzip") == (
        answer.status_code,
        answer.headers["cache-control"],
        answer.headers["content-encoding"],
    )
    assert packed.plain == answer.content == gzip.decompress(packed.packed)
    again = await visitor.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)
    plain = await visitor.get(address, headers={"accept-encoding": "identity"})
    assert packed.plain == plain.content


async def test_an_old_address_gets_todays_streets_but_is_not_kept(house: House):
    (cell, packed), *_ = ground_of(futian()).cells.items()
    answer = await (await house.visitor()).get(f"/map/older-1/{cell[0]}/{cell[1]}/{cell[2]}")
    assert (packed.plain, "no-cache") == (answer.content, answer.headers["cache-control"])


async def test_beside_the_network_there_is_nothing(house: House):
    visitor = await house.visitor()
    assert EMPTY == (await visitor.get(f"/map/{prefix_of(futian())}/{NEAR}/0/0")).content
    assert 404 == (await visitor.get(f"/map/{prefix_of(futian())}/3/0/0")).status_code


async def test_cells_know_nothing_of_the_market(house: House):
    """Byte for byte what the network alone gives, whoever asks for help."""
    story = Story(house.database, house.clock, house.world)
    await story.offered(await story.looking("Chen"), "Wu")
    wu = await house.browser("Wu")
    for (level, x, y), packed in Ground(futian()).cells.items():
        answer = await wu.get(f"/map/{prefix_of(futian())}/{level}/{x}/{y}")
        assert packed.plain == answer.content


class TestWithoutNetwork:
    @pytest.fixture
    def settings(self, sqlite_url: str) -> Settings:
        return Settings(database_url=sqlite_url, demo=True)

    async def test_there_is_no_cell(self, house: House):
        answer: httpx.Response = await (await house.visitor()).get(f"/map/x/{NEAR}/1/1")
        assert 404 == answer.status_code
