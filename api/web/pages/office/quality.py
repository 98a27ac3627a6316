"""How good the plan of a round is, in words: each aim with its proof or gap, ways, wishes, known faces, who found it."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from api.i18n import N_, Translator
from api.web.formats import Formats
from api.web.words import KEPT, ways_note
from matching.plan import LevelReport

MILLION = 1_000_000

LEVELS: Mapping[str, tuple[str, str]] = {
    "mandatory": (
        N_("What must be served: proven, no plan serves more"),
        N_("What must be served: at most {gap} more is possible"),
    ),
    "service": (
        N_("Served, urgent requests counting more: proven, no plan is better"),
        N_("Served, urgent requests counting more: at most {gap} better is possible"),
    ),
    "travel": (
        N_("Ways: proven, no plan has shorter ones"),
        N_("Ways: at most {gap} shorter is possible"),
    ),
    "experience": (
        N_("Ways, wishes and known faces together: proven, no plan is better"),
        N_("Ways, wishes and known faces together: at most {gap} better is possible"),
    ),
}

UNKNOWN: Mapping[str, str] = {
    "travel": N_("Ways: how short they could be is not known"),
    "experience": N_("Ways, wishes and known faces together: how good they could be is not known"),
}

# Which part of the solver found the plan that was kept (`Plan.solver`).
PARTS: Mapping[str, str] = {
    "greedy": N_("Found by placing one request after the other"),
    "local": N_("Found by taking parts of the plan apart and putting them together better"),
    "columns": N_("Found by putting together whole days of all helpers"),
    "exact": N_("Found by the exact search"),
    "cpsat": N_("Found by the exact search"),
    "parts": N_("Found by solving parts of the area side by side"),
    "borders": N_("Found by mending the borders between parts of the area"),
    "mixed": N_("Found by planning visits, meals and classes in turn, each in what the others leave free"),
    "warm start": N_("Taken over from an earlier plan"),
}


def quality_of(say: Translator, summary: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """Return lines for `ui.reasons`; a round of before something was counted says nothing of it."""
    return (
        *(_level(say, level) for level in summary.get("levels", ())),
        *_kept(say, summary.get("kept", {})),
        *_terms(say, summary.get("terms", {})),
        *_found(say, summary.get("solver", "")),
        _ways(say, summary),
    )


def _level(say: Translator, level: Mapping[str, Any]) -> dict[str, str]:
    """Return how good the plan is on one level, as a proof or as a gap."""
    proven, gap = LEVELS.get(level["name"], LEVELS["service"])
    if level["status"] == "optimal":
        return {"text": say.gettext(proven), "kind": "good"}
    if not msgspec.convert(level, LevelReport).bounded:
        return {"text": say.gettext(UNKNOWN[level["name"]]), "kind": "info"}
    share = f"{100 * level['gap_ppm'] / MILLION:.1f} %"
    return {"text": say.gettext(gap, gap=share), "kind": "info"}


def _kept(say: Translator, kept: Mapping[str, Mapping[str, int]]) -> Iterator[dict[str, str]]:
    """Return how many wishes are met; of a wish that nobody had there is nothing to say."""
    for kind, text in KEPT.items():
        count = kept.get(kind, {})
        if asked := count.get("asked"):
            met = count["met"]
            words = say.gettext(text, met=met, asked=asked)
            yield {"text": words, "kind": "good" if met == asked else "info"}


def _terms(say: Translator, terms: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """Return the way of everybody together, and how late they are; minutes are the ticks of a round."""
    fmt = Formats(say.language)
    if "travel_ticks" in terms:
        ways = say.gettext(
            N_("Ways of everybody together: {duration}, {distance}"),
            duration=fmt.duration(terms["travel_ticks"]),
            distance=fmt.distance(terms["travel_metres"]),
        )
        yield {"text": ways, "kind": "info"}
    if "late_ticks" in terms:
        late = terms["late_ticks"]
        words = say.gettext(N_("Late by {duration} in all"), duration=fmt.duration(late))
        yield {
            "text": words if late else say.gettext(N_("Nobody is late")),
            "kind": "info" if late else "good",
        }


def _found(say: Translator, part: str) -> Iterator[dict[str, str]]:
    """Return which part of the solver found the plan; of a part without a word there is nothing to say."""
    if part in PARTS:
        yield {"text": say.gettext(PARTS[part]), "kind": "info"}


def _ways(say: Translator, summary: Mapping[str, Any]) -> dict[str, str]:
    """Return how the ways of the round were found."""
    if note := ways_note(say, summary):
        return {"text": note, "kind": "bad"}
    if "network" in summary:
        return {"text": say.gettext(N_("Ways: measured along streets")), "kind": "good"}
    return {"text": say.gettext(N_("Ways: estimated, there is no street network")), "kind": "info"}
