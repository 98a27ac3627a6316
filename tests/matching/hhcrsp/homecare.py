"""Small home-care instances made by hand and by chance, and every solution of the smallest."""

import json
from itertools import permutations, product
from pathlib import Path
from typing import Any

import numpy as np

from matching.hhcrsp import Instance, Solution, decode_instance, evaluate
from matching.hhcrsp.solution import Location, Route

DATA = Path(__file__).parents[2] / "data" / "hhcrsp"


def patient(name: str, opens: float, closes: float, *needs: tuple[str, float], **bond: Any) -> dict[str, Any]:
    required = [{"service": service, "duration": duration} for service, duration in needs]
    entry: dict[str, Any] = {"id": name, "time_window": [opens, closes], "required_caregivers": required}
    return entry | ({"synchronization": bond} if bond else {})


def document(
    patients: list[dict[str, Any]], caregivers: dict[str, list[str]], distances: Any
) -> dict[str, Any]:
    people = [{"id": name, "abilities": abilities} for name, abilities in caregivers.items()]
    return {"patients": patients, "caregivers": people, "distances": distances}


def by_chance(seed: int, patients: int, caregivers: int = 2) -> Instance:
    """Tight windows on a small map; every third patient needs two people, in turn simultaneous and sequential."""
    rng = np.random.default_rng(seed)
    spots = rng.integers(0, 40, (patients + 1, 2))
    distances = np.round(np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)), 3)
    entries = []
    for i in range(patients):
        opens = int(rng.integers(0, 120))
        needs = [(str(rng.choice(["a", "b"])), float(rng.integers(5, 20)))]
        bond: dict[str, Any] = {}
        if i % 3 == 0:
            needs = [("a", needs[0][1]), ("b", float(rng.integers(5, 20)))]
            low = int(rng.integers(0, 30))
            lag = {"type": "sequential", "distance": [low, low + int(rng.integers(0, 25))]}
            bond = {"type": "simultaneous"} if i % 2 == 0 else lag
        entries.append(patient(f"p{i + 1}", opens, opens + int(rng.integers(0, 40)), *needs, **bond))
    people = {f"c{k}": ["a", "b"] for k in range(caregivers)}
    return decode_instance(json.dumps(document(entries, people, distances.tolist())).encode())


def timed(instance: Instance, routes: list[list[tuple[int, int]]]) -> Solution | None:
    """Earliest starts of routes of (patient, service number), by raising starts until nothing moves."""
    start = {visit: instance.patients[visit[0]].time_window[0] for route in routes for visit in route}
    for _ in range(60):
        before = dict(start)
        for route in routes:
            here, free = 0, 0.0
            for p, i in route:
                start[p, i] = max(start[p, i], free + instance.distances[here][p + 1])
                here, free = p + 1, start[p, i] + instance.patients[p].required_caregivers[i].duration
        for p, entry in enumerate(instance.patients):
            if entry.synchronization:
                low, high = entry.synchronization.distance or (0, 0)
                start[p, 1] = max(start[p, 1], start[p, 0] + low)
                start[p, 0] = max(start[p, 0], start[p, 1] - high)
        if before == start:
            return written(instance, routes, start)
    return None


def written(
    instance: Instance, routes: list[list[tuple[int, int]]], start: dict[tuple[int, int], float]
) -> Solution:
    def location(p: int, i: int) -> Location:
        need = instance.patients[p].required_caregivers[i]
        return Location(instance.patients[p].id, need.service, start[p, i], start[p, i] + need.duration)

    return Solution(
        tuple(
            Route(caregiver.id, tuple(location(*visit) for visit in route))
            for caregiver, route in zip(instance.caregivers, routes, strict=True)
        )
    )


def least(instance: Instance) -> float:
    """The best value, from all routes of all people."""
    visits = [(p, i) for p, q in enumerate(instance.patients) for i in range(len(q.required_caregivers))]
    people = range(len(instance.caregivers))
    best = float("inf")
    for who in product(people, repeat=len(visits)):
        shares = [[v for v, k in zip(visits, who, strict=True) if k == person] for person in people]
        if any(len({p for p, _ in share}) < len(share) for share in shares):
            continue
        for routes in product(*(map(list, permutations(share)) for share in shares)):
            solution = timed(instance, list(routes))
            if solution is not None:
                score = evaluate(instance, solution)
                best = min(best, score.value if not score.violations else best)
    return best
