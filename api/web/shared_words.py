"""Meals and gatherings in the reader's words: states, ways, places on a list."""

from collections.abc import Mapping

from api.i18n import N_
from api.web.words import Kind
from market.meals.models import MealWay
from market.states import EnrolmentState, FairState, MealState, RunState, SessionState, StandingState

MEAL_WAYS: Mapping[MealWay, str] = {
    MealWay.HOME: N_("brought to the door"),
    MealWay.PICK_UP: N_("fetched at the canteen"),
    MealWay.DINE_IN: N_("eaten at the canteen"),
}
STANDING_STATES: Mapping[StandingState, tuple[str, Kind]] = {
    StandingState.ACTIVE: (N_("Running"), "good"),
    StandingState.PAUSED: (N_("Paused"), "wait"),
    StandingState.ENDED: (N_("Stopped"), "off"),
}
MEAL_STATES: Mapping[MealState | None, tuple[str, Kind]] = {
    None: (N_("Ordered"), "wait"),
    MealState.PLANNED: (N_("Planned"), "good"),
    MealState.UNSERVED: (N_("Nobody found yet"), "bad"),
    MealState.DONE: (N_("Brought or eaten"), "good"),
    MealState.CANCELLED: (N_("Left out"), "off"),
}
RUN_STATES: Mapping[RunState, tuple[str, Kind]] = {
    RunState.PLANNED: (N_("To be confirmed"), "act"),
    RunState.CONFIRMED: (N_("Agreed"), "good"),
    RunState.DONE: (N_("Done"), "good"),
    RunState.CANCELLED: (N_("Cancelled"), "bad"),
}
SESSION_STATES: Mapping[SessionState, tuple[str, Kind]] = {
    SessionState.PROPOSED: (N_("Proposed"), "act"),
    SessionState.ENROLLING: (N_("Open for enrolment"), "wait"),
    SessionState.CONFIRMED: (N_("Takes place"), "good"),
    SessionState.HELD: (N_("Has taken place"), "good"),
    SessionState.CLOSED: (N_("Closed"), "off"),
    SessionState.CANCELLED: (N_("Cancelled"), "bad"),
}
ENROLMENT_STATES: Mapping[EnrolmentState, tuple[str, Kind]] = {
    EnrolmentState.REQUESTED: (N_("Asked for"), "wait"),
    EnrolmentState.SEATED: (N_("Has a seat"), "good"),
    EnrolmentState.WAITING: (N_("On the waiting list"), "wait"),
    EnrolmentState.PROMOTED: (N_("A seat is free: please answer"), "act"),
    EnrolmentState.ATTENDED: (N_("Was there"), "good"),
    EnrolmentState.ABSENT: (N_("Was not there"), "bad"),
    EnrolmentState.WITHDRAWN: (N_("Withdrawn"), "off"),
}
FAIR_STATES: Mapping[FairState, tuple[str, Kind]] = {
    FairState.PROPOSED: (N_("Waits for a decision"), "act"),
    FairState.ACCEPTED: (N_("Accepted"), "good"),
    FairState.REJECTED: (N_("Rejected"), "off"),
}
