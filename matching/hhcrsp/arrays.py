"""An instance as arrays of integers, for the search: a visit is one service at one patient."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.errors import ProblemError
from matching.hhcrsp.evaluate import TOLERANCE
from matching.hhcrsp.instance import Instance, Patient
from matching.hhcrsp.solution import Location, Route, Solution

I64 = npt.NDArray[np.int64]

FINEST = 10**6
"""Parts of a unit of time that are told apart; finer distances are rounded up, so that nobody comes too early."""

NEAR = 60
MOST_SERVICES = 62
"""One bit of an integer for each."""

KINDS = SINGLE, TOGETHER, FIRST, SECOND = 0, 1, 2, 3
NOBODY = -1


# Rows of `Model.node`.
NODE_ROWS = PLACE, DURATION, OPENS, CLOSES, PARTNER, KIND, LOW, HIGH, SKILLS = tuple(range(9))


class Model(NamedTuple):
    """V visits, K caregivers, times in parts of a unit. Node V + k is caregiver k at the office, before and after.

    travel (places, places). node (9, V + K): place, duration, opens, closes, partner (the patient's other visit or -1),
    kind, lowest and highest lag from the first to the second, abilities (needed or had, a bit each).
    able (V, K + 1): how many can do a visit, then who. near (V, up to 60): visits close in space and time, closest first.
    """

    travel: I64
    node: I64
    able: I64
    near: I64


class Arrays(NamedTuple):
    """A model, what its visits are called, and how many parts make a unit."""

    model: Model
    visits: tuple[tuple[int, int], ...]  # (patient, number of the service among those needed)
    scale: int


def arrays_of(instance: Instance) -> Arrays:
    """Turn an instance into integers. Windows, durations or lags with more than six decimals are a `ProblemError`."""
    scale = _scale(instance)
    visits = tuple((p, i) for p, q in enumerate(instance.patients) for i in range(len(q.required_caregivers)))
    travel = np.ceil(np.array(instance.distances) * scale - TOLERANCE).astype(np.int64)
    nodes = [_node(instance.patients[p], p, i, row - i, scale) for row, (p, i) in enumerate(visits)]
    nodes += [(0, 0, 0, 1 << 60, NOBODY, SINGLE, 0, 0)] * len(instance.caregivers)
    node = np.array(
        [[*row, bits] for row, bits in zip(nodes, _skills(instance), strict=True)], dtype=np.int64
    )
    node = node.T.copy()
    near = _near(travel, node[PLACE, : len(visits)], node[OPENS, : len(visits)])
    return Arrays(Model(travel, node, _able(instance, visits), near), visits, scale)


def _scale(instance: Instance) -> int:
    numbers = [x for p in instance.patients for x in _numbers(p)]
    scale, flat = 1, np.array(numbers + [x for row in instance.distances for x in row])
    while scale < FINEST and not _whole(flat * scale):
        scale *= 10
    for index, patient in enumerate(instance.patients):
        if not _whole(np.array(_numbers(patient)) * scale):
            raise ProblemError(
                f"patients[{index}]", "times with more than six decimals cannot be kept exactly"
            )
    return scale


def _whole(numbers: npt.NDArray[np.float64]) -> bool:
    return bool(np.all(np.abs(numbers - np.round(numbers)) < TOLERANCE))


def _numbers(patient: Patient) -> list[float]:
    bond = patient.synchronization
    lags = bond.distance if bond and bond.distance else ()
    return [*patient.time_window, *(need.duration for need in patient.required_caregivers), *lags]


def _node(patient: Patient, index: int, number: int, first: int, scale: int) -> tuple[int, ...]:
    opens, closes = (round(x * scale) for x in patient.time_window)
    duration = round(patient.required_caregivers[number].duration * scale)
    if len(patient.required_caregivers) == 1 or patient.synchronization is None:
        return index + 1, duration, opens, closes, NOBODY, SINGLE, 0, 0
    bond = patient.synchronization
    kind = TOGETHER if bond.type == "simultaneous" else (FIRST, SECOND)[number]
    low, high = (round(x * scale) for x in bond.distance or (0, 0))
    return index + 1, duration, opens, closes, first + 1 - number, kind, low, high


def _skills(instance: Instance) -> list[int]:
    needed = [need.service for patient in instance.patients for need in patient.required_caregivers]
    names = sorted(set(needed))
    if len(names) > MOST_SERVICES:
        raise ProblemError("patients", f"ask for {len(names)} services, at most {MOST_SERVICES} are possible")
    bit = {name: 1 << i for i, name in enumerate(names)}
    able = [sum(bit.get(name, 0) for name in set(person.abilities)) for person in instance.caregivers]
    return [bit[name] for name in needed] + able


def _able(instance: Instance, visits: tuple[tuple[int, int], ...]) -> I64:
    able = np.zeros((len(visits), len(instance.caregivers) + 1), dtype=np.int64)
    for row, (patient, number) in zip(able, visits, strict=True):
        service = instance.patients[patient].required_caregivers[number].service
        can = [k for k, caregiver in enumerate(instance.caregivers) if service in caregiver.abilities]
        row[: len(can) + 1] = len(can), *can
    return able


def _near(travel: I64, place: I64, opens: I64) -> I64:
    apart = travel[place][:, place] + np.abs(opens[:, None] - opens[None, :]) // 4
    return np.argsort(apart, axis=1, kind="stable")[:, :NEAR].astype(np.int64)


def solution_of(instance: Instance, arrays: Arrays, after: I64, start: I64) -> Solution:
    """Write down routes (`after`: the next node of each node) and starts in the public format."""
    count = len(arrays.visits)
    routes = []
    for k, caregiver in enumerate(instance.caregivers):
        stops, node = [], int(after[count + k])
        while node < count:
            stops.append(_location(instance, arrays, node, int(start[node])))
            node = int(after[node])
        routes.append(Route(caregiver.id, tuple(stops)))
    return Solution(tuple(routes))


def _location(instance: Instance, arrays: Arrays, visit: int, start: int) -> Location:
    index, number = arrays.visits[visit]
    patient = instance.patients[index]
    end = start + int(arrays.model.node[DURATION, visit])
    service = patient.required_caregivers[number].service
    return Location(patient.id, service, start / arrays.scale, end / arrays.scale)
