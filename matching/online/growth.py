"""The problem that a plan in memory answers: the one before, with all that came and went since."""

from typing import TYPE_CHECKING

import msgspec

from matching.online.ways import travel_with
from matching.problem import Precedence, Problem

if TYPE_CHECKING:
    from matching.online.live import Live


def grown(live: "Live", old: Problem) -> Problem:
    """`old` with new tasks and their places, fewer shifts, and without what is no longer asked for."""
    places, travel = list(old.places), old.travel
    for place in live.new_places:
        if place.id not in old.place_by_id:
            travel = travel_with(travel, place, places)
            places.append(place)
    gone = {live.tasks[t].id for t in live.gone}

    def stays(one: Precedence) -> bool:
        return one.before not in gone and one.after not in gone

    return msgspec.structs.replace(
        old,
        places=tuple(places),
        travel=travel,
        tasks=tuple(task for t, task in enumerate(live.tasks) if t not in live.gone),
        workers=tuple(live.workers.get(worker.id, worker) for worker in old.workers),
        pins=tuple(
            pin for pin in old.pins if pin.task not in gone and (pin.task, pin.worker) not in live.unpinned
        ),
        forbids=tuple(f for f in {*old.forbids, *live.forbids} if f.task not in gone),
        precedences=tuple(filter(stays, old.precedences)),
    )
