"""The network of an installation: mapped when asked for, mapped anew when replaced, missed with a sentence."""

from pathlib import Path

import pytest

from api.streets import Streets
from matching.errors import NetworkError
from matching.travel.network import save
from tests.support.small_network import blocks
from tests.support.streets import futian, futian_file


def test_a_named_network_is_mapped_once(tmp_path: Path):
    streets = Streets(futian_file(tmp_path))
    assert streets.network is not None
    assert streets.network.facts.version == futian().facts.version
    assert (streets.required(), streets.reason) == (streets.network, None)


def test_without_a_name_there_is_none_and_nothing_is_wrong():
    streets = Streets(None)
    assert (streets.network, streets.reason) == (None, None)
    with pytest.raises(NetworkError, match="LINLI_NETWORK"):
        streets.required()


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"", "cannot be read"), (b"hello" * 9, "not a prepared")]
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes | None, said: str):
    path = tmp_path / "city.network"
    if content is not None:
        path.write_bytes(content)
    streets = Streets(path)
    assert streets.network is None
    assert said in (streets.reason or "")
    with pytest.raises(NetworkError, match=said):
        streets.required()


def test_a_replaced_file_is_noticed(tmp_path: Path):
    path = tmp_path / "city.network"
    streets = Streets(path)
    assert streets.network is None
    save(blocks(3, 3), path)
    first = streets.required()
    save(blocks(4, 4), path)
    second = streets.required()
    assert (first.vertices, second.vertices) == (9, 16)
    assert first.edges == 12  # whoever still holds the old one may go on with it
    path.unlink()
    assert streets.network is None
    assert "cannot be read" in (streets.reason or "")
