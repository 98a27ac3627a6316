"""What a solution is worth, and what is wrong with it: written from the problem's description, apart from any solver."""

from collections import defaultdict

import msgspec

from matching.hhcrsp.instance import Instance, Patient
from matching.hhcrsp.solution import Location, Solution

TOLERANCE = 1e-6
"""Of times: a start may be so much too early before it counts as a violation."""

Visits = dict[tuple[str, str], tuple[str, Location]]  # patient and service -> caregiver and visit


class Score(msgspec.Struct, frozen=True):
    """Sums in the instance's unit of time. The public objective is their mean; `violations` must be empty."""

    travel: float
    tardiness: float
    max_tardiness: float
    violations: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """(total travel + total tardiness + largest tardiness) / 3."""
        return (self.travel + self.tardiness + self.max_tardiness) / 3


def evaluate(instance: Instance, solution: Solution) -> Score:
    """Judge a solution; sentences say which rule is broken where. Unknown patients end the judging of their route."""
    problems: list[str] = []
    patients = {patient.id: (place, patient) for place, patient in enumerate(instance.patients, 1)}
    _routes(instance, solution, problems)
    travel, visits = 0.0, _visits(solution, problems)
    for route in solution.routes:
        travel += _walk(instance, route.caregiver_id, route.locations, patients, problems)
    late = _lateness(visits, patients)
    for patient in instance.patients:
        _served(patient, visits, problems)
    return Score(travel, sum(late), max(late, default=0.0), tuple(problems))


def _routes(instance: Instance, solution: Solution, problems: list[str]) -> None:
    able = {caregiver.id: set(caregiver.abilities) for caregiver in instance.caregivers}
    seen: set[str] = set()
    for route in solution.routes:
        name = route.caregiver_id
        if name in seen:
            problems.append(f"caregiver {name}: has two routes")
        seen.add(name)
        if name not in able:
            problems.append(f"caregiver {name}: is not in the instance")
        problems += [
            f"caregiver {name}: cannot do {visit.service_id} at {visit.patient_id}"
            for visit in route.locations
            if visit.service_id not in able.get(name, set())
        ]


def _visits(solution: Solution, problems: list[str]) -> Visits:
    found: Visits = {}
    for route in solution.routes:
        for visit in route.locations:
            key = (visit.patient_id, visit.service_id)
            if key in found:
                problems.append(f"patient {key[0]}: service {key[1]} is done twice")
            found[key] = (route.caregiver_id, visit)
    return found


def _walk(
    instance: Instance,
    caregiver: str,
    visits: tuple[Location, ...],
    patients: dict[str, tuple[int, Patient]],
    problems: list[str],
) -> float:
    travel, here, free = 0.0, 0, 0.0
    for visit in visits:
        if visit.patient_id not in patients:
            problems.append(f"caregiver {caregiver}: patient {visit.patient_id} is not in the instance")
            return travel
        place, patient = patients[visit.patient_id]
        leg = instance.distances[here][place]
        travel, here = travel + leg, place
        earliest = max(free + leg, patient.time_window[0])
        if not visit.arrival_time >= earliest - TOLERANCE:
            problems.append(
                f"caregiver {caregiver}: starts at {patient.id} at {visit.arrival_time:g}, "
                f"can from {earliest:g} on"
            )
        free = visit.departure_time
        _stay(patient, visit, problems)
    return travel + instance.distances[here][0]


def _stay(patient: Patient, visit: Location, problems: list[str]) -> None:
    durations = defaultdict(list)
    for need in patient.required_caregivers:
        durations[need.service].append(need.duration)
    stay = visit.departure_time - visit.arrival_time
    if visit.service_id not in durations:
        problems.append(f"patient {patient.id}: did not ask for {visit.service_id}")
    elif all(abs(stay - duration) > TOLERANCE for duration in durations[visit.service_id]):
        problems.append(f"patient {patient.id}: {visit.service_id} takes {stay:g}")


def _lateness(visits: Visits, patients: dict[str, tuple[int, Patient]]) -> list[float]:
    return [
        max(0.0, visit.arrival_time - patients[visit.patient_id][1].time_window[1])
        for _, visit in visits.values()
        if visit.patient_id in patients
    ]


def _served(patient: Patient, visits: Visits, problems: list[str]) -> None:
    found = []
    for need in patient.required_caregivers:
        if (patient.id, need.service) in visits:
            found.append(visits[patient.id, need.service])
        else:
            problems.append(f"patient {patient.id}: nobody does {need.service}")
    if len(found) > 1:
        _together(patient, found, problems)


def _together(patient: Patient, found: list[tuple[str, Location]], problems: list[str]) -> None:
    (first, early), (second, late) = found
    if first == second:
        problems.append(f"patient {patient.id}: {first} does both services")
    lag = late.arrival_time - early.arrival_time
    bond = patient.synchronization
    low, high = (bond.distance if bond and bond.distance and bond.type == "sequential" else None) or (
        0.0,
        0.0,
    )
    if not low - TOLERANCE <= lag <= high + TOLERANCE:
        problems.append(f"patient {patient.id}: services start {lag:g} apart, expected {low:g} to {high:g}")
