"""What a round plans beside visits: meals and group sessions, as numbers with words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.i18n import N_, Translator


class Count(NamedTuple):
    """A number of a round with its words; `of` what it is a part of, if that is known."""

    number: int
    label: str
    of: int | None = None


# Terms of a plan (`Plan.terms`) before it is published, with their words.
TERMS: tuple[tuple[str, str], ...] = (
    ("deliveries", N_("doors that get meals")),
    ("units", N_("meals carried")),
    ("trips", N_("runs")),
    ("sessions", N_("sessions open")),
    ("seats", N_("seats given, at tables too")),
    ("waiting", N_("on waiting lists")),
)


def shapes_of(say: Translator, summary: Mapping[str, Any]) -> tuple[Count, ...]:
    """Return the counts of meals and sessions; none where a round had only visits."""
    if "meals" in summary or "classes" in summary:
        return (*_meals(say, summary.get("meals")), *_classes(say, summary.get("classes")))
    terms = summary.get("terms", {})
    if not any(terms.get(name) for name, _ in TERMS):
        return ()
    return tuple(Count(int(terms.get(name, 0)), say.gettext(words)) for name, words in TERMS)


def _meals(say: Translator, meals: Mapping[str, Any] | None) -> tuple[Count, ...]:
    if meals is None:
        return ()
    seats = meals["pick_up"] + meals["dine_in"]
    return (
        Count(meals["served"], say.gettext(N_("meals planned")), meals["asked"]),
        Count(meals["home"], say.gettext(N_("doors that get meals"))),
        Count(meals["runs"], say.gettext(N_("runs"))),
        Count(seats, say.gettext(N_("fetched or eaten at the canteen"))),
    )


def _classes(say: Translator, classes: Mapping[str, Any] | None) -> tuple[Count, ...]:
    if classes is None:
        return ()
    return (
        Count(classes["opened"], say.gettext(N_("sessions open")), classes["open"]),
        Count(classes["seated"], say.gettext(N_("seats given")), classes["asked"]),
        Count(classes["waiting"], say.gettext(N_("on waiting lists"))),
    )
