"""The order in which a document is kept: the same content, the same bytes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from matching.invariants.limits import MAX_TICKS
from matching.travel import LineTravel, Place

if TYPE_CHECKING:
    from matching.delivery import Delivery, Depot
    from matching.gathering import Enrolment, Gathering, Occasion, Role, Venue
    from matching.parts import SkillLevel, Span, StartWindow
    from matching.problem import Problem, Provider, Task, Worker


def sorted_fields(problem: "Problem") -> dict[str, Any]:
    """The collections of a problem in canonical order."""
    travel = problem.travel
    return {
        "places": _by_id([_plain_place(place) for place in problem.places]),
        "providers": _by_id([_sorted_provider(provider) for provider in problem.providers]),
        "tasks": _by_id([_sorted_task(task) for task in problem.tasks]),
        "workers": _by_id([_sorted_worker(worker) for worker in problem.workers]),
        "pins": tuple(sorted(problem.pins, key=lambda p: (p.task, p.worker))),
        "forbids": tuple(sorted(set(problem.forbids), key=lambda f: (f.task, f.worker))),
        "precedences": tuple(sorted(problem.precedences, key=lambda p: (p.before, p.after))),
        "funds": _by_id(problem.funds),
        "depots": _by_id([_sorted_depot(depot) for depot in problem.depots]),
        "deliveries": _by_id([_sorted_delivery(delivery) for delivery in problem.deliveries]),
        "venues": _by_id([_sorted_venue(venue) for venue in problem.venues]),
        "gatherings": _by_id([_sorted_gathering(gathering) for gathering in problem.gatherings]),
        "enrolments": _by_id([_sorted_enrolment(enrolment) for enrolment in problem.enrolments]),
        "travel": _plain_line(travel) if isinstance(travel, LineTravel) else travel.sorted(),
    }


def _by_id(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=lambda item: item.id))


def _plain_line(travel: LineTravel) -> LineTravel:
    return msgspec.structs.replace(travel, factor=float(travel.factor))


def _plain_place(place: Place) -> Place:
    # An integer latitude and a negative zero are the same door as their float, so they must give the same bytes.
    return msgspec.structs.replace(place, lat=float(place.lat) + 0.0, lon=float(place.lon) + 0.0)


def _windows(windows: "Iterable[StartWindow]") -> "tuple[StartWindow, ...]":
    return tuple(sorted(windows, key=lambda w: (w.earliest, w.latest)))


def _skills(skills: "Iterable[SkillLevel]") -> "tuple[SkillLevel, ...]":
    return tuple(sorted(skills, key=lambda s: s.skill))


def _spans(spans: "Iterable[Span]") -> "tuple[Span, ...]":
    return tuple(sorted(spans, key=lambda s: (s.start, s.end)))


def _sorted_task(task: "Task") -> "Task":
    return msgspec.structs.replace(
        task,
        windows=_windows(task.windows),
        skills=_skills(task.skills),
        qualifications=tuple(sorted(task.qualifications)),
        allowed_kinds=tuple(sorted(task.allowed_kinds)),
        refused_workers=tuple(sorted(task.refused_workers)),
        groups=tuple(sorted(task.groups)),
        wishes=msgspec.structs.replace(task.wishes, workers=tuple(sorted(task.wishes.workers))),
        known_workers=tuple(sorted(task.known_workers)),
        zones=tuple(sorted(task.zones)),
        safeguards=tuple(sorted(task.safeguards)),
    )


def _sorted_provider(provider: "Provider") -> "Provider":
    return msgspec.structs.replace(provider, rates=tuple(sorted(provider.rates, key=lambda r: r.service)))


def _sorted_worker(worker: "Worker") -> "Worker":
    return msgspec.structs.replace(
        worker,
        shifts=tuple(sorted(worker.shifts, key=lambda s: (s.start, s.end, s.start_place, s.end_place))),
        skills=_skills(worker.skills),
        qualifications=tuple(
            sorted(
                worker.qualifications, key=lambda q: (q.code, q.valid_from or -1, q.valid_until or MAX_TICKS)
            )
        ),
        languages=tuple(sorted(worker.languages)),
        anchors=tuple(sorted(worker.anchors)),
    )


def _sorted_depot(depot: "Depot") -> "Depot":
    return msgspec.structs.replace(
        depot, ready=_windows(depot.ready), providers=tuple(sorted(depot.providers))
    )


def _sorted_delivery(delivery: "Delivery") -> "Delivery":
    return msgspec.structs.replace(
        delivery,
        windows=_windows(delivery.windows),
        depots=tuple(sorted(delivery.depots)),
        skills=_skills(delivery.skills),
        qualifications=tuple(sorted(delivery.qualifications)),
        allowed_kinds=tuple(sorted(delivery.allowed_kinds)),
        refused_workers=tuple(sorted(delivery.refused_workers)),
        groups=tuple(sorted(delivery.groups)),
    )


def _sorted_venue(venue: "Venue") -> "Venue":
    return msgspec.structs.replace(venue, open=_spans(venue.open), uses=tuple(sorted(venue.uses)))


def _sorted_gathering(gathering: "Gathering") -> "Gathering":
    occasions = (_sorted_occasion(occasion) for occasion in gathering.occasions)
    return msgspec.structs.replace(
        gathering,
        occasions=tuple(sorted(occasions, key=lambda o: (o.venue, o.starts))),
        roles=tuple(_sorted_role(role) for role in gathering.roles),
        allowed_kinds=tuple(sorted(gathering.allowed_kinds)),
        known_workers=tuple(sorted(gathering.known_workers)),
    )


def _sorted_occasion(occasion: "Occasion") -> "Occasion":
    return msgspec.structs.replace(occasion, starts=tuple(sorted(occasion.starts)))


def _sorted_role(role: "Role") -> "Role":
    return msgspec.structs.replace(
        role, skills=_skills(role.skills), qualifications=tuple(sorted(role.qualifications))
    )


def _sorted_enrolment(enrolment: "Enrolment") -> "Enrolment":
    return msgspec.structs.replace(
        enrolment,
        gatherings=tuple(sorted(enrolment.gatherings)),
        free=_spans(enrolment.free),
        refused_workers=tuple(sorted(enrolment.refused_workers)),
        groups=tuple(sorted(enrolment.groups)),
    )
