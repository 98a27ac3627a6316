"""Residents: invented names, ages after the census, phones of a made-up range, need groups."""

from datetime import date

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from seed.shatou.dice import dice, named
from seed.shatou.households import FAMILIES, Homes
from seed.shatou.names import draw_families, full_name
from seed.world import PersonSpec

OLDER, CHILD_PHONE, LOWER_CHILD = 60, 12, 14
# People of 60-69, 70-79, 80-89 and 90-97 in the ratio of a city's published register.
ELDER_BANDS = ((60, 70, 0.567), (70, 80, 0.303), (80, 90, 0.110), (90, 98, 0.020))
AGES = {"M": (30, 53), "Y": (21, 43), "C": (0, 18)}
PAIRS = {"EE", "YY", "MM"}


class Draft(Struct, frozen=True):
    """Arrays over all residents, household by household."""

    home: NDArray[np.int64]
    role: list[str]
    age: NDArray[np.int64]
    female: NDArray[np.bool_]


class Phones:
    """Hands out 199-00xx-xxxx numbers in order: a made-up range, nobody is ever called."""

    PREFIX = "19900"

    def __init__(self, start: int = 0) -> None:
        self.used = start

    def next(self) -> str:
        """The next number."""
        self.used += 1
        return f"{self.PREFIX}{self.used:06d}"


def draw_draft(chance: np.random.Generator, homes: Homes) -> Draft:
    """Who is in each household, how old, woman or man."""
    members = [FAMILIES[family] for family in homes.families.tolist()]
    home = np.repeat(np.arange(len(members)), [len(m) for m in members])
    role = list("".join(members))
    count = len(role)
    low, high, share = (np.array(column) for column in zip(*ELDER_BANDS, strict=True))
    band = chance.choice(len(share), size=count, p=share)
    age = (low[band] + chance.random(count) * (high - low)[band]).astype(np.int64)
    for letter, (youngest, oldest) in AGES.items():
        age = np.where(np.array(role) == letter, chance.integers(youngest, oldest, count), age)
    return Draft(home, role, age, draw_gender(chance, members, role))


def draw_gender(chance: np.random.Generator, members: list[str], role: list[str]) -> NDArray[np.bool_]:
    """54 % women among the older; couples are a woman and a man in every generation but the shared flats."""
    female = chance.random(len(role)) < np.where(np.array(role) == "E", 0.54, 0.5)
    start = 0
    for family in members:
        for i in range(1, len(family)):
            if family[i - 1 : i + 1] in PAIRS and family != "YYY":
                female[start + i] = not female[start + i - 1]
        start += len(family)
    return female


def draw_persons(homes: Homes, seed: int, day: date, phones: Phones) -> list[PersonSpec]:
    """All residents, in the order of their households."""
    chance = dice(seed, "persons")
    draft = draw_draft(chance, homes)
    count = len(draft.role)
    family = draw_families(chance, len(homes.households))
    own = draw_families(chance, count)
    kin = share_surname(homes, draft)
    first, second = chance.integers(0, 10, (2, count)).tolist()
    rolls = chance.random((5, count)).T.tolist()
    seat = np.arange(count) - np.searchsorted(draft.home, draft.home)
    persons = []
    for i, (h, age, female, s) in enumerate(
        zip(draft.home.tolist(), draft.age.tolist(), draft.female.tolist(), seat.tolist(), strict=True)
    ):
        home, gender = homes.households[h], "female" if female else "male"
        name = full_name(family[h] if kin[i] else own[i], first[i], second[i], gender, age)
        phone = phones.next() if rolls[i][0] < phone_share(age) else None
        old = homes.styles[h] == "old"
        persons.append(
            PersonSpec(
                id=named("person", home.id, s),
                household_id=home.id,
                name_zh=name[0],
                name_en=name[1],
                gender=gender,
                birth_year=day.year - age,
                phone=phone,
                languages=languages(age, rolls[i][1], village=homes.villages[h] and not home.floating),
                tags=tags(age, FAMILIES[homes.families[h]] == "E", rolls[i][2], rolls[i][3], old=old),
                channel=channel(age, phone, rolls[i][4]),
                large_text=age >= OLDER,
            )
        )
    return with_relatives(chance, persons, draft)


def share_surname(homes: Homes, draft: Draft) -> NDArray[np.bool_]:
    """Wives keep their own name, flat mates too; everybody else has the family's."""
    members = [FAMILIES[homes.families[h]] for h in draft.home.tolist()]
    flat = np.array([family == "YYY" for family in members])
    wives = np.array(draft.role) != "C"
    shared: NDArray[np.bool_] = ~flat & ~(wives & draft.female)
    return shared


def phone_share(age: int) -> float:
    """Share with a phone of their own."""
    if age < CHILD_PHONE:
        return 0.0
    steps = ((18, 0.4), (60, 0.98), (70, 0.93), (80, 0.76))
    return next((share for limit, share in steps if age < limit), 0.5)


def languages(age: int, roll: float, *, village: bool) -> tuple[str, ...]:
    """Mandarin; Cantonese among the villages' own families and the older; a few older people speak only it."""
    chance = 0.75 if village else 0.35 if age >= OLDER else 0.22
    if village and age >= OLDER and roll < 0.08:  # noqa: PLR2004
        return ("yue",)
    return ("cmn", "yue") if roll < chance else ("cmn",)


def tags(age: int, alone: bool, disabled: float, poor: float, *, old: bool) -> tuple[str, ...]:
    """Need groups, sparse, as a person or a worker with consent would enter them."""
    older = age >= OLDER
    chosen = {
        "older": older,
        "lives_alone": older and alone,
        "disabled": disabled < (0.07 if older else 0.012),
        "child": age < LOWER_CHILD,
        "low_income": poor < (0.06 if old else 0.02),
    }
    return tuple(tag for tag, yes in chosen.items() if yes)


def channel(age: int, phone: str | None, roll: float) -> str:
    """How a person prefers to be told."""
    if phone is None:
        return "paper" if age >= OLDER else "relative"
    if age < OLDER:
        return "app"
    return "phone" if roll < (0.35 if age < 70 else 0.72) else "app"  # noqa: PLR2004


def with_relatives(chance: np.random.Generator, persons: list[PersonSpec], draft: Draft) -> list[PersonSpec]:
    """Older people name somebody of the next generation: at home if there is one, else often elsewhere in the street."""
    carers = [i for i, role in enumerate(draft.role) if role == "M" and persons[i].phone]
    at_home = {int(draft.home[i]): i for i in reversed(carers)}
    picks = chance.integers(0, len(carers), len(persons)).tolist()
    rolls = chance.random((2, len(persons))).T.tolist()
    done = list(persons)
    for i, role in enumerate(draft.role):
        if role == "E":
            near = at_home.get(int(draft.home[i]))
            carer = near if near is not None else carers[picks[i]] if rolls[i][0] < 0.55 else None  # noqa: PLR2004
            done[i] = linked(persons[i], None if carer is None else persons[carer], shared=rolls[i][1] < 0.6)  # noqa: PLR2004
    return done


def linked(person: PersonSpec, carer: PersonSpec | None, *, shared: bool) -> PersonSpec:
    """A person with a relative; without a phone of their own some give the relative's number."""
    if carer is None:
        return person
    if person.phone is None and shared:
        return replace(
            person, relative_id=carer.id, phone=carer.phone, phone_owner_id=carer.id, channel="relative"
        )
    return replace(person, relative_id=carer.id)
