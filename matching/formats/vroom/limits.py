"""What must hold in a VROOM document before it is translated, and what is refused because no plan of ours obeys it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from matching.errors import ProblemError
from matching.formats.vroom.document import Document, Job, Rows, Vehicle, Window
from matching.travel import Mode

PROFILES: dict[str, Mode] = {
    "car": "car",
    "driving": "car",
    "driving-car": "car",
    "bike": "ebike",
    "bicycle": "ebike",
    "cycling": "ebike",
    "cycling-regular": "ebike",
    "foot": "walk",
    "walk": "walk",
    "walking": "walk",
    "foot-walking": "walk",
}
"""Ways of moving by the profiles of routing engines, for files without matrices."""

MOST_KINDS = 4
HALF_TURN, QUARTER_TURN = 180, 90


def check(document: Document) -> None:
    """Raise `ProblemError` with the path of the first field that is wrong or cannot be obeyed."""
    if not document.jobs and not document.shipments:
        raise ProblemError("jobs", "Expected at least one job")
    if not document.vehicles:
        raise ProblemError("vehicles", "Expected at least one vehicle")
    if document.shipments:
        raise ProblemError(
            "shipments[0]", "Shipments (pickup and delivery in one route) cannot be planned; use jobs"
        )
    _distinct("jobs", (job.id for job in document.jobs))
    _distinct("vehicles", (vehicle.id for vehicle in document.vehicles))
    for i, job in enumerate(document.jobs):
        _job(f"jobs[{i}]", job)
    for i, vehicle in enumerate(document.vehicles):
        _vehicle(f"vehicles[{i}]", vehicle)
    if len({(v.profile, v.speed_factor) for v in document.vehicles}) > MOST_KINDS:
        raise ProblemError("vehicles", f"More than {MOST_KINDS} different pairs of profile and speed_factor")
    if document.tables:
        _matrices(document)
    else:
        _coordinates(document)


def _distinct(path: str, ids: Iterable[int]) -> None:
    seen: set[int] = set()
    for i, key in enumerate(ids):
        if key in seen:
            raise ProblemError(f"{path}[{i}].id", f"Duplicate {key}")
        seen.add(key)


def _job(path: str, job: Job) -> None:
    for name in ("delivery", "pickup", "amount"):
        if any(getattr(job, name)):
            raise ProblemError(
                f"{path}.{name}",
                f"Job {job.id} has a load; loads and capacities cannot be planned, only jobs without",
            )
    for name in ("setup_per_type", "service_per_type"):
        if getattr(job, name):
            raise ProblemError(
                f"{path}.{name}", f"Job {job.id}: times that depend on the vehicle's type cannot be planned"
            )
    _windows(f"{path}.time_windows", job.time_windows or ())


def _vehicle(path: str, vehicle: Vehicle) -> None:
    _windows(path, () if vehicle.time_window is None else (vehicle.time_window,), ".time_window")
    _distinct(f"{path}.breaks", (rest.id for rest in vehicle.breaks))
    for j, rest in enumerate(vehicle.breaks):
        if rest.time_windows is None:
            raise ProblemError(
                f"{path}.breaks[{j}].time_windows", f"Break {rest.id} of vehicle {vehicle.id} needs windows"
            )
        _windows(f"{path}.breaks[{j}].time_windows", rest.time_windows)


def _windows(path: str, windows: tuple[Window, ...], field: str | None = None) -> None:
    for j, (start, end) in enumerate(windows):
        if end < start:
            at = f"{path}[{j}]" if field is None else f"{path}{field}"
            raise ProblemError(at, f"Ends at {end}, before it begins at {start}")


def _matrices(document: Document) -> None:
    size = _sizes(document)
    for path, index in _indices(document):
        if index is None:
            raise ProblemError(path, "Needed where the file has matrices")
        if index >= size:
            raise ProblemError(path, f"Expected a row of the matrices, 0 to {size - 1}, got {index}")
    shared = _shared(document)
    for profile, tables in document.tables.items():
        for index in shared:
            if tables.durations and tables.durations[index][index]:
                at = f"matrices.{profile}.durations[{index}][{index}]"
                raise ProblemError(at, "Expected 0: several jobs are at this one place")


def _sizes(document: Document) -> int:
    """Rows that every matrix in use has."""
    sizes = []
    for i, vehicle in enumerate(document.vehicles):
        tables = document.tables.get(vehicle.profile)
        if tables is None or tables.durations is None:
            at = f"matrices.{vehicle.profile}.durations"
            raise ProblemError(at, f"Needed by vehicle {vehicle.id} (vehicles[{i}].profile)")
        if vehicle.max_distance is not None and tables.distances is None:
            at = f"matrices.{vehicle.profile}.distances"
            raise ProblemError(at, f"Needed for the max_distance of vehicle {vehicle.id}")
        sizes.append(len(tables.durations))
    for profile, tables in document.tables.items():
        for name in ("durations", "distances", "costs"):
            rows: Rows | None = getattr(tables, name)
            if rows is not None:
                _square(f"matrices.{profile}.{name}", rows, sizes[0])
    return min(sizes)


def _square(path: str, rows: Rows, size: int) -> None:
    if len(rows) != size:
        raise ProblemError(path, f"Expected {size} rows as in the other matrices, got {len(rows)}")
    for i, row in enumerate(rows):
        if len(row) != size:
            raise ProblemError(f"{path}[{i}]", f"Expected {size} columns, got {len(row)}")


def _indices(document: Document) -> Iterator[tuple[str, int | None]]:
    for i, job in enumerate(document.jobs):
        yield f"jobs[{i}].location_index", job.location_index
    for i, vehicle in enumerate(document.vehicles):
        for name in ("start_index", "end_index"):
            index = getattr(vehicle, name)
            if index is not None:
                yield f"vehicles[{i}].{name}", index
        if vehicle.start_index is None and vehicle.end_index is None:
            raise ProblemError(
                f"vehicles[{i}].start_index", f"Vehicle {vehicle.id} has neither start_index nor end_index"
            )


def _shared(document: Document) -> list[int]:
    """Rows at which a job is together with another job or an end of a route."""
    ends = {i for v in document.vehicles for i in (v.start_index, v.end_index)}
    count = Counter(job.location_index for job in document.jobs if job.location_index is not None)
    return sorted(index for index, jobs in count.items() if jobs > 1 or index in ends)


def _coordinates(document: Document) -> None:
    for i, job in enumerate(document.jobs):
        if job.location is None:
            raise ProblemError(
                f"jobs[{i}].location", f"Job {job.id} has no place: give matrices or coordinates"
            )
        _on_earth(f"jobs[{i}].location", job.location)
    for i, vehicle in enumerate(document.vehicles):
        if vehicle.start is None and vehicle.end is None:
            raise ProblemError(f"vehicles[{i}].start", f"Vehicle {vehicle.id} has neither start nor end")
        if vehicle.profile not in PROFILES:
            known = ", ".join(sorted(PROFILES))
            raise ProblemError(
                f"vehicles[{i}].profile",
                f"Unknown profile {vehicle.profile!r}: give matrices, or one of {known}",
            )
        for name in ("start", "end"):
            if getattr(vehicle, name) is not None:
                _on_earth(f"vehicles[{i}].{name}", getattr(vehicle, name))


def _on_earth(path: str, location: tuple[float, float]) -> None:
    lon, lat = location
    if not (abs(lon) <= HALF_TURN and abs(lat) <= QUARTER_TURN):
        raise ProblemError(path, f"Expected [longitude, latitude], got [{lon:g}, {lat:g}]")
