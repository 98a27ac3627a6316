"""A running round in words: where the solver is, what it has found, and how near it is to the best possible."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from api.i18n import N_, Translator
from api.web.words import ROUND_STATES
from market.rounds.views import RoundView
from market.states import RoundState

ENDED = (RoundState.PUBLISHED, RoundState.FAILED, RoundState.DISCARDED)

STAGES: Mapping[str, str] = {
    "candidates": N_("Finding out who could do what"),
    "greedy": N_("Making a first plan"),
    "compile": N_("Loading the search; the first time on a machine this takes a minute"),
    "local": N_("Taking parts of the plan apart and putting them together better"),
    "parts": N_("Solving parts of the area side by side"),
    "borders": N_("Mending the borders between parts of the area"),
    "bound": N_("Working out how many could be served at most"),
    "columns": N_("Putting together whole days of all helpers"),
    "service": N_("Serving more people"),
    "travel": N_("Shortening the ways"),
    "experience": N_("Shortening the ways, and meeting wishes"),
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


class Telling:
    """Turns the news of one round into slots; between two pieces of news the time still goes on."""

    def __init__(self, say: Translator, seconds: int, now: Callable[[], float] = time.monotonic) -> None:
        self.say, self.seconds, self.now = say, seconds, now
        self.began: float | None = None

    def values(self, news: Mapping[str, Any]) -> dict[str, Any]:
        """Return the slots that a piece of news changes."""
        found: dict[str, Any] = {}
        if news.get("needs"):
            found["needs"] = str(news["needs"])
        if "stage" in news:
            return found | self._solving(news)
        state = RoundState(news["state"]) if "state" in news else RoundState.SOLVING
        if state is not RoundState.SOLVING:
            self.began = None  # a new try begins from nothing
            return found | {"stage": self.say.gettext(ROUND_STATES[state][0])}
        if self.began is None:
            return found | {"stage": self.say.gettext(N_("Waking the solver"))}
        return found | self._time(0.0)

    def _solving(self, news: Mapping[str, Any]) -> dict[str, Any]:
        share = min(1.0, float(news.get("share") or 0))
        if self.began is None:
            self.began = self.now() - share * self.seconds
        return {
            "stage": self.say.gettext(STAGES.get(news["stage"], N_("Solving"))),
            "served": str(news.get("served", "")),
            "points": f"{int(news.get('points') or 0):,}",
            **self._time(share),
            **_bound(self.say, str(news["stage"]), str(news.get("message") or "")),
        }

    def _time(self, share: float) -> dict[str, Any]:
        gone = 0.0 if self.began is None else (self.now() - self.began) / max(1, self.seconds)
        share = min(1.0, max(share, gone))
        words = self.say.gettext(
            N_("{spent} of {all} seconds at most"), spent=round(share * self.seconds), all=self.seconds
        )
        return {"share": round(share * 100), "seconds": words}


def _bound(say: Translator, stage: str, message: str) -> dict[str, Any]:
    """The bound closes in from the other side; both are in the units of the level that is searched."""
    match = SEARCHED.search(message)
    if match is None:
        return {}
    value, bound = int(match["value"]), int(match["bound"])
    near = 100 * min(value, bound) / max(value, bound, 1)
    percent = f"{near:.1f} %" if near < 99.95 else "100 %"  # noqa: PLR2004 rounds up to a hundred
    if stage == "experience":
        words = say.gettext(
            N_("{value} minutes of ways and unmet wishes in all; no plan needs fewer than {bound}"),
            value=f"{value:,}",
            bound=f"{bound:,}",
        )
    elif stage == "travel":
        words = say.gettext(
            N_("{value} minutes on the way in all; no plan needs fewer than {bound}"),
            value=f"{value:,}",
            bound=f"{bound:,}",
        )
    else:
        words = say.gettext(N_("at most {gap} more could be served"), gap=f"{100 - near:.1f} %")
    return {"bound": words, "near": round(near, 1), "near_text": percent}
