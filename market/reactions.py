"""All rooms' reactions and timers in one place: what relays and schedulers are given."""

from collections.abc import Iterable, Mapping
from types import ModuleType

import market.gatherings.reactions
import market.jobs.reactions
import market.needs.reactions
import market.offers.reactions
import market.reviews.reactions
import market.rounds.reactions
from market.outbox import Reaction, Reactions, TimerAction

# An event runs through the rooms in this order: a need is open for matching before a round is started for it.
ROOMS: tuple[ModuleType, ...] = (
    market.needs.reactions,
    market.offers.reactions,
    market.jobs.reactions,
    market.reviews.reactions,
    market.gatherings.reactions,
    market.rounds.reactions,
)


def _together(rooms: Iterable[ModuleType]) -> Reactions:
    found: dict[str, tuple[Reaction, ...]] = {}
    for room in rooms:
        for topic, reactions in room.REACTIONS.items():
            found[topic] = (*found.get(topic, ()), *reactions)
    return found


def _timers(rooms: Iterable[ModuleType]) -> Mapping[str, TimerAction]:
    found: dict[str, TimerAction] = {}
    for room in rooms:
        if twice := found.keys() & room.TIMERS.keys():
            raise ValueError(f"two rooms answer the timer {sorted(twice)}")
        found.update(room.TIMERS)
    return found


REACTIONS: Reactions = _together(ROOMS)
TIMERS: Mapping[str, TimerAction] = _timers(ROOMS)
