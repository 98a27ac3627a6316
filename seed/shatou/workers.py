"""Workers: neighbours from the street's own households, staff who come from elsewhere."""

from datetime import date, timedelta
from uuid import UUID

import numpy as np
from msgspec import Struct

from seed.shatou import focus as know
from seed.shatou.areas import communities
from seed.shatou.dice import dice, named
from seed.shatou.hours import draw_hours, draw_papers
from seed.shatou.names import draw_families, full_name
from seed.shatou.persons import Phones
from seed.shatou.providers import Crew, draw_crews, provider
from seed.world import HouseholdSpec, PersonSpec, ProviderSpec, SkillSpec, WorkerSpec

AWAY, WEAK, STRONG, SECOND, WOMEN = 0.03, 0.05, 0.35, 0.6, 0.5
TOP_LEVEL = 3
NEW_EVERY = 5
"""Of every so many crews of neighbours the last to join is new."""

SLOWER = 70
"""Who is older walks more slowly: 0.8 metres a second instead of 1.1."""


class Supply(Struct, frozen=True):
    """Providers, workers, and the persons among them who live elsewhere."""

    providers: list[ProviderSpec]
    workers: list[WorkerSpec]
    newcomers: list[PersonSpec]


class Neighbours:
    """Residents with a phone of their own, handed out once each, from the asked community if it has somebody left."""

    def __init__(
        self,
        chance: np.random.Generator,
        persons: list[PersonSpec],
        homes: dict[UUID, HouseholdSpec],
        year: int,
    ) -> None:
        self.homes = homes
        self.year = year
        self.waiting: dict[UUID, list[PersonSpec]] = {}
        for i in chance.permutation(len(persons)).tolist():
            person = persons[i]
            home = person.household_id
            if home and person.phone and person.phone_owner_id is None and "disabled" not in person.tags:
                self.waiting.setdefault(homes[home].community_id, []).append(person)

    def take(self, community: UUID, ages: tuple[int, int]) -> PersonSpec:
        """The next one of that age, the nearest community first in the order of the list."""
        queues = [self.waiting[community], *(q for key, q in self.waiting.items() if key != community)]
        for queue in queues:
            for i in range(len(queue) - 1, -1, -1):
                if ages[0] <= self.year - queue[i].birth_year <= ages[1]:
                    return queue.pop(i)
        raise LookupError(f"no neighbour aged {ages[0]} to {ages[1]} is left")

    def home(self, person: PersonSpec) -> HouseholdSpec | None:
        """Where a resident lives."""
        return self.homes[person.household_id] if person.household_id else None


def draw_supply(
    scale: int,
    seed: int,
    day: date,
    persons: list[PersonSpec],
    households: list[HouseholdSpec],
    phones: Phones,
) -> Supply:
    """Everybody who helps."""
    chance = dice(seed, "supply")
    neighbours = Neighbours(chance, persons, {home.id: home for home in households}, day.year)
    supply = Supply([], [], [])
    for crew in draw_crews(chance, scale):
        people = draw_people(chance, crew, neighbours, day, phones)
        team = [draw_worker(chance, crew, i, p, neighbours.home(p), day) for i, p in enumerate(people)]
        pledged = sum(worker.declared_minutes_week for worker in team)
        supply.providers.append(provider(chance, crew, people[0].id, people[0].phone, pledged, day))
        supply.workers.extend(team)
        supply.newcomers.extend(p for p in people if p.household_id is None)
    return supply


def draw_people(
    chance: np.random.Generator, crew: Crew, neighbours: Neighbours, day: date, phones: Phones
) -> list[PersonSpec]:
    """The people of a provider."""
    ages = crew.traits.residents
    if ages:
        community = named("community", communities()[crew.community].code)
        return [neighbours.take(community, ages) for _ in range(crew.size)]
    families = draw_families(chance, crew.size)
    drawn = chance.integers(0, 10, (crew.size, 2)).tolist()
    years = chance.integers(22, 58, crew.size).tolist()
    female = (chance.random(crew.size) < WOMEN).tolist()
    people = []
    for i, (family, (a, b), age, woman) in enumerate(zip(families, drawn, years, female, strict=True)):
        gender = "female" if woman else "male"
        zh, en = full_name(family, a, b, gender, age)
        people.append(
            PersonSpec(
                id=named("staff", crew.kind, crew.number, i),
                household_id=None,
                name_zh=zh,
                name_en=en,
                gender=gender,
                birth_year=day.year - age,
                phone=phones.next(),
                languages=("cmn", "yue") if chance.random() < 0.4 else ("cmn",),  # noqa: PLR2004
            )
        )
    return people


def draw_worker(
    chance: np.random.Generator,
    crew: Crew,
    number: int,
    person: PersonSpec,
    home: HouseholdSpec | None,
    day: date,
) -> WorkerSpec:
    """One worker with limits, skills, papers and hours."""
    traits = crew.traits
    focuses = draw_focuses(chance, crew, number)
    tasks, minutes = traits.day
    declared = int(chance.integers(traits.minutes[0] // 30, traits.minutes[1] // 30 + 1)) * 30
    key = named("worker", crew.kind, crew.number, number)
    return WorkerSpec(
        id=key,
        provider_id=crew.id,
        person_id=person.id,
        travel_mode=travel_mode(traits.mode[number % len(traits.mode)], day.year - person.birth_year),
        lat=home.lat if home else crew.lat,
        lon=home.lon if home else crew.lon,
        reach_metres=int(chance.integers(traits.reach[0] // 100, traits.reach[1] // 100 + 1)) * 100,
        max_tasks_day=tasks,
        max_minutes_day=minutes,
        max_tasks_week=tasks * (5 if home is None else 2),
        max_minutes_week=max(declared + minutes // 2, minutes),
        declared_minutes_week=declared,
        focus=focuses[0],
        skills=draw_skills(chance, focuses, crew.kind),
        availability=draw_hours(chance, traits.rhythm),
        credentials=draw_papers(chance, key, know.papers(focuses, crew.kind, "worker"), day),
        absences=(day, day + timedelta(days=1)) if chance.random() < AWAY else (),
        # A reporting member links to one stairwell: their own.
        anchor_ids=(home.unit_id,) if home and crew.kind == "in_service_member" else (),
        newcomer=traits.residents is not None and crew.number % NEW_EVERY == 0 and number == crew.size - 1,
    )


def travel_mode(mode: str, age: int) -> str:
    """How somebody gets about: as the others of their kind, but not as fast on foot when old."""
    return "walk_slow" if mode == "walk" and age > SLOWER else mode


def draw_focuses(chance: np.random.Generator, crew: Crew, number: int) -> tuple[str, ...]:
    """The crew's focus, or one in turn where everybody has their own; many neighbours have a second."""
    traits = crew.traits
    first = crew.focus or traits.focuses[(number + crew.number) % len(traits.focuses)]
    if not traits.second or chance.random() > SECOND:
        return (first,)
    second = traits.second[int(chance.integers(0, len(traits.second)))]
    return (first,) if second == first else (first, second)


def draw_skills(chance: np.random.Generator, focuses: tuple[str, ...], kind: str) -> tuple[SkillSpec, ...]:
    """As much as the services ask for; some can more, a few not quite enough."""
    skills = []
    for code, level in know.skill_levels(focuses, kind).items():
        roll = chance.random()
        change = -1 if roll < WEAK else 1 if roll > 1 - STRONG else 0
        skills.append(SkillSpec(code=code, level=min(TOP_LEVEL, max(1, level + change))))
    return tuple(skills)
