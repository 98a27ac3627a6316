"""Depots and deliveries."""

from typing import TYPE_CHECKING

from matching.invariants.basics import all_known, bounded, distinct, known, skills, windows
from matching.invariants.limits import MAX_CAP, MAX_METRES, MAX_PRIORITY, MAX_TICKS, MAX_UNITS

if TYPE_CHECKING:
    from matching.delivery import Delivery
    from matching.problem import Problem


def check_depots(problem: "Problem") -> None:
    """Depots at known places, open for known providers, ready without late parts."""
    distinct("depots", (depot.id for depot in problem.depots), ".id")
    places = {place.id for place in problem.places}
    providers = {provider.id for provider in problem.providers}
    for i, depot in enumerate(problem.depots):
        path = f"depots[{i}]"
        known(f"{path}.place", depot.place, places, "place")
        windows(f"{path}.ready", depot.ready, late=False)
        bounded(f"{path}.load_ticks", depot.load_ticks, 0, MAX_TICKS)
        bounded(f"{path}.max_units_day", depot.max_units_day, 0, MAX_CAP)
        all_known(f"{path}.providers", depot.providers, providers, "provider")


def check_deliveries(problem: "Problem") -> None:
    """Deliveries whose every reference is known."""
    distinct("deliveries", (delivery.id for delivery in problem.deliveries), ".id")
    places = {place.id for place in problem.places}
    depots = {depot.id for depot in problem.depots}
    workers = {worker.id for worker in problem.workers}
    for i, delivery in enumerate(problem.deliveries):
        path = f"deliveries[{i}]"
        known(f"{path}.place", delivery.place, places, "place")
        windows(f"{path}.windows", delivery.windows)
        skills(path, delivery.skills)
        all_known(f"{path}.depots", delivery.depots, depots, "depot")
        all_known(f"{path}.refused_workers", delivery.refused_workers, workers, "worker")
        for name in ("qualifications", "allowed_kinds", "groups"):
            distinct(f"{path}.{name}", getattr(delivery, name))
        _numbers(path, delivery)


def _numbers(path: str, delivery: "Delivery") -> None:
    bounded(f"{path}.duration", delivery.duration, 1, MAX_TICKS)
    bounded(f"{path}.units", delivery.units, 1, MAX_UNITS)
    bounded(f"{path}.fresh_ticks", delivery.fresh_ticks, 0, MAX_TICKS)
    bounded(f"{path}.priority", delivery.priority, 1, MAX_PRIORITY)
    bounded(f"{path}.reach_metres", delivery.reach_metres, 0, MAX_METRES)
    bounded(f"{path}.days_waited", delivery.days_waited, 0, MAX_CAP)
