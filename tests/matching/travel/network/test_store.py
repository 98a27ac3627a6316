"""A prepared network on disk: what was saved is what is read, and damage is told."""

import os

import numpy as np
import pytest

from matching.errors import NetworkError
from matching.travel.network import load, save
from matching.travel.network.model import ARRAYS
from matching.travel.network.store import version_of
from tests.support.streets import futian, futian_file, jinan_file


def test_what_was_saved_is_what_is_read(tmp_path):
    network = load(futian_file(tmp_path))
    assert futian().facts == network.facts
    for field in ARRAYS:
        np.testing.assert_array_equal(getattr(futian(), field), getattr(network, field))
        assert getattr(futian(), field).dtype == getattr(network, field).dtype
    assert network.facts.version == version_of(vars(network), network.facts.names, network.facts.kinds)


def test_a_network_in_use_cannot_be_changed(tmp_path):
    network = load(futian_file(tmp_path))
    with pytest.raises(ValueError, match="read-only"):
        network.length[0] = 0


def test_saving_twice_gives_the_same_bytes_and_leaves_nothing_behind(tmp_path):
    path = futian_file(tmp_path)
    first = path.read_bytes()
    save(futian(), path)
    assert first == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_reader_keeps_the_old_network_when_a_new_one_is_saved(tmp_path):
    path = jinan_file(tmp_path)
    old = load(path)
    lat = old.lat.copy()
    save(futian(), path)
    np.testing.assert_array_equal(lat, old.lat)
    assert futian().facts.version == load(path).facts.version


def test_a_pipe_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="is not an ordinary file"):
        save(futian(), pipe)
    assert pipe.is_fifo()
    assert [pipe] == list(tmp_path.iterdir())


def test_behind_a_link_the_file_is_replaced(tmp_path):
    path, link = jinan_file(tmp_path), tmp_path / "link.network"
    link.symlink_to(path)
    save(futian(), link)
    assert link.is_symlink()
    assert futian().facts.version == load(path).facts.version


def test_one_changed_number_changes_the_version():
    network = futian()
    arrays = {field: getattr(network, field) for field in ARRAYS}
    arrays["length"] = arrays["length"].copy()
    arrays["length"][17] += 1
    assert network.facts.version != version_of(arrays, network.facts.names, network.facts.kinds)


def test_no_such_file(tmp_path):
    with pytest.raises(
        NetworkError, match=r"none.network: cannot be read \(No such file or directory\); make one with"
    ):
        load(tmp_path / "none.network")


def test_an_empty_file(tmp_path):
    (tmp_path / "nil.network").touch()
    with pytest.raises(NetworkError, match=r"nil.network: cannot be read, it is empty; make one with"):
        load(tmp_path / "nil.network")


def test_another_kind_of_file(tmp_path):
    (tmp_path / "a.network").write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(NetworkError, match="not a prepared network; make one with `linli travel prepare"):
        load(tmp_path / "a.network")


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01, 0.02, 0.3, 0.9, 0.999])
def test_a_file_cut_short(tmp_path, share):
    path = futian_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(
        NetworkError,
        match=r"futian.network: (damaged, prepare it again|not a prepared network|cannot be read)",
    ):
        load(path)


@pytest.mark.parametrize("share", [0.6, 0.8, 0.99])
def test_one_bit_that_fell_over(tmp_path, share):
    path = futian_file(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[int(share * len(raw))] ^= 0x40
    path.write_bytes(raw)
    with pytest.raises(NetworkError, match="damaged, prepare it again"):
        load(path)


def test_a_header_that_is_not_ours(tmp_path):
    path = futian_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"shape":', b'"shame":', 1))
    with pytest.raises(NetworkError, match="damaged, prepare it again"):
        load(path)
