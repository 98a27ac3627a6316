"""Put the parts of 沙头街道 together. Pure: the same scale, seed and day give the same bytes."""

from datetime import date
from uuid import UUID

from seed.shatou.asking import street_of
from seed.shatou.classes import (
    draw_classes,
    draw_enrolments,
    with_barbers,
    with_fair_rooms,
    with_one_barber_street,
    with_teachers,
)
from seed.shatou.grids import Leaders, draw_grids, draw_leaders
from seed.shatou.households import draw_homes
from seed.shatou.meals import draw_canteens, draw_orders, with_carriers
from seed.shatou.needs import draw_needs, with_familiar_faces
from seed.shatou.personas import cast_family, cast_helpers, set_stage, story_needs
from seed.shatou.persons import Phones, draw_persons
from seed.shatou.staff import building_posts, draw_office, leader_posts
from seed.shatou.territory import all_places, draw_estates
from seed.shatou.venues import draw_venues
from seed.shatou.workers import draw_supply
from seed.world import World

NOTICE_ZH = "示例数据：街道、社区名称和路网是真实的，小区、人物、电话和需求全部是编造的。"
NOTICE_EN = "Example data: street, communities and road network are real; compounds, people, phones and needs are invented."
ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"


def build_world(scale: int, seed: int, day: date) -> World:
    """The world of 沙头街道 at a scale (1: 3,000 households, 400 workers, 150 needs), for needs of one day.

    `ValueError` if the scale is below 1.
    """
    if scale < 1:
        raise ValueError(f"scale must be 1 or more, not {scale}")
    estates = draw_estates(scale, seed)
    places = all_places(estates)
    by_id = {place.id: place for place in places}
    homes = draw_homes(estates, seed)
    stage = set_stage(homes, by_id)
    phones = Phones()
    persons = cast_family(draw_persons(homes, seed, day, phones), homes, stage, day.year, phones)
    households = {home.id: home for home in homes.households}
    compounds = [households[p.household_id].compound_id for p in persons if p.household_id]
    leaders = draw_leaders(estates, persons, compounds, day.year)
    grids = draw_grids(estates, leaders, seed)
    supply, helpers = cast_helpers(draw_supply(scale, seed, day, persons, homes.households, phones), day)
    venues = with_fair_rooms(draw_venues(scale, seed))
    supply = with_barbers(with_teachers(with_carriers(supply, day), day), venues, day)
    office = draw_office(seed, day, phones)
    street = street_of(persons, households, leaders, office.officers, day.year)
    wang = next(p for p in persons if p.household_id == homes.households[stage.wang].id)
    daughter = street.by_id[wang.relative_id or wang.id]
    li = next(w for w in supply.workers if w.person_id == helpers["li_shifu"])
    told = story_needs(homes, stage, wang, daughter, li)
    drawn = draw_needs(scale, seed, day, street, by_id)[len(told) :]
    familiar = with_familiar_faces(told + drawn, supply.workers, day)
    needs = with_one_barber_street(seed, familiar, venues, street, {need.id for need in told})
    classes = draw_classes(venues)
    return World(
        name="shatou",
        notice_zh=NOTICE_ZH,
        notice_en=NOTICE_EN,
        attribution=ATTRIBUTION,
        zone="Asia/Shanghai",
        scale=scale,
        seed=seed,
        day=day,
        territories=tuple(places),
        grids=tuple(grids),
        households=tuple(homes.households),
        persons=(*persons, *supply.newcomers, *office.people),
        providers=tuple(supply.providers),
        workers=tuple(supply.workers),
        venues=tuple(venues),
        needs=tuple(needs),
        canteens=tuple(draw_canteens(venues)),
        orders=tuple(draw_orders(scale, seed, day, persons)),
        classes=tuple(classes),
        enrolments=tuple(draw_enrolments(seed, classes, venues, street)),
        staff=(
            *office.staff,
            *leader_posts(leaders, grids),
            *building_posts(homes.households, persons, day.year),
        ),
        personas={
            "wang_guilan": wang.id,
            "wang_daughter": daughter.id,
            "grid_leader": leader_of(leaders, homes.households[stage.wang].compound_id),
            **helpers,
            **office.personas,
        },
    )


def leader_of(leaders: dict[UUID, Leaders], compound: UUID) -> UUID:
    """Who leads the micro-grids of a compound."""
    return leaders[compound].first
