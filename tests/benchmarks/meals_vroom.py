"""A lunch as shipments in VROOM's format, and what VROOM makes of it.

    python meals_vroom.py INSTANCE.json ROUTES.json THREADS

asks VROOM in an interpreter that has it (nothing of ours is imported for that) and writes `{"steps": {vehicle: [[type, id,
start, seconds on the way so far], ...]}, "seconds": of the search alone}`.
"""
# ruff: noqa: PLC0415 the interpreter that has VROOM has nothing of ours

import json
import sys
from time import perf_counter
from typing import Any


def shipments(problem: Any) -> dict[str, Any]:
    """One shipment for each meal from its canteen; loading is set up once for all fetched together.

    What it cannot say: how long a meal may be on its way, and that a trip loads at one canteen alone.
    """
    second = problem.horizon.tick_seconds
    number = {place.id: i for i, place in enumerate(problem.places)}
    tables = {}
    for matrix in problem.travel.matrices:
        seconds = [[second * ticks for ticks in row] for row in matrix.ticks]
        tables[matrix.mode] = {"durations": seconds}
    vehicles = [
        {
            "id": i,
            "profile": worker.mode,
            "start_index": number[worker.shifts[0].start_place],
            "end_index": number[worker.shifts[0].end_place],
            "capacity": [worker.capacity],
            "time_window": [second * worker.shifts[0].start, second * worker.shifts[0].end],
        }
        for i, worker in enumerate(problem.workers)
    ]
    asked = []
    for i, meal in enumerate(problem.deliveries):
        depot = problem.depot_by_id[meal.depots[0]]
        asked.append(
            {
                "amount": [meal.units],
                "priority": meal.priority,
                "pickup": {
                    "id": i,
                    "location_index": number[depot.place],
                    "setup": second * depot.load_ticks,
                    "time_windows": [[second * w.earliest, second * w.latest] for w in depot.ready],
                },
                "delivery": {
                    "id": i,
                    "location_index": number[meal.place],
                    "service": second * meal.duration,
                    "time_windows": [[second * w.earliest, second * w.latest] for w in meal.windows],
                },
            }
        )
    return {"vehicles": vehicles, "shipments": asked, "matrices": tables}


def main() -> None:
    """Read, solve, write."""
    import vroom

    instance, out, threads = sys.argv[1:]
    case = vroom.Input.from_json(instance)
    begin = perf_counter()
    solution = case.solve(exploration_level=5, nb_threads=int(threads))
    took = perf_counter() - begin
    steps: dict[str, list[tuple[str, int, int, int]]] = {}
    for step in solution.routes.itertuples():
        number = int(step.id) if step.type in {"pickup", "delivery"} else -1
        told = (step.type, number, int(step.arrival + step.waiting_time), int(step.duration))
        steps.setdefault(str(step.vehicle_id), []).append(told)
    with open(out, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"steps": steps, "seconds": took}, file)


if __name__ == "__main__":
    main()
