"""Needs of the world's day, and issues that were already handed on."""

import math
from datetime import date
from uuid import UUID

import numpy as np
from msgspec.structs import replace

from catalog.services.taxonomy import Service, load_taxonomy
from matching.travel.line import LineTravel
from seed.shatou.asking import Asking, NDFloat, Street, draw_asking, group_weights
from seed.shatou.dice import dice, named
from seed.shatou.geo import metres
from seed.shatou.hours import FRIDAY
from seed.shatou.windows import draw_windows
from seed.shatou.wording import wording
from seed.world import HouseholdSpec, NeedSpec, PersonSpec, TerritorySpec, WorkerSpec

NEEDS_PER_SCALE, ISSUES_PER_SCALE = 150, 10
HOURS_PER_DAY = 24
GENDER_WISH, LANGUAGE_WISH, HASTE = 0.45, 0.35, 0.08
STAIRS = 3
LINE = LineTravel()
FAMILIAR, FAMILIAR_EVERY = {"companion": "companionship-visit", "barber": "bedside-haircut"}, 2


def draw_needs(
    scale: int, seed: int, day: date, street: Street, places: dict[UUID, TerritorySpec]
) -> list[NeedSpec]:
    """Services first, then the issues; no person asks twice for the same service."""
    chance = dice(seed, "needs")
    words = wording().needs
    codes = sorted(words)
    odds = np.array([words[code].weight for code in codes], dtype=np.float64)
    weights = group_weights(street)
    chosen = chance.choice(len(codes), size=NEEDS_PER_SCALE * scale, p=odds / odds.sum()).tolist()
    people = draw_people(chance, [words[codes[i]].group for i in chosen], weights)
    needs = []
    for number, (i, who) in enumerate(zip(chosen, people, strict=True)):
        service, person = load_taxonomy().service(codes[i]), street.persons[who]
        needs.append(draw_need(chance, number, service, person, street, places, day))
    return needs + draw_issues(chance, scale, street, weights["anyone"])


def draw_people(chance: np.random.Generator, groups: list[str], weights: dict[str, NDFloat]) -> list[int]:
    """One resident per need, drawn per group without repetition."""
    found = [0] * len(groups)
    for group, odds in weights.items():
        seats = [i for i, g in enumerate(groups) if g == group]
        drawn = chance.choice(len(odds), size=len(seats), replace=False, p=odds / odds.sum()).tolist()
        for seat, who in zip(seats, drawn, strict=True):
            found[seat] = who
    return found


def draw_need(
    chance: np.random.Generator,
    number: int,
    service: Service,
    person: PersonSpec,
    street: Street,
    places: dict[UUID, TerritorySpec],
    day: date,
) -> NeedSpec:
    """One need for a service."""
    home = street.homes[person.household_id or person.id]
    said = wording().needs[service.code].said
    asking = draw_asking(chance, street, person, home)
    wish = service.gender_wish and chance.random() < GENDER_WISH
    yue = person.languages == ("yue",) or ("yue" in person.languages and chance.random() < LANGUAGE_WISH)
    hasty = service.lead_hours < HOURS_PER_DAY and chance.random() < HASTE
    return replace(
        plain_need(named("need", number), service, person, home, asking),
        description_zh=said[int(chance.integers(0, len(said)))],
        urgency="urgent" if hasty else service.urgency_default,
        windows=draw_windows(chance, service, weekend=day.weekday() >= FRIDAY),
        asked_days_ago=max(0, math.ceil(service.lead_hours / HOURS_PER_DAY) - 1) + int(chance.integers(0, 3)),
        wish_gender=person.gender if wish else None,
        wish_language="yue" if yue else None,
        access_notes=access(home, places[home.building_id]) if service.shape == "visit" else None,
    )


def plain_need(
    key: UUID, service: Service, person: PersonSpec, home: HouseholdSpec, asking: Asking
) -> NeedSpec:
    """What follows from service, person and home; the rest is filled in by the caller."""
    return NeedSpec(
        id=key,
        lane=service.lane,
        service=service.code,
        requester_id=asking.requester_id,
        beneficiary_id=person.id,
        household_id=home.id,
        territory_id=home.community_id,
        lat=home.lat,
        lon=home.lon,
        channel=asking.channel,
        description_zh=service.name.zh,
        urgency=service.urgency_default,
        duration_minutes=service.duration_minutes,
        people_needed=service.people_needed,
        windows=(),
        asked_days_ago=0,
        filed_by_id=asking.filed_by_id,
        proxy_relation=asking.relation,
        proxy_consent=asking.consent,
    )


def access(home: HouseholdSpec, building: TerritorySpec) -> str:
    """How to get to the door."""
    stairs = "有电梯" if building.has_lift else "没有电梯" if home.floor >= STAIRS else "走楼梯"
    notes = (f"{home.floor}楼{home.door}室，{stairs}。", building.entry_notes)
    return "".join(f"{note}" for note in notes if note)


def draw_issues(chance: np.random.Generator, scale: int, street: Street, odds: NDFloat) -> list[NeedSpec]:
    """Nuisances of the last days, handed on with an answer."""
    codes = sorted(wording().issues)
    count = ISSUES_PER_SCALE * scale
    who = chance.choice(len(odds), size=count, replace=False, p=odds / odds.sum()).tolist()
    ago = chance.integers(1, 8, count).tolist()
    issues = []
    for number in range(count):
        person = street.persons[who[number]]
        home = street.homes[person.household_id or person.id]
        service = load_taxonomy().service(codes[number % len(codes)])
        nuisance = wording().issues[service.code]
        plain = plain_need(named("issue", number), service, person, home, Asking(person.id, "page"))
        issues.append(
            replace(
                plain,
                description_zh=nuisance.said,
                asked_days_ago=ago[number],
                outcome="transferred",
                reply_zh=nuisance.reply,
            )
        )
    return issues


def with_familiar_faces(needs: list[NeedSpec], workers: list[WorkerSpec], day: date) -> list[NeedSpec]:
    """Every other person who wants company or a haircut asks for the same helper as last time.

    That is the nearest one who keeps such hours and goes so far; where none does, the nearest.
    """
    known: dict[str, list[WorkerSpec]] = {}
    for worker in workers:
        known.setdefault(FAMILIAR.get(worker.focus, ""), []).append(worker)
    done, asked = [], 0
    for need in needs:
        asked += need.service in FAMILIAR.values()
        if need.service in FAMILIAR.values() and asked % FAMILIAR_EVERY == 0:
            fellows = known[need.service]
            there = [worker for worker in fellows if may_come(worker, need, day)]
            done.append(replace(need, wish_worker_id=nearest(need, there or fellows).id))
        else:
            done.append(need)
    return done


def may_come(worker: WorkerSpec, need: NeedSpec, day: date) -> bool:
    """Whether a visit lies within somebody's reach, by estimate, and its whole time within their hours."""
    way = float(metres(np.array([(worker.lat, worker.lon)]), np.array([need.lat, need.lon]))[0])
    near = LINE.factor * way + LINE.constant_metres <= worker.reach_metres
    return (
        near
        and day not in worker.absences
        and any(
            min(hours.end_minute, window.end_minute) - max(hours.start_minute, window.start_minute)
            >= need.duration_minutes
            for hours in worker.availability
            if hours.weekday == day.weekday()
            for window in need.windows
        )
    )


def nearest(need: NeedSpec, workers: list[WorkerSpec]) -> WorkerSpec:
    """The helper who starts nearest, by line."""
    apart = metres(np.array([(w.lat, w.lon) for w in workers]), np.array([need.lat, need.lon]))
    return workers[int(apart.argmin())]
