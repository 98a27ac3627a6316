"""A running round in words: where the solver is, what it has found, and how near it is to the best possible."""

import re
from collections.abc import Mapping
from typing import Any

from api.i18n import N_, Translator
from api.web.words import ROUND_STATES
from market.rounds.views import RoundView
from market.states import RoundState

ENDED = (RoundState.PUBLISHED, RoundState.FAILED, RoundState.DISCARDED)

STAGES: Mapping[str, str] = {
    "candidates": N_("Finding out who could do what"),
    "greedy": N_("Making a first plan"),
    "bound": N_("Working out how many could be served at most"),
    "service": N_("Serving more people"),
    "travel": N_("Shortening the ways"),
    "done": N_("Checking every rule once more"),
}
SEARCHED = re.compile(r" (?P<value>\d+), bound (?P<bound>\d+)$")


def is_running(held: RoundView) -> bool:
    """Say whether more will happen without anybody's doing."""
    return held.state not in ENDED and not (held.state is RoundState.CHECKED and not held.auto_publish)


def first_values(say: Translator, held: RoundView) -> dict[str, Any]:
    """Return what the page shows before the first news."""
    return {
        "stage": say.gettext(ROUND_STATES[held.state][0]),
        "share": None,
        "served": "—",
        "needs": held.needs or "—",
        "points": "—",
        "bound": say.gettext(N_("not known yet")),
        "near": None,
        "near_text": "",
        "seconds": "",
    }


def values(say: Translator, news: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    """Return the slots that a piece of news changes; `seconds` is how long the solver may think."""
    found: dict[str, Any] = {}
    if news.get("needs"):
        found["needs"] = str(news["needs"])
    if "stage" in news:
        return found | _solving(say, news, seconds)
    if "state" in news:
        found["stage"] = say.gettext(ROUND_STATES[RoundState(news["state"])][0])
    return found


def _solving(say: Translator, news: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    share = min(1.0, float(news.get("share") or 0))
    found = {
        "stage": say.gettext(STAGES.get(news["stage"], N_("Solving"))),
        "share": round(share * 100),
        "seconds": say.gettext(
            N_("{spent} of {all} seconds at most"), spent=round(share * seconds), all=seconds
        ),
        "served": str(news.get("served", "")),
        "points": f"{int(news.get('points') or 0):,}",
    }
    return found | _bound(say, str(news.get("stage")), str(news.get("message") or ""))


def _bound(say: Translator, stage: str, message: str) -> dict[str, Any]:
    """The bound closes in from the other side; both are in the units of the level that is searched."""
    match = SEARCHED.search(message)
    if match is None:
        return {}
    value, bound = int(match["value"]), int(match["bound"])
    near = 100 * min(value, bound) / max(value, bound, 1)
    percent = f"{near:.1f} %" if near < 99.95 else "100 %"  # noqa: PLR2004 rounds up to a hundred
    if stage == "travel":
        words = say.gettext(
            N_("{value} minutes on the way in all; no plan needs fewer than {bound}"),
            value=f"{value:,}",
            bound=f"{bound:,}",
        )
    else:
        words = say.gettext(N_("at most {gap} more could be served"), gap=f"{100 - near:.1f} %")
    return {"bound": words, "near": round(near, 1), "near_text": percent}
