"""VROOM's input as it is written: seconds, metres, coordinates as [lon, lat], indices of a matrix.

What a field means is told in VROOM's own documentation (docs/API.md of VROOM-Project/vroom).
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from matching.codec import decode_struct
from matching.errors import ProblemError

LONGEST_SECONDS = 10_000_000
MAX_UINT = 2**32 - 1
FASTEST = 5.0

Id = Annotated[int, Meta(ge=0)]
Time = Annotated[int, Meta(ge=0, le=MAX_UINT)]
Seconds = Annotated[int, Meta(ge=0, le=LONGEST_SECONDS)]
Count = Annotated[int, Meta(ge=0, le=MAX_UINT)]
Window = tuple[Time, Time]
Windows = Annotated[tuple[Window, ...], Meta(min_length=1)]
Location = tuple[float, float]
Rows = tuple[tuple[Count, ...], ...]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do at one place; `amount` is the old name of `delivery`."""

    id: Id
    description: str | None = None
    location: Location | None = None
    location_index: Count | None = None
    setup: Seconds = 0
    service: Seconds = 0
    setup_per_type: dict[str, Seconds] = {}
    service_per_type: dict[str, Seconds] = {}
    delivery: tuple[int, ...] = ()
    pickup: tuple[int, ...] = ()
    amount: tuple[int, ...] = ()
    skills: tuple[Count, ...] = ()
    priority: Annotated[int, Meta(ge=0, le=100)] = 0
    time_windows: Windows | None = None


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """A rest of `service` seconds that starts in one of the windows, at no place in particular."""

    id: Id
    description: str | None = None
    service: Seconds = 0
    time_windows: Windows | None = None
    max_load: tuple[int, ...] = ()


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """What a vehicle costs; VROOM's defaults make a second of travel cost one."""

    fixed: Count = 0
    per_hour: Count = 3600
    per_km: Count = 0
    per_task_hour: Count = 0


class Vehicle(msgspec.Struct, frozen=True, kw_only=True):
    """Who goes, from where and when; one of `start` and `end` may be missing."""

    id: Id
    profile: str = "car"
    description: str | None = None
    start: Location | None = None
    start_index: Count | None = None
    end: Location | None = None
    end_index: Count | None = None
    capacity: tuple[int, ...] = ()
    skills: tuple[Count, ...] = ()
    type: str | None = None
    time_window: Window | None = None
    breaks: tuple[Break, ...] = ()
    speed_factor: Annotated[float, Meta(gt=0, le=FASTEST)] = 1.0
    max_tasks: Count | None = None
    max_travel_time: Count | None = None
    max_distance: Count | None = None
    costs: Costs = Costs()
    steps: tuple[Any, ...] = ()


class Matrices(msgspec.Struct, frozen=True, kw_only=True):
    """Tables of one profile, from row to column."""

    durations: Rows | None = None
    distances: Rows | None = None
    costs: Rows | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file; `matrix` is the old name of the durations of the profile car."""

    vehicles: tuple[Vehicle, ...]
    jobs: tuple[Job, ...] = ()
    shipments: tuple[Any, ...] = ()
    matrices: dict[str, Matrices] = {}
    matrix: Rows | None = None

    @property
    def tables(self) -> dict[str, Matrices]:
        """Matrices by profile, the old form included."""
        if self.matrix is None:
            return self.matrices
        return {"car": Matrices(durations=self.matrix)} | self.matrices


KINDS: dict[str, type[msgspec.Struct]] = {"vehicles": Vehicle, "jobs": Job}


def decode(data: bytes) -> tuple[Document, tuple[str, ...]]:
    """The document, and the paths of fields that are no part of the format.

    Raises:
        ProblemError: not JSON, or a field of another kind or size; with its path.
    """
    if not data.strip():
        raise ProblemError("", "The file is empty; expected VROOM's problem as JSON")
    return decode_struct(data, Document), tuple(_unknown(data))


def _unknown(data: bytes) -> Iterator[str]:
    parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    yield from sorted(parts.keys() - set(Document.__struct_fields__))
    for name, kind in KINDS.items():
        for i, item in enumerate(msgspec.json.decode(parts.get(name, b"[]"), type=list[dict[str, Any]])):
            path = f"{name}[{i}]"
            yield from (f"{path}.{key}" for key in sorted(item.keys() - set(kind.__struct_fields__)))
            for j, rest in enumerate(item.get("breaks", ()) if kind is Vehicle else ()):
                known = set(Break.__struct_fields__)
                yield from (f"{path}.breaks[{j}].{key}" for key in sorted(rest.keys() - known))
