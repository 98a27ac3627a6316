"""Ways on disk: the same as made, whatever happens to the files."""

import os
import subprocess
import sys

import numpy as np
import pytest

from matching.travel.network.cache import MAGIC, kept
from matching.travel.network.many import Sparse

WAYS = Sparse(np.array([0, 2, 2]), np.array([1, 4], np.int32), np.array([10, 2_000_000_000], np.int32))
KEY = ("version", 1, False, np.arange(3))


class Made:
    """Makes ways, and counts how often it had to."""

    def __init__(self, ways=WAYS) -> None:
        self.ways, self.times = ways, 0

    def __call__(self) -> Sparse:
        self.times += 1
        return self.ways


def same(a, b):
    return all(np.array_equal(x, y) and x.dtype == y.dtype for x, y in zip(a, b, strict=True))


def test_without_a_directory_they_are_always_made():
    made = Made()
    assert kept(None, KEY, made) is WAYS
    assert kept(None, KEY, made) is WAYS
    assert made.times == 2


def test_what_was_made_is_read_again(tmp_path):
    made = Made()
    assert same(kept(tmp_path / "deep" / "er", KEY, made), WAYS)
    assert same(kept(tmp_path / "deep" / "er", KEY, made), WAYS)
    assert made.times == 1
    assert [path.suffix for path in (tmp_path / "deep" / "er").iterdir()] == [".ways"]


def test_no_ways_are_kept_too(tmp_path):
    nobody = Sparse(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    made = Made(nobody)
    assert same(kept(tmp_path, KEY, made), nobody)
    assert same(kept(tmp_path, KEY, made), nobody)
    assert made.times == 1


@pytest.mark.parametrize(
    "other",
    [
        ("another version", 1, False, np.arange(3)),
        ("version", 2, False, np.arange(3)),
        ("version", 1, True, np.arange(3)),
        ("version", 1, False, np.arange(4)),
        ("version", 1, False, np.arange(3)[::-1]),
        ("version", 1, False, np.arange(3, dtype=np.int32)),
        ("version", 1, False, np.arange(3).reshape(3, 1)),
    ],
)
def test_whatever_the_answer_depends_on_is_part_of_the_key(tmp_path, other):
    made = Made()
    kept(tmp_path, KEY, made)
    kept(tmp_path, other, made)
    assert made.times == 2


def broken(raw):
    middle = len(raw) // 2
    return {
        "empty": b"",
        "cut short": raw[:-1],
        "longer": raw + b"\0",
        "one bit": raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :],
        "foreign": b"something else entirely",
        "another format": b"linli.ways/0\n" + raw[len(MAGIC) :],
    }


@pytest.mark.parametrize("how", list(broken(b"x" * 100)))
def test_a_damaged_file_is_made_again(tmp_path, how):
    kept(tmp_path, KEY, Made())
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(broken(whole)[how])
    made = Made()
    assert same(kept(tmp_path, KEY, made), WAYS)
    assert made.times == 1
    assert path.read_bytes() == whole


def test_a_directory_that_is_none_only_costs_time(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    made = Made()
    assert kept(tmp_path / "file", KEY, made) is WAYS
    assert kept(tmp_path / "file", KEY, made) is WAYS
    assert made.times == 2


def test_what_was_used_longest_ago_goes_first(tmp_path):
    size = 0
    for i in range(4):
        kept(tmp_path, (i,), Made(), most_bytes=10_000)
        for path in tmp_path.iterdir():
            size = path.stat().st_size
            if path.stat().st_mtime > 1_000_000:  # the newest
                os.utime(path, (1_000 + i, 1_000 + i))
    made = Made()
    kept(tmp_path, (0,), made)  # used now, so 1 is the oldest
    kept(tmp_path, (4,), Made(), most_bytes=3 * size)
    assert made.times == 0
    assert len(list(tmp_path.iterdir())) == 3
    for key, times in [(0, 0), (4, 0), (3, 0), (2, 1), (1, 1)]:
        made = Made()
        kept(tmp_path, (key,), made)
        assert made.times == times, key


def test_what_is_too_large_is_not_kept(tmp_path):
    assert kept(tmp_path, KEY, Made(), most_bytes=20) is WAYS
    assert list(tmp_path.iterdir()) == []


def test_files_of_dead_processes_are_swept_and_those_of_living_ones_left(tmp_path):
    dead, living = tmp_path / ".a.1.1.part", tmp_path / ".b.2.2.part"
    for path in (dead, living):
        path.write_bytes(b"half")
    os.utime(dead, (1_000, 1_000))
    kept(tmp_path, KEY, Made())
    assert not dead.exists()
    assert living.exists()


def test_a_foreign_file_in_the_directory_is_left_alone(tmp_path):
    (tmp_path / "README").write_text("mine")
    kept(tmp_path, KEY, Made(), most_bytes=200)
    assert (tmp_path / "README").read_text() == "mine"


def test_several_processes_may_share_it(tmp_path):
    code = (
        "import sys, pathlib, numpy as np\n"
        "from matching.travel.network.cache import kept\n"
        "from matching.travel.network.many import Sparse\n"
        "for i in list(range(60)) * 3:\n"
        "    ways = Sparse(np.array([0, 1]), np.array([i], np.int32), np.array([i], np.int32))\n"
        "    found = kept(pathlib.Path(sys.argv[1]), (i,), lambda: ways, most_bytes=2_000)\n"
        "    assert found.target.tolist() == [i], (i, found)\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]  # noqa: S603 - our own code in fresh interpreters
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2_000 + 200
    assert [path for path in tmp_path.iterdir() if path.suffix != ".ways"] == []
