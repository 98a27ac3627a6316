"""Codes of plans in words. English here; whoever shows them passes a `Say` that translates."""

from collections.abc import Callable, Mapping

Say = Callable[[str], str]
Names = Mapping[str, str]


def N_(message: str) -> str:  # noqa: N802 - the gettext name that every translator knows
    """Mark `message` for translation where it is written."""
    return message


def english(message: str) -> str:
    """The `Say` that leaves English as it is."""
    return message


LEVELS: Names = {
    "mandatory": N_("Must be served"),
    "service": N_("Points served"),
    "travel": N_("Travel"),
    "experience": N_("Ways, lateness and wishes"),
}
STATUSES: Names = {
    "optimal": N_("proven best"),
    "feasible": N_("not proven"),
    "unproven": N_("not searched for a proof"),
    "interrupted": N_("interrupted"),
}
TERMS: Names = {
    "asked": N_("Tasks asked for"),
    "served": N_("Tasks served"),
    "points": N_("Points"),
    "mandatory_unserved": N_("Mandatory tasks not served"),
    "travel_ticks": N_("Time on the way"),
    "travel_metres": N_("Length of the ways"),
    "waiting_ticks": N_("Time spent waiting"),
    "service_ticks": N_("Time of service"),
    "workers_used": N_("Workers who come"),
    "fallback_tasks": N_("Visits by fallback providers"),
    "late_ticks": N_("Lateness in all"),
    "wishes_missed": N_("Wishes not met"),
    "continuity_missed": N_("New faces where others are known"),
    "anchors_missed": N_("Visits outside adopted places"),
    "levels_over": N_("Skill levels above what is needed"),
    "late_price": N_("Lateness at its price"),
    "experience": N_("Ways, lateness and wishes"),
    "price_fen": N_("Price of all visits"),
    "funded_fen": N_("Paid by funds"),
    "deliveries": N_("Deliveries brought"),
    "units": N_("Units brought"),
    "trips": N_("Delivery trips"),
    "sessions": N_("Sessions opened"),
    "seats": N_("Seats taken"),
    "waiting": N_("People on waiting lists"),
    "walk_ticks": N_("Ways of participants"),
    "venue_fen": N_("Fees of venues"),
}
CAUSES: Names = {
    "provider_admitted": N_("provider not admitted or paused"),
    "provider_kind": N_("kind of provider not allowed"),
    "skill_level": N_("skill missing or too low"),
    "qualification_valid": N_("qualification missing or not valid then"),
    "refused": N_("refused by the person"),
    "forbidden": N_("pair forbidden"),
    "gender": N_("another gender is required"),
    "language": N_("does not speak the required language"),
    "pinned": N_("pinned to other people"),
    "start_in_window": N_("no start inside a window"),
    "within_reach": N_("too far from where the shift starts"),
    "leg_limit": N_("a single way is too long"),
    "inside_shift": N_("does not fit into a shift"),
    "worker_day_cap": N_("worker's limit of the day"),
    "worker_week_cap": N_("worker's limit of the week"),
    "provider_day_cap": N_("provider's limit of the day"),
    "provider_week_cap": N_("provider's limit of the week"),
    "atomic_team": N_("the provider has not enough people of its own"),
    "headcount": N_("not enough people at the same time"),
    "experienced": N_("only newcomers could come"),
    "two_adults": N_("fewer than two adults could come"),
    "price_cap": N_("dearer than allowed, and no fund"),
    "funding": N_("the fund has not enough money"),
    "precedence": N_("depends on another task"),
    "capacity": N_("carries too little"),
    "depot": N_("no depot where this worker may load"),
    "depot_ready": N_("nothing is ready at the depot"),
    "depot_units": N_("the depot gives out no more"),
    "fresh": N_("not there in time and fresh from any depot"),
    "consent": N_("no guardian has agreed"),
    "step_free": N_("the venue has steps"),
    "walk_limit": N_("the venue is too far to walk"),
    "free": N_("the person is not free then"),
    "venue_use": N_("the venue does not permit it"),
    "venue_open": N_("the venue is closed then"),
    "venue_seats": N_("fewer seats than asked for"),
    "venue_free": N_("the venue is taken then"),
    "staff": N_("nobody could lead it"),
    "min_seats": N_("too few people for it"),
    "seat_once": N_("has a seat elsewhere"),
    "waiting": N_("on a waiting list"),
    "alternative": N_("the need is met in another way"),
    "busy": N_("could come, but others take the time or the seats"),
    "nobody": N_("there are no workers"),
}
PARTS: Names = {
    "warm start": N_("plan given at the start"),
    "greedy": N_("first plan"),
    "local": N_("local search"),
    "columns": N_("choice among day plans"),
    "parts": N_("parts of the area"),
    "borders": N_("borders between parts"),
    "exact": N_("exact search"),
    "cpsat": N_("exact search"),
    "sessions": N_("group sessions"),
    "deliveries": N_("delivery rounds"),
    "visits": N_("single visits"),
    "mixed": N_("all shapes together"),
}
KINDS: Names = {
    "red_partner": N_("Partner shops of the community"),
    "in_service_member": N_("Party members who help where they live"),
    "volunteer_team": N_("Volunteer teams"),
    "social_organisation": N_("Social work organisations"),
    "self_organisation": N_("Groups of neighbours"),
    "linked_unit": N_("Offices and firms that have joined in"),
    "property_firm": N_("The property firm"),
}
"""Kinds of providers of a community; a problem may have others."""

SHAPES: Names = {
    "visits": N_("visits asked for"),
    "deliveries": N_("deliveries asked for"),
    "sessions": N_("seats asked for"),
}
"""Shapes of what is asked for."""

UNITS: Names = {"min": N_("min"), "h": N_("h"), "km": N_("km"), "yuan": N_("yuan")}


def worded(say: Say, names: Names, code: str) -> str:
    """The words of a code; of one that has none, the code itself."""
    return say(names[code]) if code in names else code.replace("_", " ")
