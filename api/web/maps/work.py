"""Maps on helpers' pages. A start is the reader's own, or that of a helper of the reader's team; nobody else sees it."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import translator
from api.runtime import runtime_of
from api.web.formats import Formats
from api.web.maps import drawings
from api.web.maps.data import Drawing
from api.web.maps.reading import starts_of
from api.web.maps.ways import Leg, Start, Stop, legs_along, legs_of_many
from api.web.render import language_of
from catalog.kernel.time import local_day
from market.jobs import queries as jobs_read
from market.jobs.queries import JobView
from market.offers.views import OfferView, Place
from market.states import JobState

AHEAD = (JobState.CONFIRMED, JobState.ON_THE_WAY)
TO_DO = (*AHEAD, JobState.CHECKED_IN)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing, the ways on it, and the day it belongs to."""

    drawing: Drawing
    legs: tuple[Leg, ...] = ()
    on: date | None = None


async def map_of_days(
    request: AnyRequest,
    session: AsyncSession,
    worker_ids: Sequence[UUID],
    days: Sequence[tuple[date, Sequence[JobView]]],
) -> Shown | None:
    """Return the map of the first day on which something is left to do: the stops of each helper, in order."""
    found = next(((on, jobs) for on, jobs in days if any(job.state in TO_DO for job in jobs)), None)
    if found is None:
        return None
    on, jobs = found
    starts = await starts_of(session, worker_ids)
    first = next(job.id for job in jobs if job.state in TO_DO)
    fmt = Formats(language_of(request))
    routes = [(who, _stops(fmt, [job for job in jobs if who in job.worker_ids], first)) for who in starts]
    routes = [(who, stops) for who, stops in routes if stops]
    network = runtime_of(request).streets.network
    legs = await legs_of_many(network, [(starts[who], stops) for who, stops in routes])
    say = translator(fmt.language)
    if len(routes) == 1:
        ((who, stops),) = routes
        return Shown(drawing=drawings.day(network, say, starts[who], stops, legs[0]), legs=legs[0], on=on)
    names = {who: name for job in jobs for who, name in zip(job.worker_ids, job.worker_names, strict=True)}
    people = [
        drawings.Person(group=str(who), name=names[who], start=starts[who], stops=stops, legs=own)
        for (who, stops), own in zip(routes, legs, strict=True)
    ]
    return Shown(drawing=drawings.plan(network, say, people), legs=_named(people), on=on)


def _named(people: Sequence[drawings.Person]) -> tuple[Leg, ...]:
    return tuple(
        msgspec.structs.replace(leg, label=f"{one.name} · {leg.label}") for one in people for leg in one.legs
    )


def _stops(fmt: Formats, jobs: Sequence[JobView], first: UUID) -> tuple[Stop, ...]:
    return tuple(_stop(fmt, job, str(n), is_next=job.id == first) for n, job in enumerate(jobs, 1))


def _stop(fmt: Formats, job: JobView, number: str, *, is_next: bool) -> Stop:
    return Stop(
        at=(job.place.lat, job.place.lon),
        number=number,
        label=f"{fmt.time(job.start_at)} {fmt.name(job.service)} · {job.resident_name}",
        notes=tuple(filter(None, (address(fmt, job.place),))),
        is_next=is_next,
    )


def address(fmt: Formats, place: Place) -> str:
    """Return compound, building and door, as far as they are known."""
    building = fmt.name(place, "building") if place.building_zh else None
    compound = fmt.name(place, "compound") if place.compound_zh else None
    return " ".join(filter(None, (compound, building, place.door)))


async def map_of_job(
    request: AnyRequest, session: AsyncSession, job: JobView, workers: Collection[UUID]
) -> Shown | None:
    """Return the way to a visit that lies ahead, from the visit before it on that day or from the helper's start.

    `workers` are those whose start the reader may know; who reads for another reason sees the door alone.
    """
    if job.state not in AHEAD or not job.place.exact:
        return None
    network = runtime_of(request).streets.network
    fmt = Formats(language_of(request))
    stop = _stop(fmt, job, "", is_next=True)
    who = next((worker for worker in job.worker_ids if worker in workers), None)
    if who is None:
        return Shown(drawing=drawings.door(network, stop.at, stop.label))
    start = await _from(session, who, job)
    legs = await legs_along(network, start, (stop,))
    drawing = drawings.day(network, translator(fmt.language), start, (stop,), legs)
    return Shown(drawing=drawing, legs=legs)


async def _from(session: AsyncSession, who: UUID, job: JobView) -> Start:
    """Return where a helper comes from: the visit before, else where the day begins."""
    start = (await starts_of(session, (who,)))[who]
    jobs = await jobs_read.today(session, (who,), local_day(job.start_at))
    before = [other for other in jobs if other.start_at < job.start_at and other.id != job.id]
    if not before:
        return start
    last = before[-1].place
    return msgspec.structs.replace(start, at=(last.lat, last.lon))


async def map_of_offer(
    request: AnyRequest, session: AsyncSession, offer: OfferView, workers: Collection[UUID]
) -> Shown:
    """Return where an offer leads: a circle before it is accepted (no way: it would end at the door), the way after."""
    network = runtime_of(request).streets.network
    fmt = Formats(language_of(request))
    say = translator(fmt.language)
    place = (offer.place.lat, offer.place.lon)
    known = await starts_of(session, [offer.worker_id] if offer.worker_id in workers else [])
    start = known.get(offer.worker_id)
    if not offer.place.exact:
        far = fmt.walk(offer.travel_minutes, estimated=offer.estimated)
        return Shown(drawing=drawings.somewhere(network, say, place, start, (far,)))
    stop = Stop(at=place, number="", label=fmt.name(offer.service), notes=(address(fmt, offer.place),))
    if start is None:
        return Shown(drawing=drawings.door(network, place, stop.label))
    legs = await legs_along(network, start, (stop,))
    return Shown(drawing=drawings.day(network, say, start, (stop,), legs), legs=legs)
