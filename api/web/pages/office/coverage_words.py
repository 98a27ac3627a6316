"""The words of service circles: names of what is looked at, classes of reach, and the sentence on top."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from api.i18n import N_, Translator
from api.web.formats import Formats
from catalog.services.queries import Shelf
from market.coverage.cells import told_sum
from market.coverage.views import CompoundReach, Coverage, Reach, ServiceReach


class Named(NamedTuple):
    """What is chosen, by name; its services; classes of reach in words; compounds by id; needs that nobody served."""

    name: str
    is_category: bool
    services: tuple[ServiceReach, ...]
    reaches: Mapping[Reach, str]
    compounds: Mapping[UUID, CompoundReach]
    by_code: Mapping[str, ServiceReach]
    unmet: int | None

    def compound(self, compound_id: UUID, fmt: Formats) -> str:
        """Return the name of a compound."""
        found = self.compounds.get(compound_id)
        return fmt.name(found) if found else "—"


def named(say: Translator, found: Coverage, shelves: Sequence[Shelf]) -> Named:
    """Put names to what was found."""
    fmt = Formats(say.language)
    picked = tuple(s for s in found.services if found.chosen in {s.code, s.category_code})
    category = next((s.category for s in shelves if s.category.code == found.chosen), None)
    return Named(
        name=fmt.name(category) if category else fmt.name(picked[0]) if picked else "",
        is_category=category is not None,
        services=picked,
        reaches=reach_words(say, found.near_metres),
        compounds={one.id: one for one in found.compounds},
        by_code={service.code: service for service in found.services},
        unmet=told_sum([service.unmet for service in picked]),
    )


def reach_words(say: Translator, near: int) -> dict[Reach, str]:
    """Return the three classes in words."""
    return {
        Reach.NEAR: say.gettext(N_("Within {n} m"), n=near),
        Reach.WITHIN: say.gettext(N_("Further, but within 15 minutes")),
        Reach.BEYOND: say.gettext(N_("More than 15 minutes")),
    }


def lead(say: Translator, found: Coverage, what: Named) -> str:
    """Return the sentence that says what the page shows."""
    if not what.services or not found.rows:
        return ""
    beyond = sum(row.reach == Reach.BEYOND for row in found.rows)
    households = sum(row.households for row in found.rows if row.reach == Reach.BEYOND)
    homes = say.ngettext("{count} household", "{count} households", households, count=f"{households:,}")
    words = {"service": what.name, "homes": homes, "all": len(found.rows)}
    if not any(service.has_supply for service in what.services):
        return say.gettext(N_("{service}: nobody in or around this place gives it; {homes}."), **words)
    if beyond == 0:
        return say.ngettext(
            "{service}: the only building has it within 15 minutes on foot.",
            "{service}: all {n} buildings have it within 15 minutes on foot.",
            len(found.rows),
            **words,
        )
    return say.ngettext(
        "{service}: {n} of {all} buildings has none within 15 minutes on foot; {homes}.",
        "{service}: {n} of {all} buildings have none within 15 minutes on foot; {homes}.",
        beyond,
        **words,
    )
