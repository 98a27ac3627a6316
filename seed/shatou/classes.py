"""Four-thirty classes 四点半课堂 in idle rooms: children who want a seat, who teaches; and neighbours who want a barber."""

from datetime import date
from uuid import UUID

import numpy as np
from msgspec.structs import replace

from catalog.services.taxonomy import load_taxonomy
from seed.shatou.asking import SCHOOL_AGES, Asking, Street
from seed.shatou.dice import dice, named
from seed.shatou.geo import metres
from seed.shatou.meals import sound
from seed.shatou.needs import plain_need
from seed.shatou.workers import Supply
from seed.world import (
    AvailabilitySpec,
    ClassSpec,
    EnrolmentSpec,
    HouseholdSpec,
    NeedSpec,
    PersonSpec,
    SkillSpec,
    VenueSpec,
    WindowSpec,
    WorkerSpec,
)

CLASS, HAIRCUT, FAIR = "after-school-class", "bedside-haircut", "convenience-fair"
HALF_PAST_FOUR, MINUTES, FEWEST, MOST, WALK = 990, 90, 4, 12, 1_000
PER_CLASS, FAR = 16, 600.0
TEACHERS = {"self_organisation": ("teacher",), "social_organisation": ("social-worker", "counsellor")}
TEACHING_REACH = 3_000
WORK_DAY = (510, 1140)
BARBERS, BARBERS_NEAR = ("volunteer_team", "self_organisation"), 4
BARBER_WANTED, BARBER_FAR = 14, 350.0
MORNING_AFTERNOON = (
    WindowSpec(start_minute=540, end_minute=720),
    WindowSpec(start_minute=840, end_minute=1020),
)


def with_teachers(supply: Supply, day: date) -> Supply:
    """Teachers of neighbours' clubs and social workers may look after children, and are there in the afternoon."""
    kinds = {provider.id: provider.kind for provider in supply.providers}
    return replace(
        supply,
        workers=[
            teacher(one, day) if one.focus in TEACHERS.get(kinds[one.provider_id], ()) else one
            for one in supply.workers
        ],
    )


def teacher(worker: WorkerSpec, day: date) -> WorkerSpec:
    """The same worker, who knows children."""
    skills = {skill.code: skill.level for skill in worker.skills} | {"childcare": 2, "tutoring": 2}
    held = [one for one in worker.credentials if one.qualification != "background_check"]
    return replace(
        worker,
        reach_metres=max(worker.reach_metres, TEACHING_REACH),
        skills=tuple(SkillSpec(code=code, level=level) for code, level in sorted(skills.items())),
        credentials=(*held, sound(worker.id, "background_check", 12, day)),
        availability=tuple(
            AvailabilitySpec(weekday=n, start_minute=WORK_DAY[0], end_minute=WORK_DAY[1]) for n in range(7)
        ),
        absences=(),
    )


def with_barbers(supply: Supply, venues: list[VenueSpec], day: date) -> Supply:
    """The barbers nearest to each room for fairs are there all day, with papers that hold."""
    kinds = {provider.id: provider.kind for provider in supply.providers}
    able = [w for w in supply.workers if w.focus == "barber" and kinds[w.provider_id] in BARBERS]
    spots = np.array([(worker.lat, worker.lon) for worker in able])
    near = {
        able[i].id
        for room in venues
        if FAIR in room.uses
        for i in metres(spots, np.array([room.lat, room.lon])).argsort(kind="stable")[:BARBERS_NEAR].tolist()
    }
    return replace(supply, workers=[barber(one, day) if one.id in near else one for one in supply.workers])


def barber(worker: WorkerSpec, day: date) -> WorkerSpec:
    """The same worker, who has the day for it."""
    held = [one for one in worker.credentials if one.qualification != "background_check"]
    skills = {skill.code: skill.level for skill in worker.skills} | {"hairdressing": 3}
    return replace(
        worker,
        reach_metres=max(worker.reach_metres, TEACHING_REACH),
        skills=tuple(SkillSpec(code=code, level=level) for code, level in sorted(skills.items())),
        credentials=(*held, sound(worker.id, "background_check", 12, day)),
        availability=tuple(
            AvailabilitySpec(weekday=n, start_minute=WORK_DAY[0], end_minute=WORK_DAY[1]) for n in range(7)
        ),
        absences=(),
    )


def draw_classes(venues: list[VenueSpec]) -> list[ClassSpec]:
    """A class in each idle room, which may also be held in the next one."""
    idle = [room for room in venues if CLASS in room.uses]
    return [
        ClassSpec(
            id=named("class", room.id),
            title=f"四点半课堂·{room.name_zh}",
            service=CLASS,
            community_id=room.territory_id,
            venue_ids=(room.id, idle[(number + 1) % len(idle)].id) if len(idle) > 1 else (room.id,),
            start_minutes=(HALF_PAST_FOUR,),
            duration_minutes=MINUTES,
            min_seats=FEWEST,
            max_seats=MOST,
        )
        for number, room in enumerate(idle)
    ]


def draw_enrolments(
    seed: int, classes: list[ClassSpec], venues: list[VenueSpec], street: Street
) -> list[EnrolmentSpec]:
    """Children of primary school near each room, more than there are seats; a grown person at home agrees."""
    chance = dice(seed, "classes")
    rooms = {room.id: room for room in venues}
    asked: set[UUID] = set()
    found = []
    for one in classes:
        room = rooms[one.venue_ids[0]]
        near = [p for p in pupils_near(street, room) if p.id not in asked]
        count = min(PER_CLASS, len(near))
        for i in sorted(chance.choice(len(near), size=count, replace=False).tolist()):
            asked.add(near[i].id)
            found.append(enrolment(one, near[i], street))
    return found


def pupils_near(street: Street, room: VenueSpec) -> list[PersonSpec]:
    """Return the pupils who live near a room and whose parents are at home."""
    pupils = [
        person
        for person in street.persons
        if person.household_id in street.adults and street.age(person) in SCHOOL_AGES
    ]
    homes = np.array([_point(street.homes[p.household_id or p.id]) for p in pupils])
    apart = metres(homes, np.array([room.lat, room.lon]))
    return [pupil for pupil, far in zip(pupils, apart.tolist(), strict=True) if far <= FAR]


def enrolment(one: ClassSpec, pupil: PersonSpec, street: Street) -> EnrolmentSpec:
    """A seat for a child, asked for by a grown person of the household."""
    return EnrolmentSpec(
        id=named("enrolment", one.id, pupil.id),
        class_id=one.id,
        person_id=pupil.id,
        requester_id=street.adults[pupil.household_id or pupil.id],
        guardian="guardian",
        walk_metres=WALK,
    )


def with_fair_rooms(venues: list[VenueSpec]) -> list[VenueSpec]:
    """A room for fairs is one for haircuts too."""
    return [replace(room, uses=(*room.uses, HAIRCUT)) if FAIR in room.uses else room for room in venues]


def with_one_barber_street(
    seed: int,
    needs: list[NeedSpec],
    venues: list[VenueSpec],
    street: Street,
    spared: set[UUID],
) -> list[NeedSpec]:
    """Around one room for fairs many want a haircut: so many of the drawn needs become theirs, the last ones."""
    chance = dice(seed, "haircuts")
    asked = {need.beneficiary_id for need in needs}
    rooms = [room for room in venues if FAIR in room.uses]
    near = max((older_near(street, room, asked) for room in rooms), key=len)
    count = min(BARBER_WANTED, len(near))
    chosen = [near[i] for i in sorted(chance.choice(len(near), size=count, replace=False).tolist())]
    usual = [
        i for i, n in enumerate(needs) if n.lane == "service" and n.service != HAIRCUT and n.id not in spared
    ]
    turned = dict(zip(usual[-count:], chosen, strict=True))
    return [haircut(street, turned[i]) if i in turned else need for i, need in enumerate(needs)]


def older_near(street: Street, room: VenueSpec, asked: set[UUID]) -> list[PersonSpec]:
    """Return older people near a room who ask for nothing yet."""
    old = [
        p for p in street.persons if "older" in p.tags and p.household_id and p.phone and p.id not in asked
    ]
    homes = np.array([_point(street.homes[p.household_id or p.id]) for p in old])
    apart = metres(homes, np.array([room.lat, room.lon]))
    return [person for person, far in zip(old, apart.tolist(), strict=True) if far <= BARBER_FAR]


def haircut(street: Street, person: PersonSpec) -> NeedSpec:
    """Somebody's wish for a haircut; who uses a wheelchair says so."""
    home = street.homes[person.household_id or person.id]
    plain = plain_need(
        named("need", "haircut", person.id),
        load_taxonomy().service(HAIRCUT),
        person,
        home,
        Asking(person.id, "page"),
    )
    stays = "disabled" in person.tags
    said = "行动不便，想请人上门理个发。" if stays else "头发长了，想理个发，能走动。"
    return replace(plain, description_zh=said, windows=MORNING_AFTERNOON, asked_days_ago=1)


def _point(home: HouseholdSpec) -> tuple[float, float]:
    return home.lat, home.lon
