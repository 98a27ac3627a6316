"""VROOM's rules as its documentation tells them, on raw documents with matrices; it shares no code with the package."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Any

Json = dict[str, Any]
FOREVER = 2**40


def broken(problem: Json, solution: Json) -> list[str]:
    """Every rule that the solution breaks, as sentences; empty for a true solution."""
    vehicles = {vehicle["id"]: vehicle for vehicle in problem["vehicles"]}
    jobs = {job["id"]: job for job in problem["jobs"]}
    found = list(_once(jobs, solution))
    for route in solution["routes"]:
        found += [
            f"vehicle {route['vehicle']}: {said}" for said in _Route(problem, vehicles, jobs, route).broken()
        ]
    return found + list(_summary(solution))


def _once(jobs: dict[int, Json], solution: Json) -> Iterator[str]:
    told = Counter(
        step["id"] for route in solution["routes"] for step in route["steps"] if step["type"] == "job"
    )
    told.update(left["id"] for left in solution["unassigned"])
    yield from (
        f"job {i} is told {told[i]} times" for i in jobs.keys() | told.keys() if told[i] != 1 or i not in jobs
    )
    used = Counter(route["vehicle"] for route in solution["routes"])
    yield from (f"{n} routes of vehicle {i}" for i, n in used.items() if n > 1)


def _summary(solution: Json) -> Iterator[str]:
    summary, routes = solution["summary"], solution["routes"]
    if (summary["routes"], summary["unassigned"]) != (len(routes), len(solution["unassigned"])):
        yield "summary counts"
    for name in ("cost", "setup", "service", "duration", "waiting_time", "priority", "distance"):
        if name in summary and summary[name] != sum(route[name] for route in routes):
            yield f"summary {name}"


class _Route:
    """One route, walked step by step."""

    def __init__(self, problem: Json, vehicles: dict[int, Json], jobs: dict[int, Json], route: Json) -> None:
        self.vehicle, self.jobs, self.route, self.steps = (
            vehicles[route["vehicle"]],
            jobs,
            route,
            route["steps"],
        )
        self.tables = problem["matrices"][self.vehicle.get("profile", "car")]

    def broken(self) -> Iterator[str]:
        kinds = [step["type"] for step in self.steps]
        if (
            kinds[0] != "start"
            or kinds[-1] != "end"
            or {"start", "end"} & set(kinds[1:-1])
            or "job" not in kinds
        ):
            yield f"steps {kinds}"
        yield from self._times()
        yield from self._ways()
        yield from self._jobs()
        yield from self._breaks()
        yield from self._limits()

    def _times(self) -> Iterator[str]:
        for a, b in pairwise(self.steps):
            leaves = a["arrival"] + a["waiting_time"] + a["setup"] + a["service"]
            if b["arrival"] != leaves + b["duration"] - a["duration"] or b["duration"] < a["duration"]:
                yield f"arrives at {b['arrival']}, leaves the step before at {leaves}"
            if min(b["waiting_time"], b["setup"], b["service"]) < 0:
                yield "time below 0"
        low, high = self.vehicle.get("time_window", [0, FOREVER])
        if self.steps[0]["arrival"] < low or self.steps[-1]["arrival"] > high:
            yield f"hours {low} to {high}"

    def _ways(self) -> Iterator[str]:
        places = [step for step in self.steps if step["type"] != "break"]
        speed = self.vehicle.get("speed_factor", 1)
        for a, b in pairwise(places):
            i, j = a["location_index"], b["location_index"]
            seconds = ceil(self.tables["durations"][i][j] / speed)
            if b["duration"] - a["duration"] != seconds:
                yield f"{i} to {j} takes {seconds}"
            if "distances" in self.tables and b["distance"] - a["distance"] != self.tables["distances"][i][j]:
                yield f"metres from {i} to {j}"
        for name, at, neighbour in (("start_index", 0, 1), ("end_index", -1, -2)):
            wanted = self.vehicle.get(name, places[neighbour]["location_index"])
            if places[at]["location_index"] != wanted:
                yield name

    def _jobs(self) -> Iterator[str]:
        here = self.vehicle.get("start_index")
        for step in (step for step in self.steps if step["type"] == "job"):
            job = self.jobs[step["id"]]
            start = step["arrival"] + step["waiting_time"]
            if not any(low <= start <= high for low, high in job.get("time_windows", [[0, FOREVER]])):
                yield f"job {job['id']} starts at {start}"
            if not set(job.get("skills", ())) <= set(self.vehicle.get("skills", ())):
                yield f"skills of job {job['id']}"
            setup = 0 if here == job["location_index"] else job.get("setup", 0)
            if (step["setup"], step["service"]) != (setup, job.get("service", 0)):
                yield f"setup and service of job {job['id']}"
            here = job["location_index"]
            if here != step["location_index"]:
                yield f"place of job {job['id']}"

    def _breaks(self) -> Iterator[str]:
        breaks = {rest["id"]: rest for rest in self.vehicle.get("breaks", ())}
        taken = [step for step in self.steps if step["type"] == "break"]
        if sorted(step["id"] for step in taken) != sorted(breaks):
            yield "not every break once"
        for step in (step for step in taken if step["id"] in breaks):
            rest, start = breaks[step["id"]], step["arrival"] + step["waiting_time"]
            if not any(low <= start <= high for low, high in rest["time_windows"]):
                yield f"break {rest['id']} at {start}"
            if step["service"] != rest.get("service", 0):
                yield f"length of break {rest['id']}"

    def _limits(self) -> Iterator[str]:
        jobs = [self.jobs[step["id"]] for step in self.steps if step["type"] == "job"]
        told = {"max_tasks": len(jobs), "max_travel_time": self.route["duration"]}
        told["max_distance"] = self.route.get("distance", 0)
        yield from (name for name, value in told.items() if value > self.vehicle.get(name, FOREVER))
        if self.route["priority"] != sum(job.get("priority", 0) for job in jobs):
            yield "priority"
        if self.route["duration"] != self.steps[-1]["duration"]:
            yield "duration"
        for name in ("setup", "service", "waiting_time"):
            if self.route[name] != sum(step[name] for step in self.steps):
                yield name
