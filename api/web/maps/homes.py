"""The map on a resident's request: the own home, and how long the helper needs; never where the helper comes from."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, translator
from api.runtime import runtime_of
from api.web.maps import drawings
from api.web.maps.data import Drawing
from api.web.maps.reading import minutes_to, places_of
from api.web.render import language_of
from market.needs.views import NeedStatus
from market.states import NeedState

COMING = (NeedState.ARRANGED, NeedState.UNDER_WAY)


class HomeMap(msgspec.Struct, frozen=True, kw_only=True):
    """The own home and the helper's minutes."""

    drawing: Drawing
    minutes: int
    estimated: bool


async def map_of_home(request: AnyRequest, session: AsyncSession, need: NeedStatus) -> HomeMap | None:
    """Return the map of a visit that is agreed; None before and after. Two statements."""
    if need.state not in COMING or need.job_id is None:
        return None
    way = await minutes_to(session, need.job_id)
    place = (await places_of(session, [need.id])).get(need.id)
    if way is None or place is None:
        return None
    label = translator(language_of(request)).gettext(N_("Where the visit is"))
    drawing = drawings.door(runtime_of(request).streets.network, place, label)
    return HomeMap(drawing=drawing, minutes=max(1, way[0]), estimated=way[1])
