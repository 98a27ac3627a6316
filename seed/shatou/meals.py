"""Canteens, who has meals brought, and helpers who carry them: added to the drawn world without another draw in it."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from seed.shatou.dice import dice, named
from seed.shatou.hours import paper
from seed.shatou.workers import Supply
from seed.world import (
    AvailabilitySpec,
    CanteenSpec,
    CredentialSpec,
    OrderSpec,
    PersonSpec,
    ProviderSpec,
    SkillSpec,
    VenueSpec,
    WorkerSpec,
)

ORDERS_PER_SCALE, OLD, FRAIL = 60, 70, 80
KITCHENS = ("canteen", "service_centre")
LUNCH = (650, 760)
CARRIERS = {"red_partner": ("canteen",), "social_organisation": ("carer",)}
BAG = {"ebike": 12, "walk": 6, "walk_slow": 4}
HOME_SHARE, FETCH_SHARE = 0.75, 0.88
WALK = 900
NOTES = ("", "", "", "少盐。", "牙口不好，饭菜软一点。", "糖尿病，不放糖。", "请放门口的凳子上，按门铃。")


def draw_canteens(venues: list[VenueSpec]) -> list[CanteenSpec]:
    """A canteen in every room that is one, and meals from each party-service centre."""
    return [
        CanteenSpec(
            id=named("canteen", room.id),
            venue_id=room.id,
            ready=tuple(
                AvailabilitySpec(weekday=day, start_minute=LUNCH[0], end_minute=LUNCH[1]) for day in range(7)
            ),
            load_minutes=5,
            fresh_minutes=40,
            meals_day=80,
            pick_up_seats=20,
            dine_in_seats=room.capacity // 3,
        )
        for room in venues
        if room.kind in KITCHENS
    ]


def draw_orders(scale: int, seed: int, day: date, persons: list[PersonSpec]) -> list[OrderSpec]:
    """Standing orders of older people, lunch on most days of the week; the day of the world is one of them."""
    chance = dice(seed, "meals")
    old = [person for person in persons if person.household_id and day.year - person.birth_year >= OLD]
    known = {person.id: person for person in persons}
    count = min(len(old), ORDERS_PER_SCALE * scale)
    chosen = chance.choice(len(old), size=count, replace=False).tolist()
    rolls = chance.random((count, 3)).tolist()
    notes = chance.integers(0, len(NOTES), count).tolist()
    return [
        draw_order(old[i], known, day, roll, NOTES[note])
        for i, roll, note in zip(chosen, rolls, notes, strict=True)
    ]


def draw_order(
    person: PersonSpec, known: dict[UUID, PersonSpec], day: date, roll: list[float], note: str
) -> OrderSpec:
    """One order; who is frail or disabled stays at home."""
    frail = day.year - person.birth_year >= FRAIL or "disabled" in person.tags
    way = "home" if frail or roll[0] < HOME_SHARE else "pick_up" if roll[0] < FETCH_SHARE else "dine_in"
    others: tuple[str, ...] = () if way == "home" else ("home",)
    if way == "home" and not frail and roll[1] < 0.3:  # noqa: PLR2004
        others = ("pick_up", "dine_in")
    asker = person.relative_id if person.channel == "relative" and person.relative_id in known else None
    early = 660 if roll[2] < 0.6 else 675  # noqa: PLR2004
    week = tuple(range(7)) if roll[1] < 0.5 else tuple(sorted({0, 1, 2, 3, 4, day.weekday()}))  # noqa: PLR2004
    return OrderSpec(
        id=named("order", person.id),
        person_id=person.id,
        requester_id=asker or person.id,
        weekdays=week,
        way=way,
        other_ways=others,
        start_minute=early,
        end_minute=early + 75,
        consent="spoken" if asker else None,
        walk_metres=None if way == "home" and not others else WALK,
        notes=note,
    )


def with_carriers(supply: Supply, day: date) -> Supply:
    """Cooks of canteens and carers of social organisations bring meals round: bag, skill and papers."""
    kinds = {provider.id: provider.kind for provider in supply.providers}
    carriers = {
        worker.id: worker
        for worker in supply.workers
        if worker.focus in CARRIERS.get(kinds[worker.provider_id], ())
    }
    firms = {worker.provider_id for worker in carriers.values()}
    return replace(
        supply,
        providers=[licensed(one, day) if one.id in firms else one for one in supply.providers],
        workers=[carrier(one, day) if one.id in carriers else one for one in supply.workers],
    )


def carrier(worker: WorkerSpec, day: date) -> WorkerSpec:
    """The same worker with a bag."""
    skills = {skill.code: skill.level for skill in worker.skills} | {"delivery": 2}
    held = [one for one in worker.credentials if one.qualification != "health_certificate"]
    return replace(
        worker,
        carries=BAG[worker.travel_mode],
        skills=tuple(SkillSpec(code=code, level=level) for code, level in sorted(skills.items())),
        credentials=(*held, sound(worker.id, "health_certificate", 12, day)),
    )


def licensed(provider: ProviderSpec, day: date) -> ProviderSpec:
    """The same provider, which may hand out food."""
    held = [one for one in provider.credentials if one.qualification != "food_licence"]
    menu = provider.services and tuple(dict.fromkeys((*provider.services, "elder-meal-delivery")))
    return replace(provider, services=menu, credentials=(*held, sound(provider.id, "food_licence", 60, day)))


def sound(holder: UUID, code: str, months: int, day: date) -> CredentialSpec:
    """A paper that is valid on the day."""
    return paper(holder, code, months, day, 1.0, 0.3)
