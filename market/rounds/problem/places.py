"""Places of a problem: one for each door, and one that is nowhere for help by telephone.

Doors at the same coordinates are one place if they are as far from the street: the fifth floor without a lift is another
place than the first floor of the same house.

A remote task happens wherever the helper is, so it must cost no travel; a problem knows no such place. `REMOTE` is one
place shared by all remote tasks and by the parts of shifts kept for them. Its access time is longer than the round:
nobody gets from there to a door or back, whatever the travel model says, while staying there is free.
"""

from matching.problem import Place
from matching.travel.entrances import access_ticks

REMOTE = "remote"


class Places:
    """Collects the places that tasks and shifts name."""

    def __init__(self, horizon_ticks: int) -> None:
        self._horizon_ticks = horizon_ticks
        self._found: dict[str, Place] = {}

    def door(self, lat: float, lon: float, floor: int | None = None, has_lift: bool | None = None) -> str:
        """Return the id of the door at some coordinates; floor and lift give its minutes from the street."""
        minutes = access_ticks(floor, has_lift)
        key = f"{lat:.6f},{lon:.6f}" + (f"+{minutes}" if minutes else "")
        self._found.setdefault(key, Place(id=key, lat=lat, lon=lon, access_ticks=minutes))
        return key

    def remote(self, lat: float, lon: float) -> str:
        """Return the id of the place that is nowhere; the first coordinates asked for stand in the document."""
        nowhere = Place(id=REMOTE, lat=lat, lon=lon, access_ticks=self._horizon_ticks)
        self._found.setdefault(REMOTE, nowhere)
        return REMOTE

    def all(self) -> tuple[Place, ...]:
        """Return every place named so far."""
        return tuple(self._found.values())
