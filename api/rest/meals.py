"""Meals: standing orders of the caller, and the days ahead."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.auth.identity import signed_in
from catalog.kernel.db import ReadSession
from catalog.kernel.time import Clock, local_day
from market.actor import Actor
from market.meals import queries
from market.meals.views import MealView, OrderView


@get("/meals/orders", operation_id="myMealOrders")
async def my_orders(read: NamedDependency[ReadSession], actor: NamedDependency[Actor]) -> list[OrderView]:
    """List the standing orders for the caller, or asked for by the caller, with days that differ."""
    return await queries.orders_of(read, [actor.person_id]) if actor.person_id else []


@get("/meals", operation_id="myMeals")
async def my_meals(
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    days: Annotated[int, QueryParameter(ge=1, le=31)] = 7,
) -> list[MealView]:
    """List the meals of the coming days, from today on; `state` is null until a round has looked at them."""
    if actor.person_id is None:
        return []
    return await queries.meals_of(read, [actor.person_id], local_day(clock.now()), days)


GUARDS = [signed_in]
ROUTES = [my_orders, my_meals]
