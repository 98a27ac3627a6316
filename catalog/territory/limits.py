"""What every command of the catalogue may hold: one base, and field types with their limits."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=120)]
ShortName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
Note: TypeAlias = Annotated[str, Meta(max_length=400)]
Pledge: TypeAlias = Annotated[str, Meta(max_length=300)]
Code: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]*$", max_length=64)]
Tag: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=32)]
PhoneText: TypeAlias = Annotated[str, Meta(min_length=3, max_length=32)]
Lat: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
Lon: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
# Latitude and longitude are always WGS-84; this is the system that they were converted from when they came in.
CoordinateSystem: TypeAlias = Literal["wgs84", "gcj02", "bd09"]
Metres: TypeAlias = Annotated[int, Meta(ge=50, le=100_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=1_000)]
DayMinutes: TypeAlias = Annotated[int, Meta(ge=0, le=1_440)]
WeekMinutes: TypeAlias = Annotated[int, Meta(ge=0, le=10_080)]
Weekday: TypeAlias = Annotated[int, Meta(ge=0, le=6)]
Lang: TypeAlias = Literal["zh", "en"]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything that callers fill in."""
