"""Read a public home-care instance (HHCRSP): patients, services, caregivers, one office, a matrix of distances."""

import gzip
import json
import math
from pathlib import Path
from typing import Any, Literal

import msgspec

from matching.codec import located
from matching.errors import ProblemError

MOST_PATIENTS = 5_000
LARGEST = 1e6
"""Largest number in a document: larger ones are slips, and would not fit into the search's integers."""

Window = tuple[float, float]


class Synchronization(msgspec.Struct, frozen=True):
    """How two services of a patient belong together; `distance` is the least and the largest lag of starts."""

    type: Literal["simultaneous", "sequential"]
    distance: Window | None = None


class Required(msgspec.Struct, frozen=True):
    """A service that a patient needs, and how long it takes."""

    service: str
    duration: float


class Patient(msgspec.Struct, frozen=True):
    """One or two services in one time window; a start after the window is late and paid for."""

    id: str
    time_window: Window
    required_caregivers: tuple[Required, ...]
    synchronization: Synchronization | None = None


class Caregiver(msgspec.Struct, frozen=True):
    """Somebody who begins and ends at the office, and the services that she can do."""

    id: str
    abilities: tuple[str, ...]


class Instance(msgspec.Struct, frozen=True):
    """A checked instance. `distances[i][j]` is the travel time from i to j: row 0 the office, then the patients."""

    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    distances: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _check_people(self)
        _check_matrix(self)


def read_instance(path: Path) -> Instance:
    """Read `.json` or `.json.gz`; every refusal is a `ProblemError` that names the field. `OSError` as usual."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, ValueError) as error:
            raise ProblemError("", f"The gzip file is damaged: {error}") from error
    return decode_instance(data)


def decode_instance(data: bytes) -> Instance:
    """Decode a document; every refusal is a `ProblemError` that names the field."""
    try:
        # The standard parser reads NaN and Infinity, so that the field that holds them can be named.
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProblemError("", f"This is no JSON document: {error}") from error
    _check_numbers(document, "")
    try:
        return msgspec.convert(document, Instance)
    except msgspec.ValidationError as error:
        raise located(error) from error


def instance_name(path: Path) -> str:
    """Name of an instance: its file's name without `.json` or `.json.gz`."""
    return path.name.removesuffix(".gz").removesuffix(".json")


def _check_numbers(value: Any, path: str) -> None:
    match value:
        case dict():
            for key, item in value.items():
                _check_numbers(item, f"{path}.{key}" if path else str(key))
        case list():
            for index, item in enumerate(value):
                _check_numbers(item, f"{path}[{index}]")
        case bool() | str() | None:
            return
        case float() if not math.isfinite(value):
            raise ProblemError(path, "expected a number, got NaN or Infinity")
        case _ if abs(value) > LARGEST:
            raise ProblemError(path, f"{str(value)[:20]} is too large: expected at most {LARGEST:g}")


def _check_people(instance: Instance) -> None:
    if not 1 <= len(instance.patients) <= MOST_PATIENTS:
        raise ProblemError("patients", f"expected 1 to {MOST_PATIENTS}, got {len(instance.patients)}")
    if not instance.caregivers:
        raise ProblemError("caregivers", "expected at least one")
    for name in ("patients", "caregivers"):
        _check_unique(name, [item.id for item in getattr(instance, name)])
    able: dict[str, set[str]] = {}
    for caregiver in instance.caregivers:
        for service in caregiver.abilities:
            able.setdefault(service, set()).add(caregiver.id)
    for index, patient in enumerate(instance.patients):
        _check_patient(patient, f"patients[{index}]", able)


def _check_unique(name: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for index, key in enumerate(ids):
        if key in seen:
            raise ProblemError(f"{name}[{index}].id", f"{key!r} appears twice")
        seen.add(key)


def _check_patient(patient: Patient, path: str, able: dict[str, set[str]]) -> None:
    low, high = patient.time_window
    if not 0 <= low <= high:
        raise ProblemError(f"{path}.time_window", f"expected 0 <= opens <= closes, got {low:g} and {high:g}")
    needs = patient.required_caregivers
    if not 1 <= len(needs) <= 2:  # noqa: PLR2004 the public problem knows one or two
        raise ProblemError(f"{path}.required_caregivers", f"expected one or two services, got {len(needs)}")
    for index, need in enumerate(needs):
        here = f"{path}.required_caregivers[{index}]"
        if need.duration < 0:
            raise ProblemError(f"{here}.duration", f"expected a number from 0, got {need.duration:g}")
        if not able.get(need.service):
            raise ProblemError(f"{here}.service", f"No caregiver has the ability {need.service!r}")
    if len(needs) > 1:
        _check_pair(patient, path, able)


def _check_pair(patient: Patient, path: str, able: dict[str, set[str]]) -> None:
    if len({need.service for need in patient.required_caregivers}) == 1:
        raise ProblemError(f"{path}.required_caregivers", "expected two different services")
    first, second = (able[need.service] for need in patient.required_caregivers)
    if len(first | second) == 1:
        raise ProblemError(
            f"{path}.required_caregivers", "needs two different caregivers, and only one is able"
        )
    bond = patient.synchronization
    if bond is None:
        raise ProblemError(f"{path}.synchronization", "missing: two services are simultaneous or sequential")
    if bond.type == "sequential":
        if bond.distance is None:
            raise ProblemError(f"{path}.synchronization.distance", "missing: least and largest lag")
        low, high = bond.distance
        if not 0 <= low <= high:
            raise ProblemError(
                f"{path}.synchronization.distance", f"expected 0 <= least <= largest, got {low:g}, {high:g}"
            )


def _check_matrix(instance: Instance) -> None:
    size = len(instance.patients) + 1
    if len(instance.distances) != size:
        raise ProblemError(
            "distances",
            f"expected {size} rows (the office, then the patients), got {len(instance.distances)}",
        )
    for index, row in enumerate(instance.distances):
        if len(row) != size:
            raise ProblemError(f"distances[{index}]", f"expected {size} numbers, got {len(row)}")
        if min(row) < 0:
            raise ProblemError(f"distances[{index}][{row.index(min(row))}]", "expected a number from 0")
