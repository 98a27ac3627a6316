"""What bad input gets: each function refuses one thing and says which field to mend."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from catalog.kernel.errors import Forbidden, Invalid
from catalog.services.models import Service
from market.actor import Actor
from market.needs.access import FILERS
from market.needs.commands import DAYS_AHEAD, OpenNeed, Window
from market.needs.ground import Community, nearest_community
from market.needs.known import Home, Known
from market.needs.models import Urgency


class Place(NamedTuple):
    """Where a need is."""

    community_id: UUID
    household_id: UUID | None
    lat: float
    lon: float
    path: str


def check_service(command: OpenNeed, known: Known) -> Service:
    """Refuse a service that is unknown, no longer offered, or of another lane."""
    service = known.services.get(command.service_code)
    if service is None or not service.active:
        raise Invalid("There is no service {code}", field="service_code", code=command.service_code)
    if command.lane != service.lane:
        raise Invalid(
            "This belongs to the lane {lane}, not to {given}",
            field="lane",
            lane=service.lane.value,
            given=command.lane.value,
        )
    return service


def check_people(command: OpenNeed, known: Known) -> None:
    """Refuse unknown people, and asking for somebody else without saying how that person agreed."""
    for field in ("requester_id", "beneficiary_id"):
        if getattr(command, field) not in known.people:
            raise Invalid("There is no such {thing}", field=field, thing="person")
    if command.requester_id != command.beneficiary_id and command.consent is None:
        raise Invalid("Say how the person you ask for has agreed", field="consent")
    helper = command.wishes.same_helper
    if helper is not None and helper not in known.workers:
        raise Invalid("There is no such {thing}", field="wishes.same_helper", thing="helper")


def check_windows(
    windows: Sequence[Window], now: datetime, *, minutes: int, lead_hours: int, field: str = "windows"
) -> None:
    """Refuse times that are over, too far ahead, too short, too soon, or said twice."""
    for window in windows:
        _check_window(window, now, minutes, lead_hours, field)
    ordered = sorted(windows, key=lambda window: window.starts_at)
    for one, following in pairwise(ordered):
        if following.starts_at < one.ends_at:
            raise Invalid("Two of the times overlap", field=field)


def _check_window(window: Window, now: datetime, minutes: int, lead_hours: int, field: str) -> None:
    if window.starts_at.tzinfo is None or window.ends_at.tzinfo is None:
        raise Invalid("A time needs its time zone", field=field)
    if window.ends_at <= window.starts_at:
        raise Invalid("The end is before the beginning", field=field)
    if window.ends_at <= now:
        raise Invalid("The time is over already", field=field)
    if window.ends_at > now + timedelta(days=DAYS_AHEAD):
        raise Invalid("The time is more than {days} days ahead", field=field, days=DAYS_AHEAD)
    if window.ends_at - window.starts_at < timedelta(minutes=minutes):
        raise Invalid(
            "The window is shorter than the service ({minutes} minutes)", field=field, minutes=minutes
        )
    if window.ends_at - timedelta(minutes=minutes) < now + timedelta(hours=lead_hours):
        raise Invalid("This service needs {hours} hours' notice", field=field, hours=lead_hours)


def lead_hours(service: Service, urgency: Urgency) -> int:
    """Return how long before its start a service must be asked for; what is urgent needs no notice."""
    return 0 if urgency == Urgency.URGENT else service.lead_hours


def check_place(command: OpenNeed, known: Known) -> Place:
    """Refuse what has no known place or lies outside the ground that the street network covers."""
    if (command.lat is None) != (command.lon is None):
        raise Invalid("A point needs latitude and longitude", field="lat" if command.lat is None else "lon")
    household_id = command.household_id or known.people[command.beneficiary_id].household_id
    home = known.homes.get(household_id) if household_id else None
    if command.household_id and home is None:
        raise Invalid("There is no such {thing}", field="household_id", thing="household")
    place = _at_home(command, home, household_id) if home else _at_point(command, known)
    if not known.communities[place.community_id].covers(place.lat, place.lon):
        raise Invalid("This place is outside the area that is served", field="lat")
    return place


def _at_home(command: OpenNeed, home: Home, household_id: UUID | None) -> Place:
    lat = home.lat if command.lat is None else command.lat
    lon = home.lon if command.lon is None else command.lon
    return Place(home.community_id, household_id, lat, lon, home.path)


def _at_point(command: OpenNeed, known: Known) -> Place:
    if command.lat is None or command.lon is None:
        raise Invalid("Say where the help is needed", field="household_id")
    around: list[Community] = list(known.communities.values())
    community = nearest_community(around, command.lat, command.lon)
    if community is None:
        raise Invalid("This place is outside the area that is served", field="lat")
    return Place(community.id, None, command.lat, command.lon, community.path)


def check_filer(command: OpenNeed, actor: Actor, place: Place) -> None:
    """Refuse who asks for others without being one of the two people, or somebody of that place."""
    if actor.is_system or actor.person_id in {command.requester_id, command.beneficiary_id}:
        return
    if not actor.may(place.path, *FILERS):
        raise Forbidden("You may ask for yourself, and for those of your own place")
