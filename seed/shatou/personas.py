"""The people of the demo's story, put into the drawn world without changing its proportions. All are invented."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from catalog.services.taxonomy import load_taxonomy
from seed.shatou import focus as know
from seed.shatou.asking import Asking
from seed.shatou.dice import named
from seed.shatou.hours import paper
from seed.shatou.households import ALONE, FAMILIES, Homes
from seed.shatou.needs import plain_need
from seed.shatou.persons import Phones
from seed.shatou.workers import Supply
from seed.world import (
    AvailabilitySpec,
    CredentialSpec,
    HouseholdSpec,
    NeedSpec,
    PersonSpec,
    SkillSpec,
    TerritorySpec,
    WindowSpec,
    WorkerSpec,
)

WANG_FLOOR, WANG_AGE, DAUGHTER_AGE, ADULT = 5, 72, 45, 25
WANG_COMMUNITY, DAUGHTER_COMMUNITY = "440304005036", "440304005026"
PAIR_WITH_CHILD = FAMILIES.index("MMC")
WHOLE_WEEK = tuple(AvailabilitySpec(weekday=day, start_minute=510, end_minute=1140) for day in range(7))


class Stage(Struct, frozen=True):
    """Households (indexes) of the story's families."""

    wang: int
    daughter: int


def set_stage(homes: Homes, places: dict[UUID, TerritorySpec]) -> Stage:
    """Find an old fifth floor without a lift for 王大姐 and a family for her daughter; make their families fit."""

    def high_and_old(i: int, home: HouseholdSpec) -> bool:
        place = places[home.building_id]
        return homes.styles[i] == "old" and home.floor == WANG_FLOOR and not place.has_lift

    wang = first(homes, WANG_COMMUNITY, high_and_old)
    daughter = first(
        homes, DAUGHTER_COMMUNITY, lambda i, _: int(homes.families[i]) == PAIR_WITH_CHILD and i != wang
    )
    homes.families[wang] = ALONE
    return Stage(wang, daughter)


def first(homes: Homes, code: str, fits: Callable[[int, HouseholdSpec], bool]) -> int:
    """The first household that fits, in the wished community if there is one."""
    found = [i for i, home in enumerate(homes.households) if fits(i, home)]
    wished = [i for i in found if homes.households[i].community_id == named("community", code)]
    return (wished or found)[0]


def cast_family(
    persons: list[PersonSpec], homes: Homes, stage: Stage, year: int, phones: Phones
) -> list[PersonSpec]:
    """Give two drawn residents the names, ages and ties of 王桂兰 and her daughter."""
    flat, family = homes.households[stage.wang].id, homes.households[stage.daughter].id
    old = next(p for p in persons if p.household_id == flat)
    child = next(
        p
        for p in persons
        if p.household_id == family and p.gender == "female" and p.birth_year < year - ADULT
    )
    daughter = replace(
        child,
        name_zh="刘晓敏",
        name_en="Liu Xiaomin",
        birth_year=year - DAUGHTER_AGE,
        phone=child.phone or phones.next(),
        channel="app",
        languages=("cmn", "yue"),
        tags=(),
    )
    wang = replace(
        old,
        name_zh="王桂兰",
        name_en="Wang Guilan",
        gender="female",
        birth_year=year - WANG_AGE,
        phone=daughter.phone,
        phone_owner_id=daughter.id,
        relative_id=daughter.id,
        languages=("cmn", "yue"),
        tags=("older", "lives_alone"),
        channel="relative",
        large_text=True,
    )
    return [wang if p.id == wang.id else daughter if p.id == daughter.id else p for p in persons]


def cast_helpers(supply: Supply, day: date) -> tuple[Supply, dict[str, UUID]]:
    """李师傅 of the first electrician's shop, who also volunteers; a barber of the barber shop, who cuts hair for free."""
    li = next(w for w in supply.workers if w.focus == "electrician")
    barber = next(w for w in supply.workers if w.focus == "barber-shop")
    team = next(
        w for w in supply.workers if w.focus == "handy" and provider_kind(supply, w) == "volunteer_team"
    )
    club = next(
        w for w in supply.workers if w.focus == "barber" and provider_kind(supply, w) == "self_organisation"
    )
    masters = {li.id: mastered(li, day), barber.id: mastered(barber, day, "hairdressing")}
    extra = [
        second_role(li, team, "volunteer_team", day),
        second_role(barber, club, "self_organisation", day),
    ]
    names = {
        li.person_id: ("李树良", "Li Shuliang", "male", 1970),
        barber.person_id: ("何丽芸", "He Liyun", "female", 1984),
    }
    people = [renamed(p, *names[p.id]) if p.id in names else p for p in supply.newcomers]
    workers = [masters.get(worker.id, worker) for worker in supply.workers]
    return Supply(supply.providers, workers + extra, people), {
        "li_shifu": li.person_id,
        "barber": barber.person_id,
    }


def provider_kind(supply: Supply, worker: WorkerSpec) -> str:
    """The kind of a worker's provider."""
    return next(p.kind for p in supply.providers if p.id == worker.provider_id)


def renamed(person: PersonSpec, zh: str, en: str, gender: str, year: int) -> PersonSpec:
    """The same person under the story's name."""
    return replace(person, name_zh=zh, name_en=en, gender=gender, birth_year=year)


def sound_papers(holder: UUID, focus: str, kind: str, day: date) -> tuple[CredentialSpec, ...]:
    """Every paper that the focus asks for, valid on the day."""
    return tuple(
        paper(holder, code, months, day, 1.0, 0.3) for code, months in know.papers((focus,), kind, "worker")
    )


def mastered(worker: WorkerSpec, day: date, *more: str) -> WorkerSpec:
    """A worker at the top of their trade, here every day, with papers that hold."""
    codes = sorted({skill.code for skill in worker.skills} | set(more))
    skills = tuple(SkillSpec(code=code, level=3) for code in codes)
    papers = sound_papers(worker.id, worker.focus, "red_partner", day)
    return replace(worker, skills=skills, credentials=papers, availability=WHOLE_WEEK, absences=())


def second_role(worker: WorkerSpec, fellow: WorkerSpec, kind: str, day: date) -> WorkerSpec:
    """The same person as an unpaid worker of a fellow's provider: hours kept apart from paid work."""
    key, focus = named("worker", "second", worker.id), fellow.focus
    papers = sound_papers(key, focus, kind, day)
    skills = tuple(replace(skill, level=3) for skill in fellow.skills)
    return replace(
        fellow,
        id=key,
        person_id=worker.person_id,
        lat=worker.lat,
        lon=worker.lon,
        focus=focus,
        skills=skills,
        credentials=papers,
        absences=(),
        anchor_ids=(),
        availability=tuple(AvailabilitySpec(weekday=d, start_minute=1140, end_minute=1260) for d in range(7)),
    )


def story_needs(
    homes: Homes, stage: Stage, wang: PersonSpec, daughter: PersonSpec, li: WorkerSpec
) -> list[NeedSpec]:
    """What 王大姐 needs tomorrow: her washing machine mended, asked for by her daughter, if possible by 李师傅 again."""
    home = homes.households[stage.wang]
    asking = Asking(daughter.id, "relative", relation="parent", consent="spoken")
    machine = plain_need(
        named("need", "wang", "machine"), load_taxonomy().service("appliance-repair"), wang, home, asking
    )
    half_days = (WindowSpec(start_minute=510, end_minute=750), WindowSpec(start_minute=840, end_minute=1080))
    return [
        replace(
            machine,
            description_zh="我妈家的洗衣机不排水了，衣服泡在里面。她一个人住五楼，请师傅上门看看，最好还是李师傅。",
            wish_worker_id=li.id,
            windows=half_days,
            access_notes="5楼，没有电梯。老人耳朵不太好，请多按几次门铃。",
        )
    ]
