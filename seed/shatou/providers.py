"""Providers: who they are, where they stand, what they offer at what price."""

from datetime import date
from uuid import UUID

import numpy as np
from msgspec import Struct

from catalog.services.taxonomy import load_taxonomy
from seed.shatou import focus as know
from seed.shatou.areas import communities, home_nodes
from seed.shatou.crews import KINDS, Kind
from seed.shatou.dice import named, shares
from seed.shatou.geo import offset, walkable_points
from seed.shatou.hours import draw_papers
from seed.shatou.labels import LABELS, PLEDGES
from seed.shatou.names import PLACE_FIRST, PLACE_SECOND
from seed.world import ProviderSpec

APPLIED_EVERY, PAUSED_EVERY = 15, 23


class Crew(Struct, frozen=True):
    """A provider to be: its kind, number, community, size and focus (none: everybody has their own)."""

    kind: str
    number: int
    community: int
    size: int
    focus: str | None
    lat: float
    lon: float

    @property
    def id(self) -> UUID:
        """The provider's id."""
        return named("provider", self.kind, self.number)

    @property
    def traits(self) -> Kind:
        """What its kind is like."""
        return KINDS[self.kind]


def draw_crews(chance: np.random.Generator, scale: int) -> list[Crew]:
    """All providers, kind by kind, spread over the communities."""
    crews = []
    for kind, traits in KINDS.items():
        sizes = crew_sizes(traits, scale)
        turn = np.resize(chance.permutation(len(communities())), len(sizes)).tolist()
        for number, (size, community) in enumerate(zip(sizes, turn, strict=True)):
            focus = traits.focuses[number % len(traits.focuses)] if traits.crew else None
            lat, lon = draw_place(chance, community)
            crews.append(Crew(kind, number, community, size, focus, lat, lon))
    return crews


def crew_sizes(traits: Kind, scale: int) -> list[int]:
    """How many people each provider has; members report to one roster per community."""
    total = traits.workers * scale
    if not traits.crew:
        return shares(total, [1.0] * len(communities()))
    sizes: list[int] = []
    while (left := total - sum(sizes)) > 0:
        sizes.append(min(traits.crew[len(sizes) % len(traits.crew)], left))
    return sizes


def draw_place(chance: np.random.Generator, community: int) -> tuple[float, float]:
    """A shop or office 5 to 15 m from a street node of the community."""
    node = walkable_points()[int(chance.choice(home_nodes()[community]))]
    turn, far = chance.uniform(0, 2 * np.pi), chance.uniform(5, 15)
    return offset(node, float(far * np.cos(turn)), float(far * np.sin(turn)))


def provider(
    chance: np.random.Generator, crew: Crew, contact: UUID, phone: str | None, pledged: int, day: date
) -> ProviderSpec:
    """The specification of a provider, once its people are known; `pledged` is their minutes a week together."""
    traits = crew.traits
    focuses = (crew.focus,) if crew.focus else traits.focuses
    zh, en = provider_name(crew)
    menu = know.services(crew.focus, crew.kind) if crew.focus and traits.rhythm in {"shop", "office"} else []
    needed = know.papers(focuses, crew.kind, "provider")
    return ProviderSpec(
        id=crew.id,
        kind=crew.kind,
        state=provider_state(crew),
        name_zh=zh,
        name_en=en,
        territory_id=named("community", communities()[crew.community].code),
        contact_id=contact,
        phone=phone,
        lat=crew.lat,
        lon=crew.lon,
        reach_metres=traits.reach[1],
        atomic=False,
        fallback=traits.fallback,
        pledge_zh=PLEDGES[crew.kind][0],
        pledge_en=PLEDGES[crew.kind][1],
        declared_minutes_week=pledged,
        max_tasks_day=None,
        max_tasks_week=None,
        services=tuple(service.code for service in menu),
        prices=draw_prices(chance, tuple(service.code for service in menu)),
        credentials=draw_papers(chance, crew.id, needed, day),
    )


def provider_state(crew: Crew) -> str:
    """Nearly all are active; a few businesses are still being looked at or have paused."""
    if crew.kind != "red_partner":
        return "active"
    if crew.number % APPLIED_EVERY == APPLIED_EVERY - 1:
        return "applied"
    return "paused" if crew.number % PAUSED_EVERY == PAUSED_EVERY - 1 else "active"


def provider_name(crew: Crew) -> tuple[str, str]:
    """An invented name: community, focus and sort; shops have a name of two characters."""
    area = communities()[crew.community]
    zh, en = area.name_zh.removesuffix("社区"), area.name_en.removesuffix(" Community")
    sort = crew.traits.names[crew.number % len(crew.traits.names)]
    label = LABELS[crew.focus] if crew.focus else ("", "")
    if crew.kind == "red_partner":
        a, b = divmod(crew.number * 37 % 400, len(PLACE_SECOND))
        zh, en = PLACE_FIRST[a][0] + PLACE_SECOND[b][0], PLACE_FIRST[a][1] + PLACE_SECOND[b][1]
    turn = crew.number // 400 if crew.kind == "red_partner" else crew.number // len(communities())
    again = str(turn + 1) if turn else ""
    return f"{zh}{label[0]}{sort[0]}{again}", " ".join(
        word for word in (en, label[1], sort[1], again) if word
    )


def draw_prices(chance: np.random.Generator, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Where a service has a cap, 60 to 100 % of it in whole yuan."""
    caps = [(code, load_taxonomy().service(code).price.cap_fen) for code in codes]
    return tuple((code, int(cap * chance.uniform(0.6, 1.0)) // 100 * 100) for code, cap in caps if cap)
