"""The packaged taxonomy: what can be asked, who may do it, what it needs and what it may cost.

Durations in minutes, reach in metres, notice in hours, waiting limits in working days, money in fen, validity in months.
"""

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

Words: TypeAlias = Annotated[str, Meta(pattern=r"^\S(.*\S)?$", max_length=300)]
Kebab: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Icon: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Snake: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=64)]
TimeOfDay: TypeAlias = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Count: TypeAlias = Annotated[int, Meta(ge=1)]
Fen: TypeAlias = Annotated[int, Meta(ge=1)]

Lane: TypeAlias = Literal["service", "issue", "deliberation"]
Shape: TypeAlias = Literal["visit", "delivery", "group", "remote"]
PriceKind: TypeAlias = Literal["free", "low", "guided", "market"]
Urgency: TypeAlias = Literal["normal", "same_day", "urgent"]
Safeguard: TypeAlias = Literal["minor", "lives_alone", "two_adults", "confidential", "home_alone_risk"]
ProviderKind: TypeAlias = Literal[
    "red_partner",
    "in_service_member",
    "volunteer_team",
    "social_organisation",
    "self_organisation",
    "linked_unit",
    "property_firm",
]

# Volunteers' hours and paid work never meet in one ledger, so these never appear beside a price that pays for labour.
UNPAID: frozenset[ProviderKind] = frozenset(
    {"in_service_member", "volunteer_team", "self_organisation", "linked_unit"}
)


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every part of the taxonomy: frozen, and strict about what it reads."""


class Text(Document, frozen=True):
    """The same words in both languages."""

    zh: Words
    en: Words


class Category(Document, frozen=True):
    """First level of the taxonomy; `icon` is the name of a Lucide icon."""

    code: Kebab
    name: Text
    icon: Icon


class Skill(Document, frozen=True):
    """Something a worker can do."""

    code: Snake
    name: Text


class Qualification(Document, frozen=True):
    """A paper that must be valid on the day; without `validity_months` it does not expire."""

    code: Snake
    name: Text
    validity_months: Count | None
    holder: Literal["worker", "provider"]


class SkillNeed(Document, frozen=True):
    """A skill and the least level that will do, from 1 (can) to 3 (master)."""

    skill: Snake
    level: Annotated[int, Meta(ge=1, le=3)]


class Price(Document, frozen=True):
    """What a resident pays at most: nothing, costs only (low), a guided price, or the market's under a cap."""

    kind: PriceKind
    cap_fen: Fen | None
    note: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a free price with a cap and any other price without one."""
        if (self.kind == "free") != (self.cap_fen is None):
            raise ValueError("A free price has no cap, every other price has one")


class Window(Document, frozen=True):
    """Hours of the day, local time, within which the service must happen."""

    opens: TimeOfDay
    closes: TimeOfDay

    def __post_init__(self) -> None:
        """Refuse a window that closes before it opens."""
        if self.opens >= self.closes:
            raise ValueError("A window closes after it opens")


class Seats(Document, frozen=True):
    """How many participants open a group session, and how many it can hold."""

    fewest: Count
    most: Count

    def __post_init__(self) -> None:
        """Refuse a session that is full before it may open."""
        if self.fewest > self.most:
            raise ValueError("A session holds at least as many as it needs to open")


class Service(Document, frozen=True):
    """A leaf service.

    Safeguards: `minor` a child takes part (background check, guardian's consent); `lives_alone` the person may live
    alone, so an unanswered door or phone is followed up; `two_adults` at least two helpers, together throughout;
    `confidential` named helpers only, never broadcast or pooled; `home_alone_risk` a helper is alone in a home, so
    arrival and leaving are checked. Empty `windows` means any hour; `providers` is empty where only public
    departments or a council can act.
    """

    code: Kebab
    category: Kebab
    name: Text
    summary: Text
    lane: Lane
    shape: Shape
    duration_minutes: Count
    people_needed: Count
    skills: tuple[SkillNeed, ...]
    qualifications: tuple[Snake, ...]
    safeguarding: tuple[Safeguard, ...]
    price: Price
    providers: tuple[ProviderKind, ...]
    reach_metres: Count
    lead_hours: Annotated[int, Meta(ge=0)]
    wait_limit_days: Count
    urgency_default: Urgency
    weight: Annotated[int, Meta(ge=1, le=10)]
    poolable: bool
    keywords: Annotated[tuple[Words, ...], Meta(min_length=1)]
    icon: Icon | None = None
    windows: tuple[Window, ...] = ()
    seats: Seats | None = None
    children_per_adult: Count | None = None
    gender_wish: bool = False

    def __post_init__(self) -> None:
        """Refuse a service that breaks a rule of the house."""
        if self.lane == "service" and not (self.skills and self.providers):
            raise ValueError("A service names its skills and who may provide it")
        if "minor" in self.safeguarding and "background_check" not in self.qualifications:
            raise ValueError("A service with children needs `background_check`")
        if "two_adults" in self.safeguarding and self.people_needed == 1:
            raise ValueError("Two adults are at least two people")
        if "confidential" in self.safeguarding and self.poolable:
            raise ValueError("A confidential service is never pooled")
        if self.price.kind in {"guided", "market"} and UNPAID.intersection(self.providers):
            raise ValueError("Volunteers do not work for a guided or market price")
        if self.seats is not None and self.shape != "group":
            raise ValueError("Only a group session has seats")


class Taxonomy(Document, frozen=True, dict=True):
    """Categories, skills, qualifications and services, each in the order in which they are shown."""

    categories: tuple[Category, ...]
    skills: tuple[Skill, ...]
    qualifications: tuple[Qualification, ...]
    services: tuple[Service, ...]

    @cached_property
    def by_code(self) -> dict[str, Service]:
        """Services by their code."""
        return {service.code: service for service in self.services}

    def service(self, code: str) -> Service:
        """Return one service; `KeyError` if the taxonomy has none of that code."""
        return self.by_code[code]

    def icon_of(self, service: Service) -> str:
        """Return the service's own icon, or its category's."""
        return service.icon or next(c.icon for c in self.categories if c.code == service.category)


@cache
def load_taxonomy() -> Taxonomy:
    """Read the packaged taxonomy once; later calls answer with the same object."""
    return parse_taxonomy(files("catalog.services").joinpath("data", "taxonomy.json").read_bytes())


def parse_taxonomy(document: bytes) -> Taxonomy:
    """Decode a taxonomy; `msgspec.ValidationError` names the path of whatever is missing, unknown or said twice."""
    taxonomy = msgspec.json.decode(document, type=Taxonomy)
    for problem in _problems(taxonomy):
        raise msgspec.ValidationError(problem)
    return taxonomy


def _problems(taxonomy: Taxonomy) -> Iterator[str]:
    categories = {category.code for category in taxonomy.categories}
    skills = {skill.code for skill in taxonomy.skills}
    qualifications = {qualification.code for qualification in taxonomy.qualifications}
    yield from _repeated("categories", (category.code for category in taxonomy.categories))
    yield from _repeated("skills", (skill.code for skill in taxonomy.skills))
    yield from _repeated("qualifications", (qualification.code for qualification in taxonomy.qualifications))
    yield from _repeated("services", (service.code for service in taxonomy.services))
    for index, service in enumerate(taxonomy.services):
        path = f"$.services[{index}]"
        yield from _unknown("category", categories, [(f"{path}.category", service.category)])
        needs = [(f"{path}.skills[{n}].skill", need.skill) for n, need in enumerate(service.skills)]
        yield from _unknown("skill", skills, needs)
        papers = [(f"{path}.qualifications[{n}]", code) for n, code in enumerate(service.qualifications)]
        yield from _unknown("qualification", qualifications, papers)


def _repeated(field: str, codes: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield f"Code `{code}` is used twice - at `$.{field}[{index}].code`"
        seen.add(code)


def _unknown(kind: str, known: set[str], used: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"Unknown {kind} `{code}` - at `{path}`" for path, code in used if code not in known)
