"""From a world's plain specifications to the commands of the services; every limit of a command is checked here.

Coordinates are in WGS-84 by now (`seed.coordinates`); `system` is the one that the world was given in, for the record.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from catalog.kernel.time import at_local
from catalog.people.commands import AddHousehold, AddPerson, GrantRole
from catalog.providers.commands import AddWorker, Apply, SubmitCredential
from catalog.services.taxonomy import load_taxonomy
from catalog.territory.commands import AddGrid, AddTerritory
from catalog.territory.queries import EXAMPLE
from catalog.venues.commands import AddCanteen, AddVenue
from market.gatherings.commands import Enrol, ProposeGathering
from market.meals.commands import OpenOrder
from market.needs.commands import OpenNeed
from matching.travel.coordinates import System
from seed.world import (
    CanteenSpec,
    ClassSpec,
    EnrolmentSpec,
    GridSpec,
    HouseholdSpec,
    NeedSpec,
    OrderSpec,
    PersonSpec,
    ProviderSpec,
    Spec,
    StaffSpec,
    TerritorySpec,
    VenueSpec,
    WindowSpec,
    WorkerSpec,
    World,
)

# An issue has no appointment: somebody looks at it in the course of the day.
OFFICE_HOURS = (WindowSpec(start_minute=480, end_minute=1080),)

CommandType = TypeVar("CommandType", bound=msgspec.Struct)


def fill(kind: type[CommandType], spec: Spec, *, without: tuple[str, ...] = (), **more: Any) -> CommandType:
    """Make a command from the fields of the same name, and `more`; `msgspec.ValidationError` names what is wrong."""
    names = set(kind.__struct_fields__).intersection(spec.__struct_fields__).difference(without)
    values = {name: msgspec.to_builtins(getattr(spec, name)) for name in names}
    return msgspec.convert(values | more, kind)


def place(spec: TerritorySpec, system: System = "wgs84") -> AddTerritory:
    """A place; the street says that all below it is example data 示例数据."""
    tags = [*spec.tags, *([EXAMPLE] if spec.kind == "street" else [])]
    return fill(AddTerritory, spec, tags=tags, coordinate_system=system)


def grid(spec: GridSpec) -> AddGrid:
    """A grid with its members."""
    return fill(AddGrid, spec)


def household(spec: HouseholdSpec, system: System = "wgs84") -> AddHousehold:
    """A household."""
    return fill(AddHousehold, spec, coordinate_system=system)


def person(spec: PersonSpec) -> AddPerson:
    """A person; who is told through a relative has that relative as reader."""
    reader = spec.relative_id if spec.channel == "relative" else None
    contact = {
        "channel": spec.channel,
        "reader_id": str(reader) if reader else None,
        "large_text": spec.large_text,
    }
    return fill(AddPerson, spec, name=spec.name_zh, contact=contact)


def role(spec: StaffSpec) -> GrantRole:
    """A role over a place."""
    return fill(GrantRole, spec)


def provider(spec: ProviderSpec, system: System = "wgs84") -> Apply:
    """An application; states are walked through afterwards."""
    return fill(Apply, spec, coordinate_system=system)


def worker(spec: WorkerSpec, system: System = "wgs84") -> AddWorker:
    """A worker with caps, skills, weekly hours and days off."""
    caps = {
        "max_tasks_day": spec.max_tasks_day,
        "max_minutes_day": spec.max_minutes_day,
        "max_tasks_week": spec.max_tasks_week,
        "max_minutes_week": spec.max_minutes_week,
        "declared_minutes_week": spec.declared_minutes_week,
    }
    hours = msgspec.to_builtins(spec.availability)
    away = [{"day": day.isoformat()} for day in spec.absences]
    return fill(AddWorker, spec, caps=caps, hours=hours, days_off=away, coordinate_system=system)


def papers(world: World) -> list[SubmitCredential]:
    """All papers, of providers and of workers."""
    shops = (
        fill(SubmitCredential, paper, provider_id=str(p.id))
        for p in world.providers
        for paper in p.credentials
    )
    people = (
        fill(SubmitCredential, paper, worker_id=str(w.id)) for w in world.workers for paper in w.credentials
    )
    return [*shops, *people]


def venue(spec: VenueSpec, system: System = "wgs84") -> AddVenue:
    """A room."""
    return fill(AddVenue, spec, coordinate_system=system)


def canteen(spec: CanteenSpec) -> AddCanteen:
    """A canteen."""
    return fill(AddCanteen, spec)


def order(spec: OrderSpec, world: World) -> OpenOrder:
    """A standing order from the world's day on."""
    consent = {"how": spec.consent} if spec.consent else None
    return fill(OpenOrder, spec, from_day=world.day.isoformat(), consent=consent)


def lesson(spec: ClassSpec, world: World) -> ProposeGathering:
    """A class on the world's day."""
    zone = ZoneInfo(world.zone)
    dates = [[at_local(world.day, minute, zone).isoformat()] for minute in spec.start_minutes]
    return fill(ProposeGathering, spec, service_code=spec.service, dates=dates)


def enrolment(spec: EnrolmentSpec) -> Enrol:
    """A wish for a seat, with the consent of who asks for it."""
    return fill(Enrol, spec, gathering_id=str(spec.class_id), guardian={"how": spec.guardian})


def need(spec: NeedSpec, world: World) -> OpenNeed:
    """What somebody asks for, with its windows on the world's day."""
    zone = ZoneInfo(world.zone)
    windows = [
        {
            "starts_at": at_local(world.day, span.start_minute, zone).isoformat(),
            "ends_at": at_local(world.day, span.end_minute, zone).isoformat(),
        }
        for span in spec.windows or OFFICE_HOURS
    ]
    helper = str(spec.wish_worker_id) if spec.wish_worker_id else None
    return fill(
        OpenNeed,
        spec,
        service_code=spec.service,
        description=spec.description_zh,
        windows=windows,
        relation=spec.proxy_relation,
        consent={"how": spec.proxy_consent} if spec.proxy_consent else None,
        wishes={"same_helper": helper, "gender": spec.wish_gender, "language": spec.wish_language},
    )


def asked_at(spec: NeedSpec, world: World, minute: int) -> datetime:
    """When it was asked: on its day at a minute, or early enough for the notice that the service needs."""
    zone = ZoneInfo(world.zone)
    asked = at_local(world.day - timedelta(days=spec.asked_days_ago + 1), minute, zone)
    service = load_taxonomy().service(spec.service)
    notice = 0 if spec.urgency == "urgent" else service.lead_hours * 60
    ends = min(span.end_minute for span in spec.windows or OFFICE_HOURS)
    return min(asked, at_local(world.day, ends - service.duration_minutes - notice, zone))
