"""Codes in the reader's words: states, outcomes, causes of unserved needs, reasons of offers, messages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api.i18n import N_, Translator
from api.web.formats import Formats
from market.causes import NOBODY
from market.states import JobState, NeedState, OfferState, Outcome, RoundState

Kind = str  # wait, act, good, bad, off: how ui.state paints it

NEED_STATES: Mapping[NeedState, tuple[str, Kind]] = {
    NeedState.RECEIVED: (N_("Received"), "wait"),
    NeedState.LOOKING: (N_("Looking for a helper"), "wait"),
    NeedState.OFFERED: (N_("A helper has been asked"), "wait"),
    NeedState.ARRANGED: (N_("Arranged"), "good"),
    NeedState.UNDER_WAY: (N_("Under way"), "good"),
    NeedState.TO_CONFIRM: (N_("Please confirm"), "act"),
    NeedState.WAITING_RESIDENT: (N_("Waiting for the resident"), "act"),
    NeedState.HANDED_OVER: (N_("Handed over"), "wait"),
    NeedState.CLOSED: (N_("Closed"), "off"),
}
OUTCOMES: Mapping[Outcome, tuple[str, Kind]] = {
    Outcome.SERVED: (N_("Served"), "good"),
    Outcome.SOLVED_ON_THE_SPOT: (N_("Solved on the spot"), "good"),
    Outcome.SERVED_ELSEWHERE: (N_("Served elsewhere"), "good"),
    Outcome.TRANSFERRED: (N_("Passed on"), "off"),
    Outcome.WITHDRAWN: (N_("Withdrawn"), "off"),
    Outcome.DUPLICATE: (N_("Asked twice"), "off"),
    Outcome.NOT_POSSIBLE: (N_("Not possible"), "bad"),
    Outcome.PERSON_ABSENT: (N_("Nobody was at home"), "bad"),
}
OFFER_STATES: Mapping[OfferState, tuple[str, Kind]] = {
    OfferState.SENT: (N_("New"), "act"),
    OfferState.SEEN: (N_("Seen"), "act"),
    OfferState.ACCEPTED: (N_("Accepted"), "good"),
    OfferState.DECLINED: (N_("Declined"), "off"),
    OfferState.EXPIRED: (N_("Expired"), "off"),
    OfferState.WITHDRAWN: (N_("No longer needed"), "off"),
    OfferState.SUPERSEDED: (N_("No longer needed"), "off"),
}
JOB_STATES: Mapping[JobState, tuple[str, Kind]] = {
    JobState.CONFIRMED: (N_("Agreed"), "good"),
    JobState.ON_THE_WAY: (N_("On the way"), "good"),
    JobState.CHECKED_IN: (N_("At work"), "good"),
    JobState.CHECKED_OUT: (N_("Finished"), "good"),
    JobState.PERSON_CONFIRMED: (N_("Confirmed by the resident"), "good"),
    JobState.CLOSED: (N_("Closed"), "off"),
    JobState.CANCELLED: (N_("Cancelled"), "bad"),
    JobState.NO_SHOW: (N_("Did not take place"), "bad"),
    JobState.PROBLEM: (N_("A problem was reported"), "bad"),
}
ROUND_STATES: Mapping[RoundState, tuple[str, Kind]] = {
    RoundState.OPEN: (N_("Collecting needs"), "wait"),
    RoundState.FROZEN: (N_("Input is fixed"), "wait"),
    RoundState.SEEDED: (N_("Waiting for the solver"), "wait"),
    RoundState.SOLVING: (N_("Solving"), "wait"),
    RoundState.CHECKED: (N_("Checked, not published yet"), "act"),
    RoundState.PUBLISHED: (N_("Published"), "good"),
    RoundState.FAILED: (N_("Failed"), "bad"),
    RoundState.DISCARDED: (N_("Discarded"), "off"),
}
STATES: Mapping[Any, tuple[str, Kind]] = {
    **NEED_STATES,
    **OUTCOMES,
}

CAUSES: Mapping[str, str] = {
    "provider_admitted": N_("the provider is not admitted or has paused"),
    "provider_kind": N_("this service is not given by such providers"),
    "skill_level": N_("does not have the skill, or not at this level"),
    "qualification_valid": N_("has no valid paper for it on that day"),
    "refused": N_("the resident asked for somebody else"),
    "forbidden": N_("declined, or was excluded by an officer"),
    "gender": N_("another gender was asked for"),
    "language": N_("does not speak the language asked for"),
    "pinned": N_("other people are already agreed"),
    "start_in_window": N_("not free at these times"),
    "within_reach": N_("too far away"),
    "leg_limit": N_("one of the ways is too long"),
    "inside_shift": N_("does not work at these times"),
    "worker_day_cap": N_("has enough to do that day"),
    "worker_week_cap": N_("has enough to do that week"),
    "provider_day_cap": N_("the provider has enough to do that day"),
    "provider_week_cap": N_("the provider has enough to do that week"),
    "price_cap": N_("costs more than this service may cost, and nothing pays the rest"),
    "funding": N_("the money that pays the rest is used up"),
    "two_adults": N_("two people must come, and there is no second one"),
    "experienced": N_("is new, and somebody experienced must come along"),
    "atomic_team": N_("the team has not enough people free"),
    "headcount": N_("not enough people are free at the same time"),
    "precedence": N_("another visit must come first"),
    "capacity": N_("cannot carry so much at once"),
    "depot": N_("does not load at this canteen"),
    "depot_ready": N_("nothing is ready at the canteen by then"),
    "depot_units": N_("the canteen has no more meals that day"),
    "fresh": N_("the meal would be too long on its way"),
    "consent": N_("a guardian has not agreed yet"),
    "step_free": N_("the room cannot be reached without steps"),
    "walk_limit": N_("the room is too far on foot"),
    "free": N_("the person is not free at these times"),
    "venue_use": N_("the room may not be used for this"),
    "venue_open": N_("the room is not open then"),
    "venue_seats": N_("the room has too few seats"),
    "venue_free": N_("something else takes place in the room"),
    "staff": N_("nobody can lead it then"),
    "min_seats": N_("too few people take part"),
    "seat_once": N_("has a seat already"),
    "waiting": N_("others are first on the waiting list"),
    "alternative": N_("the same is met in another way"),
    "busy": N_("is needed elsewhere at that time"),
    NOBODY: N_("nobody offers it here yet"),
}
UNKNOWN_CAUSE = N_("another rule")

MODES: Mapping[str, str] = {
    "walk": N_("on foot"),
    "walk_slow": N_("slowly on foot"),
    "ebike": N_("by e-bike"),
    "car": N_("by car"),
}
ORDER = {cause: place for place, cause in enumerate(CAUSES)}

# What a resident can do about the rule that excluded most of those who came close.
HELPS: Mapping[str, str] = {
    "start_in_window": N_("More times would help."),
    "inside_shift": N_("Another half-day or day would help."),
    "busy": N_("Another half-day or day would help."),
    "within_reach": N_("Nobody with this skill lives near enough yet; we are looking for new helpers."),
    "qualification_valid": N_("Nobody near you has the paper for this yet; the community has been told."),
    "skill_level": N_("Nobody near you offers this yet; the community has been told."),
    "gender": N_("Without the wish for a woman or a man more people could come."),
    "language": N_("Without the wish for a language more people could come."),
    "headcount": N_("It takes several people at once; another half-day or day would help."),
    "two_adults": N_("It takes several people at once; another half-day or day would help."),
    "experienced": N_("Another half-day or day would help."),
    "atomic_team": N_("It takes several people at once; another half-day or day would help."),
    "worker_day_cap": N_("Another day would help."),
    "provider_day_cap": N_("Another day would help."),
}

# Hundreds in every street: to the person who waits they are one number.
DO_OTHER_THINGS = frozenset({"provider_admitted", "provider_kind", "skill_level"})


def ways_note(say: Translator, summary: Mapping[str, Any]) -> str:
    """Return what is to be said of the ways of a round, empty if all of them, or none, were measured along streets."""
    if reason := summary.get("no_network"):
        return say.gettext(
            N_("All ways are estimates: the street network could not be used. {reason}"), reason=reason
        )
    guessed, offers = summary.get("estimated", 0), summary.get("offers", 0)
    if "network" not in summary or not guessed:
        return ""
    return say.gettext(
        N_("{n} of {all} ways are estimates: one end is not near any street of the network"),
        n=guessed,
        all=offers,
    )


def cause_text(say: Translator, cause: str) -> str:
    """Return a cause code in words."""
    return say.gettext(CAUSES.get(cause, UNKNOWN_CAUSE))


def telling(causes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort counted causes: those of people who came closest first, as `market.causes.deciding` ranks them."""
    return sorted(causes, key=lambda item: ORDER.get(item["cause"], -1), reverse=True)


def cause_rows(say: Translator, causes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return counted causes for `ui.reasons`."""
    return [
        {"text": cause_text(say, item["cause"]), "kind": "bad", "count": item["count"]}
        for item in telling(causes)
    ]


def cause_rows_for_residents(say: Translator, causes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the causes of those who came close, and in one row all who do other things anyway."""
    close = [item for item in telling(causes) if item["cause"] not in DO_OTHER_THINGS]
    rows = [(cause_text(say, item["cause"]), int(item["count"])) for item in close]
    if others := sum(int(item["count"]) for item in causes if item["cause"] in DO_OTHER_THINGS):
        rows.append((say.gettext(N_("do other things, or are not on duty")), others))
    return [
        {"text": text, "kind": "bad", "count": say.ngettext("{n} person", "{n} people", count)}
        for text, count in rows
    ]


def help_text(say: Translator, causes: Sequence[Mapping[str, Any]]) -> str:
    """Return what would help most, or nothing where no change of the request would."""
    for item in telling(causes):
        if item["cause"] in HELPS:
            return say.gettext(HELPS[item["cause"]])
    return ""


def state_words(say: Translator, table: Mapping[Any, tuple[str, Kind]], state: Any) -> tuple[str, Kind]:
    """Return the label and the paint of a state."""
    label, kind = table[state]
    return say.gettext(label), kind


def message_text(
    say: Translator, text: str, params: Mapping[str, Any], services: Mapping[str, str] | None = None
) -> str:
    """Return a message in words: codes of services, causes and outcomes and times are looked up."""
    spoken = {name: _spoken(say, name, value, services or {}) for name, value in params.items()}
    return say.gettext(text, **spoken).strip()  # a reason that nobody gave leaves no blank at the end


def _spoken(say: Translator, name: str, value: Any, services: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _spoken_text(say, name, value, services)
    if name == "reason" and value is None:
        return ""
    if isinstance(value, Iterable):
        return "、".join(map(str, value)) if say.language == "zh" else ", ".join(map(str, value))
    return value


def _spoken_text(say: Translator, name: str, value: str, services: Mapping[str, str]) -> str:
    if name.endswith("_at"):
        return Formats(say.language).datetime(datetime.fromisoformat(value))
    if name == "day":
        return Formats(say.language).date(date.fromisoformat(value))
    if name == "service":
        return services.get(value, value)
    return cause_text(say, value) if name == "cause" else value


# What speaks for a helper beside skill and way, to those who may read it of somebody else.
TIES: Mapping[str, str] = {
    "same_helper": N_("asked for again"),
    "known": N_("has been here before"),
    "neighbour": N_("from the adopted stairwell or zone"),
    "language": N_("speaks the language asked for"),
    "gender": N_("as wished"),
}
KEPT: Mapping[str, str] = {
    "same_helper": N_("The same helper again, as asked for: {met} of {asked}"),
    "known": N_("Somebody who has been there before comes: {met} of {asked}"),
    "language": N_("Somebody speaks the language asked for: {met} of {asked}"),
    "gender": N_("A woman or a man, as wished: {met} of {asked}"),
}


def tie_words(say: Translator, ties: Iterable[str]) -> tuple[str, ...]:
    """Return what speaks for a helper, in words."""
    return tuple(say.gettext(TIES[kind]) for kind in ties)


def offer_reasons(
    say: Translator, facts: Mapping[str, Any], *, walk: str, skills: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return why this helper was chosen, for `ui.reasons`; `walk` is the way in words, `skills` names codes."""
    found = [_near(say, facts, walk)]
    named = [skills.get(code, code) for code in facts.get("skills", ())]
    if named:
        found.append(
            say.gettext(
                N_("Skill: {names}"), names="、".join(named) if say.language == "zh" else ", ".join(named)
            )
        )
    wishes = (
        ("qualifications", N_("The papers that this needs are valid on that day")),
        ("same_helper", N_("The resident asked for you")),
        ("known", N_("You have been there before")),
        ("neighbour", N_("From the stairwell or zone that you have adopted")),
        ("language", N_("You speak the language asked for")),
        ("gender", N_("As the resident wished")),
    )
    found += [say.gettext(text) for name, text in wishes if facts.get(name)]
    return [{"text": text, "kind": "good"} for text in found]


def _near(say: Translator, facts: Mapping[str, Any], walk: str) -> str:
    rank, candidates = facts.get("nearest_rank"), facts.get("candidates")
    if not rank or not candidates:
        return walk
    if rank == 1:
        return say.gettext(N_("{walk}: the nearest of {n} who could come"), walk=walk, n=candidates)
    return say.gettext(
        N_("{walk}: number {rank} by distance of {n} who could come"), walk=walk, rank=rank, n=candidates
    )
