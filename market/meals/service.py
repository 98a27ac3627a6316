"""Writing about meals. Every function works within the caller's transaction and never commits."""

from market.meals.ordering import (
    change_day,
    end_order,
    open_order,
    open_orders,
    pause_order,
    resume_order,
)
from market.meals.running import cancel_run, confirm_run, finish_run

__all__ = [
    "cancel_run",
    "change_day",
    "confirm_run",
    "end_order",
    "finish_run",
    "open_order",
    "open_orders",
    "pause_order",
    "resume_order",
]
