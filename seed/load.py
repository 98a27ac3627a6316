"""The adapter: a world goes into a database through the same services as the pages use.

Every batch is one transaction and adds each thing once, so that an interrupted load goes on where it stopped and a
second one changes nothing. Needs are only opened here: what follows is for the market's own reactions.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.time import Clock, FrozenClock
from catalog.people.models import Role
from catalog.people.roles import grant_roles
from catalog.people.service import add_households, add_persons
from catalog.providers.commands import AdmitProviders, Apply, ProviderStep, SubmitCredential
from catalog.providers.credentials import submit_credentials, verify_credentials
from catalog.providers.models import ProviderState
from catalog.providers.service import admit_providers, apply_many, pause
from catalog.providers.workers import add_workers
from catalog.services.service import load_catalogue
from catalog.territory.grids import add_grids
from catalog.territory.service import add_territories
from catalog.venues.service import add_canteens, add_venues
from market.actor import SYSTEM
from market.gatherings.commands import Enrol, ProposeGathering
from market.gatherings.service import enrol_many, open_enrolment, propose_gathering
from market.meals.commands import OpenOrder
from market.meals.service import open_orders
from market.needs.commands import OpenNeed
from market.needs.service import open_needs
from market.states import SessionState
from seed import translate
from seed.acting import actor_of
from seed.coordinates import to_wgs84
from seed.world import NeedSpec, World

BATCH = 1_000
# Needs come in over the day, a few at a time, from 8:30 on.
FIRST_MINUTE, DAY_MINUTES, EVERY_MINUTES, AT_ONCE = 510, 540, 10, 8
OFFICE = (Role.ADMIN, Role.OFFICER, Role.REVIEWER)

OnProgress = Callable[[str, int, int], None]
Adder = Callable[[WriteSession, Clock, Sequence[Any]], Awaitable[object]]


class Part(msgspec.Struct, frozen=True):
    """A kind of thing to load: what the progress calls it, the commands, and who adds a batch of them."""

    label: str
    commands: Sequence[Any]
    add: Adder


class NoOffice(ValueError):
    """The world has nobody to check providers and two others to approve them."""


def quiet(label: str, done: int, total: int) -> None:
    """Report no progress."""


async def load_world(
    database: Database, clock: Clock, world: World, on_progress: OnProgress = quiet
) -> dict[str, int]:
    """Load a world, marked as example data 示例数据; return how many of each kind it has.

    Its places are kept in WGS-84, whatever the system in which the world gives them.

    Raises:
        Conflict: the database has other content under the same ids (another world, scale or seed).
        NoOffice: fewer than three people could admit providers.
    """
    world = to_wgs84(world)
    async with database.write() as session:
        await load_catalogue(session, clock)
    loaded = {}
    for part in _parts(world):
        await _load(database, clock, part, on_progress)
        loaded[part.label] = len(part.commands)
    loaded["needs"] = await _load_needs(database, clock, world, on_progress)
    return loaded


def _parts(world: World) -> Iterator[Part]:
    given = world.coordinates
    yield Part("territories", [translate.place(spec, given) for spec in world.territories], add_territories)
    yield Part("households", [translate.household(spec, given) for spec in world.households], add_households)
    yield Part("persons", [translate.person(spec) for spec in world.persons], add_persons)
    yield Part("roles", [translate.role(spec) for spec in world.staff], grant_roles)
    yield Part("grids", [translate.grid(spec) for spec in world.grids], add_grids)
    yield Part("providers", [translate.provider(spec, given) for spec in world.providers], _admission(world))
    yield Part("workers", [translate.worker(spec, given) for spec in world.workers], add_workers)
    yield Part("credentials", translate.papers(world), _verification(world))
    yield Part("venues", [translate.venue(spec, given) for spec in world.venues], add_venues)
    yield Part("canteens", [translate.canteen(spec) for spec in world.canteens], add_canteens)
    yield Part("orders", [translate.order(spec, world) for spec in world.orders], _order_meals)
    yield Part("classes", [translate.lesson(spec, world) for spec in world.classes], _open_classes)
    yield Part("enrolments", [translate.enrolment(spec) for spec in world.enrolments], _enrol)


async def _order_meals(session: WriteSession, clock: Clock, commands: Sequence[OpenOrder]) -> None:
    await open_orders(session, clock, SYSTEM, commands)


async def _open_classes(session: WriteSession, clock: Clock, commands: Sequence[ProposeGathering]) -> None:
    for command in commands:
        held = await propose_gathering(session, clock, SYSTEM, command)
        if held.state == SessionState.PROPOSED:
            await open_enrolment(session, clock, SYSTEM, held.id)


async def _enrol(session: WriteSession, clock: Clock, commands: Sequence[Enrol]) -> None:
    await enrol_many(session, clock, SYSTEM, commands)


async def _load(database: Database, clock: Clock, part: Part, on_progress: OnProgress) -> None:
    total = len(part.commands)
    on_progress(part.label, 0, total)
    for start in range(0, total, BATCH):
        batch = part.commands[start : start + BATCH]
        async with database.write() as session:
            await part.add(session, clock, batch)
        on_progress(part.label, start + len(batch), total)


def _office(world: World) -> tuple[UUID, UUID, UUID]:
    ranked = sorted(
        (OFFICE.index(Role(post.role)), n, post.person_id)
        for n, post in enumerate(world.staff)
        if post.role in OFFICE
    )
    people = list(dict.fromkeys(person for *_, person in ranked))
    if len(people) < 3:  # noqa: PLR2004 one checks the documents, two approve
        raise NoOffice("a world needs three people of the office to admit providers")
    return people[0], people[1], people[2]


def _admission(world: World) -> Adder:
    states = {spec.id: spec.state for spec in world.providers}

    async def admit(session: WriteSession, clock: Clock, commands: Sequence[Apply]) -> None:
        new = await apply_many(session, clock, commands)
        admitted = tuple(key for key in sorted(new) if states[key] != ProviderState.APPLIED)
        checker, first, second = _office(world)
        await admit_providers(
            session,
            clock,
            AdmitProviders(provider_ids=admitted, checked_by_id=checker, approved_by_ids=(first, second)),
        )
        for key in (key for key in admitted if states[key] == ProviderState.PAUSED):
            await pause(session, clock, ProviderStep(provider_id=key, by_id=checker))

    return admit


def _verification(world: World) -> Adder:
    async def verify(session: WriteSession, clock: Clock, commands: Sequence[SubmitCredential]) -> None:
        new = await submit_credentials(session, clock, commands)
        await verify_credentials(session, clock, sorted(new), _office(world)[0])

    return verify


async def _load_needs(database: Database, clock: Clock, world: World, on_progress: OnProgress) -> int:
    done, total = 0, len(world.needs)
    on_progress("needs", 0, total)
    for asked_at, filed_by, batch in _asked(clock, world):
        async with database.write() as session:
            actor = SYSTEM if filed_by is None else await actor_of(session, filed_by)
            await open_needs(session, asked_at, actor, batch)
        done += len(batch)
        on_progress("needs", done, total)
    return done


def _asked(clock: Clock, world: World) -> Iterator[tuple[Clock, UUID | None, Sequence[OpenNeed]]]:
    """Needs in the order in which they came in, by who wrote them down; none is asked later than now."""
    groups: dict[tuple[datetime, str], list[NeedSpec]] = defaultdict(list)
    nth: dict[int, count[int]] = defaultdict(count)
    for spec in world.needs:
        slot = next(nth[spec.asked_days_ago]) // AT_ONCE * EVERY_MINUTES % DAY_MINUTES
        moment = min(translate.asked_at(spec, world, FIRST_MINUTE + slot), clock.now())
        groups[moment, str(spec.filed_by_id or "")].append(spec)
    for moment, filed_by in sorted(groups):
        commands = [translate.need(spec, world) for spec in groups[moment, filed_by]]
        yield FrozenClock(moment), UUID(filed_by) if filed_by else None, commands
