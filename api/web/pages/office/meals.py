"""Meals of a day: who eats where, the delivery runs, and their run sheets on paper."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_
from api.web.forms import FormErrors, decode
from api.web.pages.office.places import own_place
from api.web.render import page, see_other
from api.web.shared_words import MEAL_STATES, MEAL_WAYS, RUN_STATES
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import LinliError, NotFound
from catalog.kernel.time import Clock, local_day
from market.actor import Actor
from market.meals import queries as meals_read
from market.meals import service as meals
from market.meals.views import MealView, RunView
from market.states import MealState

DAYS_SHOWN = 7


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run is called off."""

    reason: Annotated[str, Meta(max_length=400)] = ""


class Table(NamedTuple):
    """The meals of one canteen, or of none yet."""

    name_zh: str | None
    name_en: str | None
    meals: tuple[MealView, ...]
    units: int


@get("/meals", include_in_schema=False)
async def show_meals(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the orders of a day by canteen, what is left, and the runs."""
    place = await own_place(read, actor)
    today = local_day(clock.now())
    day = _day(request, today)
    found = await meals_read.meals_of_day(read, place.path, day)
    return page(
        request,
        "office/meals.html",
        place=place,
        day=day,
        days=[today + timedelta(days=n) for n in range(DAYS_SHOWN)],
        tables=_tables(found),
        asked=sum(meal.units for meal in found),
        planned=sum(meal.units for meal in found if meal.state in {MealState.PLANNED, MealState.DONE}),
        left=sum(meal.units for meal in found if meal.state is MealState.UNSERVED),
        runs=await meals_read.runs_of_day(read, place.path, day),
        ways=MEAL_WAYS,
        states=MEAL_STATES,
        run_states=RUN_STATES,
    )


def _day(request: AnyRequest, today: date) -> date:
    """Return the day that the address names, else tomorrow: it is what is planned next."""
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return today + timedelta(days=1)


def _tables(found: Sequence[MealView]) -> list[Table]:
    """Return the meals by canteen, those that have none last."""
    by: dict[tuple[str | None, str | None], list[MealView]] = defaultdict(list)
    for meal in found:
        by[meal.canteen_zh, meal.canteen_en].append(meal)
    ordered = sorted(by.items(), key=lambda item: (item[0][0] is None, item[0][0] or ""))
    return [Table(zh, en, tuple(meals), sum(one.units for one in meals)) for (zh, en), meals in ordered]


@get("/meals/sheet", include_in_schema=False)
async def sheets(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the run sheets of a day, one on each page of paper."""
    place = await own_place(read, actor)
    day = _day(request, local_day(clock.now()))
    runs = await meals_read.runs_of_day(read, place.path, day)
    return page(request, "office/run_sheets.html", day=day, runs=[run for run in runs if run.stops])


@get("/meals/runs/{run_id:uuid}", include_in_schema=False)
async def show_run(
    request: AnyRequest,
    run_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
) -> Template:
    """Show one run as a sheet, with what an officer can do about it."""
    run = await _theirs(read, actor, run_id)
    return page(request, "office/run.html", run=run, state=RUN_STATES[run.state])


async def _theirs(session: AsyncSession, actor: Actor, run_id: UUID) -> RunView:
    """Return a run from a canteen of the officer's place; NotFound for any other."""
    run = await meals_read.run_view(session, run_id)
    place = await own_place(session, actor)
    if run_id not in {one.id for one in await meals_read.runs_of_day(session, place.path, run.day)}:
        raise NotFound("There is no such {thing}", thing="delivery_run")
    return run


@post("/meals/runs/{run_id:uuid}/confirm", include_in_schema=False)
async def confirm_run(
    run_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Note that the helper has said yes on the telephone."""
    await meals.confirm_run(write, clock, actor, run_id)
    return see_other(f"/office/meals/runs/{run_id}", N_("Noted."))


@post("/meals/runs/{run_id:uuid}/cancel", include_in_schema=False)
async def cancel_run(
    request: AnyRequest,
    run_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Call a run off; its people are told, and the next round looks again."""
    return await call_off(write, clock, actor, run_id, await request.form(), f"/office/meals/runs/{run_id}")


async def call_off(
    session: WriteSession, clock: Clock, actor: Actor, run_id: UUID, data: Any, back: str
) -> Redirect:
    """Cancel a run with the reason of a form; what is refused is said where the reader was."""
    said = decode(Reason, data)
    reason = "" if isinstance(said, FormErrors) else said.reason
    try:
        async with session.begin_nested():
            await meals.cancel_run(session, clock, actor, run_id, reason)
    except LinliError as refusal:
        if refusal.status in {401, 403, 404}:
            raise
        return see_other(back, refusal.message, kind="bad", **{k: str(v) for k, v in refusal.params.items()})
    return see_other(back, N_("Called off. Everybody concerned has been told."))


ROUTES = [show_meals, sheets, show_run, confirm_run, cancel_run]
