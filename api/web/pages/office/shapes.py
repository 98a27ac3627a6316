"""What a round plans beside visits: delivery rounds and group sessions, as numbers with words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from api.i18n import N_, Translator


class Count(NamedTuple):
    """A number of a round with its words; `of` what it is a part of, if that is known."""

    number: int
    label: str
    of: int | None = None


# Terms of a plan (`Plan.terms`), with one and many in words. Units are portions, such as lunch boxes.
COUNTED: tuple[tuple[str, str, str], ...] = (
    ("deliveries", N_("delivery to a door"), N_("deliveries to doors")),
    ("units", N_("portion carried"), N_("portions carried")),
    ("trips", N_("way with a load"), N_("ways with a load")),
    ("sessions", N_("group session opens"), N_("group sessions open")),
    ("seats", N_("seat given"), N_("seats given")),
    ("waiting", N_("person on a wait-list"), N_("people on a wait-list")),
)


def shapes_of(say: Translator, summary: Mapping[str, Any]) -> tuple[Count, ...]:
    """Return the counts of deliveries and sessions; none where a round had only visits."""
    terms = summary.get("terms", {})
    if not any(terms.get(name) for name, _, _ in COUNTED):
        return ()
    return tuple(
        Count(number := int(terms.get(name, 0)), say.gettext(one if number == 1 else many))
        for name, one, many in COUNTED
    )
