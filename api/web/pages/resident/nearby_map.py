"""The map of what is near a building: the building, its circles, and venues and businesses by name."""

from api.i18n import N_, Translator
from api.web.formats import Formats
from api.web.maps.data import Area, Drawing, Key, Mark, at
from api.web.maps.ground import streets_of
from api.web.pages.office.coverage_map import shape_of
from catalog.kernel.errors import LinliError
from catalog.territory.models import Territory
from market.coverage.circles import circle_of
from market.coverage.views import Nearby, NearSpot
from matching.travel.network import Network


def drawing_of(say: Translator, building: Territory, found: Nearby, network: Network | None) -> Drawing:
    """Return what the map shows; people are not on it."""
    areas = _areas(say, building, found, network)
    spots = spots_of(found)
    legend = [Key(label=say.gettext(N_("This building")), sign="pin", tone="next")]
    if spots:
        legend.append(Key(label=say.gettext(N_("Venue or business")), sign="pin", tone="route"))
    if areas:
        legend.append(
            Key(label=say.gettext(N_("Within 500 m and within 15 minutes")), sign="area", tone="route")
        )
    home = Mark(
        at=at(building.lat or 0, building.lon or 0),
        label=say.gettext(N_("This building")),
        icon="house",
        tone="next",
    )
    return Drawing(
        streets=streets_of(network),
        marks=(home, *(_mark(say, spot) for spot in spots)),
        areas=areas,
        legend=tuple(legend),
    )


def spots_of(found: Nearby) -> tuple[NearSpot, ...]:
    """Return venues and businesses once each, the nearest first."""
    spots = {spot.id: spot for service in found.services for spot in service.spots}
    return tuple(sorted(spots.values(), key=lambda spot: (spot.metres, spot.id)))


def _mark(say: Translator, spot: NearSpot) -> Mark:
    fmt = Formats(say.language)
    return Mark(
        at=at(spot.lat, spot.lon),
        label=fmt.name(spot),
        icon="landmark" if spot.kind == "venue" else "store",
        tone="route",
        notes=(fmt.walk(spot.minutes, spot.metres),),
    )


def _areas(say: Translator, building: Territory, found: Nearby, network: Network | None) -> tuple[Area, ...]:
    words = {
        found.within_metres: say.gettext(N_("Within 15 minutes")),
        found.near_metres: say.gettext(N_("Within {n} m"), n=found.near_metres),
    }
    try:
        return tuple(
            Area(
                shape=shape_of(circle_of(network, building.lat or 0, building.lon or 0, metres=metres)),
                label=label,
                tone="route",
            )
            for metres, label in words.items()
        )
    except LinliError:  # nothing is known about the ground there
        return ()
