"""Public files are read; what is wrong with one is named with its field."""

import gzip
import json

import pytest

from matching.errors import ProblemError
from matching.hhcrsp import decode_instance, instance_name, read_instance
from matching.hhcrsp.arrays import DURATION, OPENS, arrays_of

from .homecare import DATA, document, patient


def good():
    entries = [
        patient("p1", 0, 30, ("a", 8), ("b", 6), type="sequential", distance=[3, 5]),
        patient("p2", 12, 15, ("a", 4)),
    ]
    return document(entries, {"ann": ["a"], "bob": ["a", "b"]}, [[0, 10, 20], [10, 0, 5], [20, 5, 0]])


def test_plain_and_gzipped_read_alike(tmp_path):
    plain, packed = tmp_path / "x.json", tmp_path / "x.json.gz"
    plain.write_text(json.dumps(good()), "utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_instance(plain) == read_instance(packed)
    assert ["x", "x"] == [instance_name(plain), instance_name(packed)]


def test_the_public_instances_are_read():
    sizes = {path.name: len(read_instance(path).patients) for path in DATA.glob("Instanz*")}
    assert [10, 10, 25, 50, 75] == sorted(sizes.values())


def change(path, value):
    """`good()` with one value changed, or left out if it is None."""
    root = good()
    at = root
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return root


PATIENT = ("patients", 0)
WRONG = {
    "no patients": (("patients",), [], "patients: expected 1 to 5000"),
    "too many patients": (("patients",), good()["patients"] * 3000, "patients: expected 1 to 5000"),
    "missing window": ((*PATIENT, "time_window"), None, "patients[0].time_window"),
    "window backwards": ((*PATIENT, "time_window"), [5, 4], "patients[0].time_window: expected 0 <= opens"),
    "window of three": ((*PATIENT, "time_window"), [1, 2, 3], "patients[0].time_window"),
    "three services": (
        (*PATIENT, "required_caregivers"),
        [{"service": "a", "duration": 1}] * 3,
        "patients[0].required_caregivers: expected one or two",
    ),
    "one service twice": (
        (*PATIENT, "required_caregivers", 1, "service"),
        "a",
        "patients[0].required_caregivers: expected two different",
    ),
    "negative duration": (
        (*PATIENT, "required_caregivers", 0, "duration"),
        -1,
        "patients[0].required_caregivers[0].duration",
    ),
    "no number": (
        (*PATIENT, "required_caregivers", 0, "duration"),
        float("nan"),
        "patients[0].required_caregivers[0].duration: expected a number, got NaN",
    ),
    "endless": (("distances", 1, 2), float("inf"), "distances[1][2]: expected a number"),
    "huge": (("distances", 1, 2), 1e30, "distances[1][2]: 1e+30 is too large"),
    "huge whole number": (("distances", 1, 2), 10**400, "distances[1][2]: 1000"),
    "negative way": (("distances", 1, 2), -5, "distances[1][2]: expected a number from 0"),
    "row too short": (("distances", 2), [1, 2], "distances[2]: expected 3 numbers, got 2"),
    "row missing": (("distances",), [[0]], "distances: expected 3 rows"),
    "text for a number": (("distances", 1, 2), "far", "distances[1][2]"),
    "nobody able": (
        (*PATIENT, "required_caregivers", 1, "service"),
        "z",
        "patients[0].required_caregivers[1].service: No caregiver",
    ),
    "one for two": (
        ("caregivers",),
        [{"id": "bob", "abilities": ["a", "b"]}],
        "needs two different caregivers",
    ),
    "no caregivers": (("caregivers",), [], "caregivers: expected at least one"),
    "same caregiver": (("caregivers", 1, "id"), "ann", "caregivers[1].id: 'ann' appears twice"),
    "same patient": (("patients", 1, "id"), "p1", "patients[1].id: 'p1' appears twice"),
    "no bond": ((*PATIENT, "synchronization"), None, "patients[0].synchronization: missing"),
    "unknown bond": ((*PATIENT, "synchronization", "type"), "maybe", "patients[0].synchronization.type"),
    "no lag": (
        (*PATIENT, "synchronization", "distance"),
        None,
        "patients[0].synchronization.distance: missing",
    ),
    "lag backwards": (
        (*PATIENT, "synchronization", "distance"),
        [5, 3],
        "synchronization.distance: expected 0",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name):
    path, value, complaint = WRONG[name]
    with pytest.raises(ProblemError) as caught:
        decode_instance(json.dumps(change(path, value)).encode())
    assert complaint in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"null", b"{", b"\xff\xfe", b"[" * 100_000])
def test_no_instance_at_all(data):
    with pytest.raises(ProblemError):
        decode_instance(data)


def test_damaged_gzip(tmp_path):
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(json.dumps(good()).encode())[:-9])
    with pytest.raises(ProblemError, match="gzip file is damaged"):
        read_instance(path)


def test_times_are_kept_exactly():
    entry = change((*PATIENT, "time_window"), [0.125, 30])
    arrays = arrays_of(decode_instance(json.dumps(entry).encode()))
    assert (1000, 125, 8000) == (arrays.scale, *arrays.model.node[[OPENS, DURATION], 0].tolist())


def test_endless_fractions_of_ways_are_rounded_up():
    entry = change(("distances", 0, 1), 10 / 3)
    arrays = arrays_of(decode_instance(json.dumps(entry).encode()))
    assert (10**6, 3_333_334) == (arrays.scale, int(arrays.model.travel[0, 1]))


def test_endless_fractions_of_times_are_refused():
    with pytest.raises(ProblemError, match=r"patients\[0\]: times with more than six decimals"):
        arrays_of(decode_instance(json.dumps(change((*PATIENT, "time_window"), [1 / 3, 30])).encode()))
