"""Meals as deliveries, and as seats where somebody fetches or eats them: alternatives of one need."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from catalog.services.taxonomy import load_taxonomy
from catalog.venues.models import Canteen, Venue
from market.meals.days import Wanted
from market.meals.models import MealWay
from market.needs.models import Urgency
from market.rounds.problem.facts import Facts
from market.rounds.problem.places import Places
from market.rounds.problem.shapes import Stairs
from market.rounds.problem.tasks import NOTICE
from market.rounds.problem.ticks import DAY, Calendar
from matching import problem as matching
from matching.problem import Delivery, Depot, Span, StartWindow

MISSED_POINTS, AGEING_CAP = 10, 30
PREFERRED = 2
"""Points more for the way that somebody likes best: never worth another person's meal."""

DINE_IN = "canteen-meal"


def alternative(meal_id: UUID, way: MealWay) -> str:
    """Return the id that a way of serving a meal has in a problem."""
    return f"{meal_id}:{way.value}"


def table_id(way: MealWay, canteen_id: UUID, day: date, number: int = 0) -> str:
    """Return the id of fetching, or of a sitting, at a canteen on a day."""
    return f"{way.value}:{canteen_id}:{day.isoformat()}:{number}"


class Sitting(NamedTuple):
    """A time at which meals are fetched or eaten at a canteen."""

    id: str
    canteen: Canteen
    room: Venue
    way: MealWay
    start: int
    minutes: int
    seats: int


class Meals:
    """The meals of a round in terms of the matching library."""

    def __init__(self, facts: Facts, places: Places) -> None:
        self.facts, self.shapes, self.places = facts, facts.shapes, places
        self.calendar: Calendar = facts.calendar
        self.soonest = max(0, self.calendar.ceil(facts.now + NOTICE[Urgency.NORMAL]))
        self.people = {helper.worker.id for helper in facts.people.helpers}
        self.sittings = list(self._sittings())
        self.seats = tuple(self._seats())

    def depots(self) -> tuple[Depot, ...]:
        """Return the canteens from which meals are brought."""
        if not any(MealWay.HOME in meal.ways for meal in self.shapes.meals):
            return ()
        found = (self._depot(*place) for place in self.shapes.canteens.values())
        return tuple(depot for depot in found if depot.ready)

    def _depot(self, canteen: Canteen, room: Venue) -> Depot:
        ready = [
            StartWindow(earliest=max(start, self.soonest), latest=end)
            for day in self.calendar.dates()
            for start, end in self._ready(canteen, day)
            if max(start, self.soonest) <= end
        ]
        return Depot(
            id=str(canteen.id),
            place=self.places.door(room.lat, room.lon),
            ready=tuple(ready),
            load_ticks=canteen.load_minutes,
            max_units_day=canteen.meals_day,
        )

    def _ready(self, canteen: Canteen, day: date) -> list[tuple[int, int]]:
        closed = {one.day for one in self.shapes.closed if one.venue_id == canteen.venue_id}
        midnight = self.calendar.midnight(day)
        return [
            (midnight + span["start_minute"], min(midnight + span["end_minute"], self.calendar.ticks))
            for span in canteen.ready
            if span["weekday"] == day.weekday() and day not in closed
        ]

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what is brought to doors."""
        open_at = {depot.id for depot in self.depots()}
        found = (self._delivery(meal, open_at) for meal in self.shapes.meals if MealWay.HOME in meal.ways)
        return tuple(delivery for delivery in found if delivery is not None)

    def _delivery(self, meal: Wanted, open_at: set[str]) -> Delivery | None:
        order, service = meal.order, self.shapes.services[meal.order.service_code]
        midnight = self.calendar.midnight(meal.day)
        earliest = max(self.soonest, midnight + order.start_minute)
        latest = min(midnight + order.end_minute, midnight + DAY - service.duration_minutes)
        depots = [str(key) for key in self.shapes.sources[meal.id] if str(key) in open_at]
        if earliest > latest or not depots:
            return None
        stairs = self.shapes.stairs.get(order.household_id or order.id, Stairs())
        return Delivery(
            id=alternative(meal.id, MealWay.HOME),
            place=self.places.door(order.lat, order.lon, stairs.floor, stairs.has_lift),
            windows=(StartWindow(earliest=earliest, latest=latest),),
            duration=service.duration_minutes,
            units=meal.units,
            depots=tuple(depots),
            fresh_ticks=min(self.shapes.canteens[UUID(key)][0].fresh_minutes for key in depots),
            priority=self._points(meal, MealWay.HOME),
            service=service.code,
            skills=tuple(matching.SkillLevel(skill=s["skill"], level=s["level"]) for s in service.skills),
            qualifications=tuple(service.qualifications),
            allowed_kinds=tuple(service.provider_kinds),
            refused_workers=self.refused(order.refused_workers),
            days_waited=order.days_missed,
            groups=(f"community:{self.shapes.communities[order.community_id]}",),
            need=str(meal.id),
        )

    def refused(self, workers: list[str]) -> tuple[str, ...]:
        """Return those whom somebody does not want and who are there."""
        return tuple(worker for worker in sorted(set(workers)) if UUID(worker) in self.people)

    def _points(self, meal: Wanted, way: MealWay) -> int:
        weight = self.shapes.services[meal.order.service_code].weight
        missed = min(AGEING_CAP, meal.order.days_missed * MISSED_POINTS)
        return max(1, weight * 10 + missed + (PREFERRED if way == meal.way else 0))

    def _sittings(self) -> Iterator[Sitting]:
        """Yield when meals may be fetched or eaten, where anybody would."""
        asked = {way for meal in self.shapes.meals for way in meal.ways}
        known = load_taxonomy().by_code.get(DINE_IN)
        length = known.duration_minutes if known else 45
        for canteen, room in self.shapes.canteens.values():
            for day in self.calendar.dates():
                spans = [(a, b) for a, b in self._ready(canteen, day) if a >= self.soonest]
                if MealWay.PICK_UP in asked and canteen.pick_up_seats and spans:
                    (start, end), seats = spans[0], canteen.pick_up_seats
                    key = table_id(MealWay.PICK_UP, canteen.id, day)
                    yield Sitting(key, canteen, room, MealWay.PICK_UP, start, max(1, end - start), seats)
                starts = [s for a, b in spans for s in range(a, b - length + 1, length)]
                if MealWay.DINE_IN in asked and canteen.dine_in_seats:
                    for number, start in enumerate(starts):
                        key = table_id(MealWay.DINE_IN, canteen.id, day, number)
                        seats = canteen.dine_in_seats
                        yield Sitting(key, canteen, room, MealWay.DINE_IN, start, length, seats)

    def venues(self) -> tuple[matching.Venue, ...]:
        """Return the counters and tables of canteens: apart from one another, and from the room itself."""
        return tuple(
            {
                _counter(sitting): matching.Venue(
                    id=_counter(sitting),
                    place=self.places.door(sitting.room.lat, sitting.room.lon),
                    seats=sitting.seats,
                    step_free=sitting.room.step_free,
                )
                for sitting in self._used()
            }.values()
        )

    def gatherings(self) -> tuple[matching.Gathering, ...]:
        """Return fetching and eating at canteens, for which nobody else is needed."""
        return tuple(
            matching.Gathering(
                id=sitting.id,
                duration=sitting.minutes,
                occasions=(matching.Occasion(venue=_counter(sitting), starts=(sitting.start,)),),
                max_seats=sitting.seats,
                roles=(),
            )
            for sitting in self._used()
        )

    def _used(self) -> list[Sitting]:
        named = {key for enrolment in self.seats for key in enrolment.gatherings}
        return [sitting for sitting in self.sittings if sitting.id in named]

    def _seats(self) -> Iterator[matching.Enrolment]:
        """Yield who would fetch a meal or eat there."""
        for meal in self.shapes.meals:
            for way in meal.ways:
                asked = None if way == MealWay.HOME else self._enrolment(meal, way)
                if asked is not None:
                    yield asked

    def _enrolment(self, meal: Wanted, way: MealWay) -> matching.Enrolment | None:
        order, midnight = meal.order, self.calendar.midnight(meal.day)
        begins, ends = midnight + order.start_minute, midnight + order.end_minute
        near = set(self.shapes.sources[meal.id])
        fitting = [
            sitting
            for sitting in self.sittings
            if sitting.way == way and sitting.canteen.id in near and _suits(sitting, begins, ends)
        ]
        if not fitting:
            return None
        first = min(sitting.start for sitting in fitting)
        last = max(sitting.start + sitting.minutes for sitting in fitting)
        return matching.Enrolment(
            id=alternative(meal.id, way),
            place=self.places.door(order.lat, order.lon),
            gatherings=tuple(sitting.id for sitting in fitting),
            walk_metres=order.walk_metres,
            step_free=order.step_free,
            free=(Span(start=min(begins, first), end=max(ends, last)),),
            priority=self._points(meal, way),
            days_waited=order.days_missed,
            groups=(f"community:{self.shapes.communities[order.community_id]}",),
            need=str(meal.id),
        )


def _suits(sitting: Sitting, begins: int, ends: int) -> bool:
    """Say whether a sitting begins while somebody wants to eat; meals are fetched at any time of it."""
    if sitting.way == MealWay.PICK_UP:
        return begins < sitting.start + sitting.minutes and sitting.start < ends
    return begins <= sitting.start <= ends


def _counter(sitting: Sitting) -> str:
    return f"{sitting.way.value}:{sitting.canteen.id}"
