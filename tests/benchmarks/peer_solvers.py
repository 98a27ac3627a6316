"""Other solvers on an instance in VROOM's format, in an interpreter that has them; nothing of ours is imported here.

    python peer_solvers.py vroom|pyvrp|ortools INSTANCE.json ROUTES.json SECONDS THREADS

writes `{"routes": {vehicle id: [job ids in order]}, "seconds": of the search alone}`. What is best is the same for all: the
sum of priorities (a job is worth more than any way), then the number of jobs, then seconds of travel.
"""
# ruff: noqa: PLC0415 each function runs where its own peer may be the only one

import json
import sys
from itertools import pairwise
from time import perf_counter
from typing import Any

UNIT = 100_000
"""Seconds of travel that one unit of priority is worth; more than any single way there and back."""

NEVER = 100_000_000
"""Seconds of a way to a job whose skills a vehicle lacks."""

FOREVER = 40 * 86_400
Routes = dict[str, list[int]]


def worth(job: dict[str, Any]) -> int:
    """Price of leaving a job out."""
    return job["priority"] * UNIT + UNIT // 10


def may(vehicle: dict[str, Any], job: dict[str, Any]) -> bool:
    """Whether a vehicle has the skills of a job."""
    return set(job.get("skills", ())) <= set(vehicle.get("skills", ()))


def vroom(path: str, _case: dict[str, Any], _seconds: float, threads: int) -> tuple[Routes, float]:
    """VROOM at its highest exploration level; it decides itself how long that takes."""
    import vroom as peer

    problem = peer.Input.from_json(path)
    begin = perf_counter()
    solution = problem.solve(exploration_level=5, nb_threads=threads)
    took = perf_counter() - begin
    routes: Routes = {}
    for step in solution.routes.itertuples():
        if step.type == "job":
            routes.setdefault(str(step.vehicle_id), []).append(int(step.id))
    return routes, took


def pyvrp(_path: str, case: dict[str, Any], seconds: float, _threads: int) -> tuple[Routes, float]:
    """PyVRP: skills as profiles, two windows as two clients of a group, the most jobs as a load; one thread."""
    import numpy as np
    import pyvrp as peer
    from pyvrp.stop import MaxRuntime

    jobs, vehicles = case["jobs"], case["vehicles"]
    size = len(next(iter(case["matrices"].values()))["durations"])
    clients, groups, job_of = [], [], []
    for job in jobs:
        windows = job.get("time_windows", [[0, FOREVER]])
        group = len(groups) if len(windows) > 1 else None
        if group is not None:
            groups.append(
                peer.ClientGroup(list(range(len(clients), len(clients) + len(windows))), required=False)
            )
        for low, high in windows:
            job_of.append(job)
            clients.append(
                peer.Client(
                    location=job["location_index"],
                    delivery=[1],
                    service_duration=job["service"],
                    tw_early=low,
                    tw_late=high,
                    prize=worth(job),
                    required=False,
                    group=group,
                )
            )
    kinds = sorted({(v["profile"], tuple(v.get("skills", ()))) for v in vehicles})
    tables = [_table(np, case, jobs, profile, skills) for profile, skills in kinds]
    depots = [peer.Depot(location=vehicle["start_index"]) for vehicle in vehicles]
    types = [
        peer.VehicleType(
            capacity=[vehicle["max_tasks"]],
            start_depot=i,
            end_depot=i,
            tw_early=vehicle["time_window"][0],
            tw_late=vehicle["time_window"][1],
            profile=kinds.index((vehicle["profile"], tuple(vehicle.get("skills", ())))),
        )
        for i, vehicle in enumerate(vehicles)
    ]
    places = [peer.Location(0, 0) for _ in range(size)]
    data = peer.ProblemData(places, clients, depots, types, tables, tables, groups)
    begin = perf_counter()
    found = peer.solve(data, MaxRuntime(seconds), seed=1, display=False)
    took = perf_counter() - begin
    routes: Routes = {}
    for route in found.best.routes() if found.is_feasible() else ():
        visits = [step.idx for step in route.schedule() if step.type == peer.ActivityType.CLIENT]
        routes[str(vehicles[route.vehicle_type()]["id"])] = [job_of[i]["id"] for i in visits]
    return routes, took


def _table(
    np: Any, case: dict[str, Any], jobs: list[dict[str, Any]], profile: str, skills: tuple[int, ...]
) -> Any:
    table = np.array(case["matrices"][profile]["durations"], dtype=np.int64)
    for job in jobs:
        if not may({"skills": skills}, job):
            place = job["location_index"]
            table[place, :] = table[:, place] = NEVER
            table[place, place] = 0
    return table


def ortools(_path: str, case: dict[str, Any], seconds: float, _threads: int) -> tuple[Routes, float]:
    """OR-Tools routing: guided local search, penalties for what is left out; one thread."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    jobs, vehicles = case["jobs"], case["vehicles"]
    ends = list(range(len(jobs), len(jobs) + len(vehicles)))
    place = [job["location_index"] for job in jobs] + [vehicle["start_index"] for vehicle in vehicles]
    stay = [job["service"] for job in jobs] + [0] * len(vehicles)
    manager = pywrapcp.RoutingIndexManager(len(place), len(vehicles), ends, ends)
    model = pywrapcp.RoutingModel(manager)
    ways, spans = {}, {}
    for profile, tables in case["matrices"].items():
        table = [[tables["durations"][a][b] for b in place] for a in place]
        ways[profile] = model.RegisterTransitMatrix(table)
        spans[profile] = model.RegisterTransitMatrix(
            [[way + stay[a] for way in row] for a, row in enumerate(table)]
        )
    count = model.RegisterUnaryTransitVector([1] * len(jobs) + [0] * len(vehicles))
    for i, vehicle in enumerate(vehicles):
        model.SetArcCostEvaluatorOfVehicle(ways[vehicle["profile"]], i)
    model.AddDimensionWithVehicleTransits(
        [spans[vehicle["profile"]] for vehicle in vehicles], FOREVER, FOREVER, False, "time"
    )
    model.AddDimensionWithVehicleCapacity(count, 0, [v["max_tasks"] for v in vehicles], True, "jobs")
    time = model.GetDimensionOrDie("time")
    for i, vehicle in enumerate(vehicles):
        time.CumulVar(model.Start(i)).SetRange(*vehicle["time_window"])
        time.CumulVar(model.End(i)).SetRange(*vehicle["time_window"])
    for i, job in enumerate(jobs):
        index = manager.NodeToIndex(i)
        model.AddDisjunction([index], worth(job))
        able = [v for v, vehicle in enumerate(vehicles) if may(vehicle, job)]
        model.VehicleVar(index).SetValues([-1, *able])  # -1: left out
        windows = job.get("time_windows", [[0, FOREVER]])
        time.CumulVar(index).SetRange(windows[0][0], windows[-1][1])
        for (_, high), (low, _) in pairwise(windows):
            time.CumulVar(index).RemoveInterval(high + 1, low - 1)
    chosen = pywrapcp.DefaultRoutingSearchParameters()
    chosen.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    chosen.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    chosen.time_limit.FromMilliseconds(round(1000 * seconds))
    begin = perf_counter()
    found = model.SolveWithParameters(chosen)
    took = perf_counter() - begin
    routes: Routes = {}
    for i, vehicle in enumerate(vehicles) if found else ():
        index, visits = model.Start(i), []
        while not model.IsEnd(index := found.Value(model.NextVar(index))):
            visits.append(jobs[manager.IndexToNode(index)]["id"])
        routes[str(vehicle["id"])] = visits
    return routes, took


def main() -> None:
    """Read, solve, write."""
    name, instance, out, seconds, threads = sys.argv[1:]
    with open(instance, encoding="utf-8") as file:  # noqa: PTH123
        case = json.load(file)
    solvers = {"vroom": vroom, "pyvrp": pyvrp, "ortools": ortools}
    routes, took = solvers[name](instance, case, float(seconds), int(threads))
    with open(out, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"routes": routes, "seconds": took}, file)


if __name__ == "__main__":
    main()
