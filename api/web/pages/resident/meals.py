"""My meals: standing orders, the days ahead, and what can be changed about them."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import User, signed_in
from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.web.forms import FieldError, Form, FormErrors, decode, filled, refused, typed
from api.web.pages.resident import lookups
from api.web.pages.resident.labels import CONSENTS
from api.web.render import language_of, page, see_other
from api.web.shared_words import MEAL_STATES, MEAL_WAYS, STANDING_STATES
from api.web.words import cause_text
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Conflict, LinliError, NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, local_day
from market.actor import Actor
from market.causes import deciding
from market.meals import queries as meals_read
from market.meals import service as meals
from market.meals.commands import ChangeDay, OpenOrder
from market.meals.models import MealWay
from market.meals.views import MealView, OrderView
from market.needs.commands import Consent
from market.states import StandingState

DAYS = 7
ME = "me"
HOURS = ("660-750", "660-705", "705-750", "1020-1110")  # minutes of the day: lunch, its two halves, supper
WALKS = (300, 500, 1000)
WALK_AT_MOST = 20_000


class Ordering(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a standing order; `id` is drawn with it, so that a double click orders once."""

    id: UUID
    who: str = ME
    consent: Literal["spoken", "written", "phone", "guardian"] | None = None
    weekdays: tuple[Annotated[int, Meta(ge=0, le=6)], ...] = ()
    units: Annotated[int, Meta(ge=1, le=20)] = 1
    way: MealWay = MealWay.HOME
    other_ways: tuple[MealWay, ...] = ()
    hours: str = HOURS[0]
    walk_metres: Annotated[int, Meta(ge=50, le=WALK_AT_MOST)] | None = None
    step_free: bool = False
    notes: Annotated[str, Meta(max_length=400)] = ""


class OneDay(msgspec.Struct, frozen=True, kw_only=True):
    """What to change about one day."""

    day: date
    change: Literal["skip", "usual", "home", "pick_up", "dine_in"]


class Day(NamedTuple):
    """A day of an order: its meal, or None where none comes that day."""

    day: date
    meal: MealView | None
    changed: bool


class Shown(NamedTuple):
    """An order with its days ahead."""

    order: OrderView
    days: tuple[Day, ...]


@get("/meals", include_in_schema=False, guards=[signed_in])
async def my_meals(
    request: AnyRequest, read: NamedDependency[ReadSession], clock: NamedDependency[Clock]
) -> Template:
    """Show the standing orders for me and by me, each with its days ahead."""
    user: User = request.scope["user"]
    people = {user.person_id, *(known.id for known in await lookups.known_to(read, user))}
    found = await meals_read.orders_of(read, sorted(people))
    orders = [
        one
        for one in found
        if user.person_id in {one.person_id, one.requester_id} and one.state is not StandingState.ENDED
    ]
    say = translator(language_of(request))
    today = local_day(clock.now())
    ahead = await meals_read.meals_of(read, sorted({one.person_id for one in orders}), today, DAYS)
    by_order: dict[UUID, dict[date, MealView]] = defaultdict(dict)
    for meal in ahead:
        by_order[meal.order_id][meal.day] = meal
    return page(
        request,
        "resident/meals.html",
        orders=[Shown(one, _days(one, by_order[one.id], today)) for one in orders],
        me=user.person_id,
        today=today,
        ways=MEAL_WAYS,
        states=MEAL_STATES,
        standing=STANDING_STATES,
        why={meal.id: _why(say, meal) for meal in ahead if meal.causes},
    )


def _why(say: Translator, meal: MealView) -> str:
    """Return the rule that kept away who came closest."""
    return cause_text(say, deciding([{"cause": one.cause, "count": one.count} for one in meal.causes]))


def _days(order: OrderView, meals: dict[date, MealView], today: date) -> tuple[Day, ...]:
    """Return the days on which a meal comes, and those on which it would if nobody had said otherwise."""
    changed = {one.day: one for one in order.exceptions}
    days = (today + timedelta(days=n) for n in range(DAYS))
    return tuple(
        Day(day, meals.get(day), day in changed)
        for day in days
        if day in meals or (day in changed and changed[day].skip)
    )


@get("/meals/order", include_in_schema=False, guards=[signed_in])
async def ask_order(request: AnyRequest, read: NamedDependency[ReadSession]) -> Template:
    """Show the form of a standing order."""
    form = filled(
        id=new_id(), who=ME, weekdays=list(range(5)), units=1, way=MealWay.HOME.value, hours=HOURS[0]
    )
    return await _ordering(request, read, form)


async def _ordering(request: AnyRequest, session: AsyncSession, form: Form) -> Template:
    say = translator(language_of(request))
    return page(
        request,
        "resident/meal_order.html",
        status_code=422 if form.errors else 200,
        known=await lookups.known_to(session, request.scope["user"]),
        consents=[(value, say.gettext(label)) for value, label in CONSENTS],
        ways=[(way.value, say.gettext(label)) for way, label in MEAL_WAYS.items()],
        hours=HOURS,
        walks=WALKS,
        form=form,
    )


@post("/meals/order", include_in_schema=False, guards=[signed_in], status_code=200)
async def order(
    request: AnyRequest,
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Open a standing order; the same form twice is one order."""
    data = await request.form()
    said = decode(Ordering, data)
    if isinstance(said, FormErrors):
        return await _ordering(request, write, said)
    wrong = _missing(said)
    if wrong is not None:
        return await _ordering(request, write, FormErrors(typed(data), (wrong,)))
    try:
        async with write.begin_nested():
            command = await _command(write, request.scope["user"], clock, said)
            await _demand_new(write, command)
            await meals.open_order(write, clock, actor, command)
    except LinliError as refusal:
        return await _ordering(request, write, _placed(refused(data, refusal)))
    return see_other("/meals", N_("Your meals are ordered. Each evening they are planned for the next day."))


def _missing(said: Ordering) -> FieldError | None:
    if not said.weekdays:
        return FieldError("weekdays", N_("Please choose at least one day"))
    if said.hours not in HOURS:
        return FieldError("hours", N_("Please choose one"))
    if said.who != ME and said.consent is None:
        return FieldError("consent", N_("Please say how this person has agreed"))
    return None


async def _command(session: AsyncSession, user: User, clock: Clock, said: Ordering) -> OpenOrder:
    known = {str(one.id): one.id for one in await lookups.known_to(session, user)}
    if said.who not in {ME, *known}:
        raise NotFound("There is no such {thing}", thing="person")
    first, last = said.hours.split("-")
    return OpenOrder(
        id=said.id,
        person_id=known.get(said.who, user.person_id),
        requester_id=user.person_id,
        consent=Consent(how=said.consent) if said.consent and said.who != ME else None,
        weekdays=tuple(sorted(set(said.weekdays))),
        units=said.units,
        way=said.way,
        other_ways=tuple(way for way in dict.fromkeys(said.other_ways) if way is not said.way),
        start_minute=int(first),
        end_minute=int(last),
        from_day=local_day(clock.now()) + timedelta(days=1),
        walk_metres=said.walk_metres,
        step_free=said.step_free,
        notes=said.notes,
    )


async def _demand_new(session: AsyncSession, command: OpenOrder) -> None:
    """Refuse meals at times for which this person has meals already: a form filled in twice, by two of a family."""
    for one in await meals_read.orders_of(session, [command.person_id]):
        same_person = one.person_id == command.person_id and one.id != command.id
        days = set(one.weekdays) & set(command.weekdays)
        hours = one.start_minute < command.end_minute and command.start_minute < one.end_minute
        if same_person and one.state is not StandingState.ENDED and days and hours:
            raise Conflict(
                "Meals are ordered for these times already; stop that order first, or choose other days",
                field="weekdays",
            )


FIELDS = {"person_id": "who", "start_minute": "hours", "end_minute": "hours", "from_day": ""}


def _placed(form: FormErrors) -> FormErrors:
    """Name the fields of the service as this page does."""
    shown = set(Ordering.__struct_fields__)
    errors = tuple(
        FieldError(FIELDS.get(e.field, e.field if e.field in shown else ""), e.message, e.params)
        for e in form.errors
    )
    return FormErrors(form.values, errors)


@post("/meals/{order_id:uuid}/day", include_in_schema=False, guards=[signed_in])
async def change_day(
    request: AnyRequest,
    order_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Leave out a day, or let it be as usual again."""
    said = decode(OneDay, await request.form())
    if isinstance(said, FormErrors):
        raise NotFound("There is no such {thing}", thing="day")
    way = MealWay(said.change) if said.change in set(MealWay) else None
    command = ChangeDay(
        order_id=order_id,
        day=said.day,
        skip=said.change == "skip",
        usual=said.change == "usual",
        way=way,
    )
    try:
        async with write.begin_nested():
            await meals.change_day(write, clock, actor, command)
    except LinliError as refusal:
        return _said(refusal)
    return see_other("/meals", N_("No meal on that day.") if command.skip else N_("The day is changed."))


def _said(refusal: LinliError) -> Redirect:
    """Show a refusal on the list, where the button was; what may not be known at all stays an error."""
    if refusal.status in {401, 403, 404}:
        raise refusal
    return see_other("/meals", refusal.message, kind="bad", **{k: str(v) for k, v in refusal.params.items()})


ACTS: dict[str, tuple[Any, str]] = {
    "pause": (meals.pause_order, N_("Paused. Nothing comes until you start it again.")),
    "resume": (meals.resume_order, N_("Your meals come again.")),
    "end": (meals.end_order, N_("Stopped. Thank you for telling us.")),
}


@post("/meals/{order_id:uuid}/{act:str}", include_in_schema=False, guards=[signed_in])
async def change_order(
    order_id: FromPath[UUID],
    act: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Pause, start again, or stop a standing order."""
    if act not in ACTS:
        raise NotFound("There is no such {thing}", thing="step")
    step, said = ACTS[act]
    try:
        async with write.begin_nested():
            await step(write, clock, actor, order_id)
    except LinliError as refusal:
        return _said(refusal)
    return see_other("/meals", said)


ROUTES = [my_meals, ask_order, order, change_day, change_order]
