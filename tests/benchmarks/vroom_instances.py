"""Seeded instances in VROOM's format: a town of jobs with skills and windows, vehicles with shifts and caps.

    python -m tests.benchmarks.vroom_instances 100 60 --supply tight --seed 1 > town.json

Coordinates are metres on a square; ways are its straight lines at walking or cycling pace, rounded up, so that matrices
obey the triangle inequality.
"""

import argparse
import json
import sys
from typing import Any, Literal

import numpy as np

Supply = Literal["tight", "loose"]

SIDE_METRES = 6_000
METRES_PER_SECOND = {"bike": 4.0, "foot": 1.2}
HOUR = 3_600
SKILLS = (0.35, 0.2, 0.12, 0.06)
"""Share of vehicles that have each skill; jobs ask for the same ones half as often."""

HOURS = {"tight": (1, 3), "loose": (4, 9)}
"""Shortest and longest shift."""


def instance(jobs: int, vehicles: int, *, supply: Supply, seed: int, breaks: bool = False) -> dict[str, Any]:
    """One problem; `tight`: hours for about a half of what is asked, `loose`: enough for nearly all."""
    rng = np.random.default_rng([seed, jobs, vehicles, supply == "tight"])
    homes = rng.integers(0, SIDE_METRES, (vehicles, 2))
    doors = _around_centres(rng, jobs)
    points = np.concatenate([homes, doors])
    metres = np.ceil(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))).astype(int)
    return {
        "vehicles": [_vehicle(rng, i, supply, breaks=breaks) for i in range(vehicles)],
        "jobs": [_job(rng, i, vehicles + i) for i in range(jobs)],
        "matrices": {
            profile: {"durations": np.ceil(metres / pace).astype(int).tolist(), "distances": metres.tolist()}
            for profile, pace in METRES_PER_SECOND.items()
        },
    }


def _around_centres(rng: np.random.Generator, jobs: int) -> np.ndarray:
    """Doors in twelve compounds."""
    centres = rng.integers(500, SIDE_METRES - 500, (12, 2))
    return centres[rng.integers(0, 12, jobs)] + rng.integers(-400, 401, (jobs, 2))


def _job(rng: np.random.Generator, number: int, index: int) -> dict[str, Any]:
    job: dict[str, Any] = {
        "id": number,
        "location_index": index,
        "service": int(rng.integers(2, 13)) * 600,
        "priority": int(rng.choice([10, 20, 40, 80])),
    }
    skills = [s for s, share in enumerate(SKILLS) if rng.random() < share / 2]
    if skills:
        job["skills"] = skills
    if rng.random() < 0.7:
        job["time_windows"] = _windows(rng)
    return job


def _windows(rng: np.random.Generator) -> list[list[int]]:
    """One window of one to four hours between 8 and 20 o'clock, or two in the morning and in the afternoon."""
    if rng.random() < 0.2:
        return [[9 * HOUR, 11 * HOUR], [15 * HOUR, 17 * HOUR]]
    start = int(rng.integers(16, 36)) * HOUR // 2
    return [[start, start + int(rng.integers(2, 9)) * HOUR // 2]]


def _vehicle(rng: np.random.Generator, number: int, supply: Supply, *, breaks: bool) -> dict[str, Any]:
    shortest, longest = HOURS[supply]
    hours = int(rng.integers(shortest, longest + 1))
    start = int(rng.integers(8, max(9, 20 - hours))) * HOUR
    vehicle: dict[str, Any] = {
        "id": number,
        "profile": "bike" if rng.random() < 0.4 else "foot",
        "start_index": number,
        "end_index": number,
        "time_window": [start, start + hours * HOUR],
        "max_tasks": int(rng.integers(1, 4) if supply == "tight" else rng.integers(2, 7)),
    }
    skills = [s for s, share in enumerate(SKILLS) if rng.random() < share]
    if skills:
        vehicle["skills"] = skills
    if breaks and hours > 2:
        middle = start + hours * HOUR // 2
        vehicle["breaks"] = [
            {"id": 1, "service": HOUR // 2, "time_windows": [[middle - HOUR, middle + HOUR]]}
        ]
    return vehicle


def main() -> None:
    """Write one instance to standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("jobs", type=int)
    parser.add_argument("vehicles", type=int)
    parser.add_argument("--supply", choices=["tight", "loose"], default="tight")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--breaks", action="store_true")
    chosen = parser.parse_args()
    made = instance(
        chosen.jobs, chosen.vehicles, supply=chosen.supply, seed=chosen.seed, breaks=chosen.breaks
    )
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
