"""Meals of a published plan: runs, seats at canteens, and for whom there is none; each once, whatever happens."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, at_local, local_day
from catalog.people.models import Person
from catalog.providers.models import Worker
from catalog.territory.models import Territory
from catalog.venues.models import Canteen, Venue
from market.causes import Causes, deciding
from market.events import record
from market.meals.days import Wanted, load_wanted
from market.meals.models import DeliveryRun, Meal, MealWay, RunStop
from market.notices.service import contacts, write
from market.rounds.busy import Seats
from market.rounds.digest import Digest, in_order
from market.rounds.models import Round
from market.states import MealState, RunState, move
from matching.plan import Route, Stop

TAKEN_MEANWHILE: Causes = [{"cause": "busy", "count": 1}]
SETTLED = (MealState.PLANNED, MealState.DONE)


class Trip(NamedTuple):
    """A load and the doors after it, on one route."""

    route: Route
    load: Stop
    doors: Sequence[Stop]


def trips(routes: Sequence[Route]) -> Iterator[Trip]:
    """Yield the trips of routes in their order."""
    for route in routes:
        load: Stop | None = None
        doors: list[Stop] = []
        for stop in route.stops:
            if stop.kind == "deliver" and load is not None:
                doors.append(stop)
                continue
            if load is not None and doors:
                yield Trip(route, load, tuple(doors))
            load, doors = (stop if stop.kind == "load" else None), []
        if load is not None and doors:
            yield Trip(route, load, tuple(doors))


def carriers(plan: Digest) -> set[UUID]:
    """Return who brings meals by a plan."""
    return {UUID(trip.route.worker) for trip in trips(plan.plan.routes)}


def meal_of(task: str) -> UUID | None:
    """Return the meal that an id of a problem is a way of; None if it is of something else."""
    head, _, way = task.rpartition(":")
    return UUID(head) if way in set(MealWay) and head else None


class Kitchen:
    """Publishes the meals of one round; what has changed since it froze is left alone."""

    def __init__(
        self,
        session: WriteSession,
        clock: Clock,
        held: Round,
        plan: Digest,
        seats: Seats,
        active: set[UUID],
    ) -> None:
        self.session, self.clock, self.held, self.plan = session, clock, held, plan
        self.seats, self.active = seats, active
        self.asked: set[UUID] = set()
        self.wanted: dict[UUID, Wanted] = {}
        self.there: dict[UUID, Meal] = {}
        self.rooms: dict[UUID, Venue] = {}
        self.said: dict[UUID, dict[str, Any]] = {}
        self.names: dict[UUID, tuple[UUID, str]] = {}
        self.tally: Counter[str] = Counter()

    async def publish(self) -> dict[str, Any]:
        """Write runs, seats and causes; return what the summary says of them."""
        problem = self.plan.problem
        named = [one.id for one in problem.deliveries] + [one.id for one in problem.enrolments]
        self.asked = {key for name in named if (key := meal_of(name)) is not None}
        if not self.asked:
            return {}
        await self._load()
        for trip in trips(self.plan.plan.routes):
            await self._run(trip)
        for session in self.plan.plan.sessions:
            for task in session.seated:
                await self._seat(session.gathering, session.occasion, task)
        causes = await self._unserved()
        return {"meals": self._summary(causes)}

    def _summary(self, causes: Counter[str]) -> dict[str, Any]:
        served = sum(self.tally[way.value] for way in MealWay)
        return {
            "asked": len(self.asked),
            "served": served,
            **{way.value: self.tally[way.value] for way in MealWay},
            "runs": self.tally["runs"],
            "units": self.tally["units"],
            "unserved_by_cause": dict(causes),
        }

    async def _load(self) -> None:
        calendar = self.plan.calendar
        path = await self.session.execute(
            select(Territory.path).where(Territory.id == self.held.territory_id)
        )
        found = await load_wanted(self.session, path.scalar_one(), calendar.first_day, calendar.days)
        self.wanted = {one.id: one for one in found if one.id in self.asked}
        locked = select(Meal).where(Meal.id.in_(sorted(self.asked))).order_by(Meal.id).with_for_update()
        rows = (await self.session.execute(locked)).scalars()
        self.there = {meal.id: meal for meal in rows}
        rooms = select(Canteen.id, Venue).join(Venue, Venue.id == Canteen.venue_id)
        self.rooms = {row[0]: row[1] for row in await self.session.execute(rooms)}
        people = {i for one in found for i in (one.order.person_id, one.order.requester_id)}
        self.names = await self._helpers()
        self.said = await contacts(self.session, people | {person for person, _ in self.names.values()})

    async def _helpers(self) -> dict[UUID, tuple[UUID, str]]:
        statement = (
            select(Worker.id, Person.id, Person.name)
            .join(Person, Person.id == Worker.person_id)
            .where(Worker.id.in_(sorted(carriers(self.plan))))
        )
        return {row[0]: (row[1], row[2]) for row in await self.session.execute(statement)}

    def _open(self, meal_id: UUID | None) -> Wanted | None:
        """Return a meal if it is still wanted, and nobody has planned it meanwhile."""
        there = self.there.get(meal_id) if meal_id else None
        settled = there is not None and there.state in SETTLED
        return None if meal_id is None or settled else self.wanted.get(meal_id)

    async def _run(self, trip: Trip) -> None:
        worker, at = UUID(trip.route.worker), self.plan.calendar.at
        doors = [(self._open(meal_of(stop.task)), stop) for stop in trip.doors]
        open_doors = [(one, stop) for one, stop in doors if one is not None and one.units > 0]
        begins, ends = at(trip.load.arrive - trip.load.travel_ticks), at(trip.doors[-1].end)
        free = worker in self.active and self.seats.free(worker, at(trip.load.start), ends)
        if not open_doors or not free or begins <= self.clock.now():
            return
        self.seats.take(worker, at(trip.load.start), ends)
        run = self._new_run(trip, worker, begins, ends, [one for one, _ in open_doors])
        self.session.add(run)
        await self.session.flush()
        for position, (one, stop) in enumerate(open_doors):
            await self._bring(run, one, stop, position)
        self.tally["runs"] += 1
        self.tally["units"] += run.units
        record(self.session, self.clock, "run.planned", run.id, round_id=str(self.held.id))
        person, _ = self.names[worker]
        room = self.rooms[run.canteen_id]
        self._tell((person,), "run.new", units=run.units, venue=room.name_zh, start_at=run.load_at)

    def _new_run(
        self, trip: Trip, worker: UUID, begins: datetime, ends: datetime, meals: Sequence[Wanted]
    ) -> DeliveryRun:
        at = self.plan.calendar.at
        provider = self.plan.problem.worker_by_id[trip.route.worker].provider
        return DeliveryRun(
            id=derived_id("run", self.held.id, worker, trip.load.start),
            state=RunState.PLANNED,
            round_id=self.held.id,
            worker_id=worker,
            provider_id=UUID(provider),
            canteen_id=UUID(trip.load.task),
            day=local_day(at(trip.load.start)),
            begins_at=begins,
            load_at=at(trip.load.start),
            leave_at=at(trip.load.end),
            ends_at=ends,
            units=sum(one.units for one in meals),
            metres=sum(stop.travel_metres for stop in (trip.load, *trip.doors)),
        )

    async def _bring(self, run: DeliveryRun, one: Wanted, stop: Stop, position: int) -> None:
        at, worker = self.plan.calendar.at, str(run.worker_id)
        meal = await self._planned(one, MealWay.HOME, run.canteen_id, at(stop.start), at(stop.end), run.id)
        self.session.add(
            RunStop(
                id=derived_id("run stop", run.id, meal.id),
                run_id=run.id,
                meal_id=meal.id,
                position=position,
                arrive_at=at(stop.arrive),
                start_at=at(stop.start),
                end_at=at(stop.end),
                units=one.units,
                travel_minutes=stop.travel_ticks,
                travel_metres=stop.travel_metres,
                estimated=self.plan.legs[stop.task, worker].estimated,
            )
        )
        _, name = self.names[run.worker_id]
        self._tell_eaters(one, "meal.coming", helper=name, start_at=at(stop.start))

    async def _seat(self, gathering: str, occasion: int, task: str) -> None:
        one = self._open(meal_of(task))
        if one is None:
            return
        way, canteen, *_ = gathering.split(":")
        held = self.plan.problem.gathering_by_id[gathering]
        start = self.plan.calendar.at(held.occasions[occasion].starts[0])
        if start <= self.clock.now():
            return
        until = start + timedelta(minutes=held.duration)
        if way == MealWay.PICK_UP:
            start = max(start, at_local(one.day, one.order.start_minute))
        key = UUID(canteen)
        await self._planned(one, MealWay(way), key, start, until)
        self._tell_eaters(one, f"meal.{way}", venue=self.rooms[key].name_zh, start_at=start)

    async def _planned(
        self,
        one: Wanted,
        way: MealWay,
        canteen_id: UUID,
        start: datetime,
        until: datetime,
        run_id: UUID | None = None,
    ) -> Meal:
        values: dict[str, Any] = {
            "way": way,
            "units": one.units,
            "round_id": self.held.id,
            "run_id": run_id,
            "canteen_id": canteen_id,
            "at": start,
            "until": until,
            "causes": [],
        }
        meal = await self._put(one, MealState.PLANNED, values)
        one.order.days_missed = 0
        self.tally[way.value] += 1
        record(self.session, self.clock, "meal.planned", meal.id, order_id=str(one.order.id), way=way.value)
        return meal

    async def _put(self, one: Wanted, state: MealState, values: Mapping[str, Any]) -> Meal:
        meal = self.there.get(one.id)
        if meal is None:
            meal = Meal(id=one.id, order_id=one.order.id, day=one.day, state=state, **values)
            self.session.add(meal)
            self.there[one.id] = meal
        elif meal.state != state:
            await move(self.session, Meal, meal.id, state, **values)
        else:
            for name, value in values.items():
                setattr(meal, name, value)
        await self.session.flush()
        return meal

    async def _unserved(self) -> Counter[str]:
        """Note why the others have none; people hear it when the reason is new."""
        found = {unserved.task: unserved.causes for unserved in self.plan.plan.unserved}
        counted: Counter[str] = Counter()
        for one in sorted(self.wanted.values(), key=lambda meal: meal.id):
            if self._open(one.id) is None:
                continue
            told = next((found[key] for way in one.ways if (key := f"{one.id}:{way.value}") in found), ())
            causes = in_order({c.cause: c.count for c in told}, {}) or TAKEN_MEANWHILE
            await self._leave(one, causes)
            counted[deciding(causes)] += 1
        return counted

    async def _leave(self, one: Wanted, causes: Causes) -> None:
        there = self.there.get(one.id)
        before = deciding(there.causes) if there is not None and there.causes else None
        values = {"way": one.way, "units": one.units, "round_id": self.held.id, "causes": causes}
        meal = await self._put(one, MealState.UNSERVED, values)
        if before is None:
            one.order.days_missed += 1
        cause = deciding(causes)
        record(self.session, self.clock, "meal.unserved", meal.id, order_id=str(one.order.id), cause=cause)
        if cause != before:
            self._tell_eaters(one, "meal.unserved", day=one.day.isoformat(), cause=cause)

    def _tell_eaters(self, one: Wanted, template: str, **params: Any) -> None:
        self._tell((one.order.person_id, one.order.requester_id), template, **params)

    def _tell(self, people: Sequence[UUID], template: str, **params: Any) -> None:
        for person in dict.fromkeys(people):
            write(self.session, self.clock, person, self.said[person], template, **params)
