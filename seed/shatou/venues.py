"""Venues: a party-service centre, canteens, halls, idle rooms; rooms are lent or cost little."""

import numpy as np

from catalog.services.taxonomy import load_taxonomy
from seed.shatou.areas import communities
from seed.shatou.compounds import how_many
from seed.shatou.dice import dice, named
from seed.shatou.providers import draw_place
from seed.world import AvailabilitySpec, VenueSpec

FEWEST, COMPOUNDS_PER_VENUE = 12, 3
LESSONS = ("senior-class", "neighbourhood-lecture", "handicraft-session", "legal-training", "wellness-class")
# kind, Chinese, English, seats from and to, owner, fee per hour, uses
SORTS = (
    ("service_centre", "党群服务中心", "Party-Service Centre", 40, 90, "社区", 0, (*LESSONS, "free-clinic")),
    ("canteen", "长者食堂", "Elder Canteen", 30, 80, "社区", 0, ("canteen-meal", "elder-meal-delivery")),
    (
        "hall",
        "社区活动室",
        "Community Hall",
        30,
        60,
        "社区",
        0,
        (*LESSONS, "festival-event", "cultural-show"),
    ),
    ("idle", "闲置公房", "Idle Room", 15, 40, "街道资产公司", 1000, ("after-school-class", *LESSONS)),
    ("day_care", "日间照料中心", "Day-Care Centre", 20, 40, "社会组织", 0, ("day-care", "chess-and-reading")),
    (
        "open_floor",
        "架空层共享空间",
        "Open Ground Floor",
        30,
        120,
        "小区业主",
        500,
        ("convenience-fair", "charity-sale"),
    ),
)


def draw_venues(scale: int, seed: int) -> list[VenueSpec]:
    """A dozen at scale 1, more where there are more compounds."""
    chance = dice(seed, "venues")
    count = max(FEWEST, how_many(scale) // COMPOUNDS_PER_VENUE)
    turn = np.resize(chance.permutation(len(communities())), count).tolist()
    return [draw_venue(chance, number, community) for number, community in enumerate(turn)]


def draw_venue(chance: np.random.Generator, number: int, community: int) -> VenueSpec:
    """One venue at a street node."""
    kind, zh, en, low, high, owner, fee, uses = SORTS[number % len(SORTS)]
    area = communities()[community]
    round_ = number // len(communities())
    again = str(round_ + 1) if round_ else ""
    lat, lon = draw_place(chance, community)
    idle = kind == "idle"
    hours = (840, 1260) if idle else (510, 1260)
    known = load_taxonomy().by_code
    return VenueSpec(
        id=named("venue", number),
        territory_id=named("community", area.code),
        kind=kind,
        name_zh=f"{area.name_zh}{zh}{again}",
        name_en=f"{area.name_en} {en} {again}".strip(),
        lat=lat,
        lon=lon,
        capacity=int(chance.integers(low // 5, high // 5 + 1)) * 5,
        step_free=kind != "idle" or bool(chance.random() < 0.5),  # noqa: PLR2004
        idle=idle,
        owner=owner,
        fee_fen_hour=fee,
        opening=tuple(
            AvailabilitySpec(weekday=d, start_minute=hours[0], end_minute=hours[1]) for d in range(7)
        ),
        uses=tuple(code for code in uses if code in known),
    )
