"""Coverage of the small world, on both databases: who counts, what is told, and in how many statements."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from catalog.kernel.errors import NotFound
from catalog.kernel.ids import derived_id
from catalog.people.models import Household, Person
from catalog.providers.models import Credential, CredentialState, Provider, ProviderState, Worker
from catalog.territory.models import Territory
from catalog.venues.models import Venue
from market.coverage.queries import coverage_of, nearby
from market.coverage.views import Coverage, Nearby, Reach, Wish
from market.needs import service as needs
from tests.support.queries import counted
from tests.support.streets import futian
from tests.support.world import DEGREE_METRES, LAT, LON, OUTING, PLUMBING, ask, id_of

LIFTING = "carrying-upstairs"  # heavy_lifting 1: Ye, Zhou, Ma and Qian, at their homes
PHONE_HELP = "phone-help"  # smartphone 1 and a paper that Qian has not
CANTEEN = "canteen-meal"


@pytest.fixture
def read(everywhere):
    async def coverage(chosen=None, *, network=None, place="street", **wish: Any) -> Coverage:
        async with everywhere.database.read() as session:
            return await coverage_of(
                session, everywhere.clock, id_of(place), network, chosen=chosen, wish=Wish(**wish)
            )

    return coverage


async def write(story, *rows: Any) -> None:
    async with story.database.write() as session:
        session.add_all(rows)


async def change(story, table: Any, name: str, **values: Any) -> None:
    async with story.database.write() as session:
        await session.execute(update(table).where(table.id == id_of(name)).values(**values))


def room(name: str, east: float, *uses: str, step_free: bool = True) -> Venue:
    return Venue(
        id=id_of(name),
        territory_id=id_of("lakeside"),
        kind="canteen",
        name_zh=name,
        name_en=name,
        lat=LAT,
        lon=LON + east / DEGREE_METRES,
        capacity=20,
        step_free=step_free,
        owner="x",
        opening=[],
        uses=list(uses),
    )


def reaches(found: Coverage) -> dict[str, str]:
    return {row.code: row.reach.value for row in found.rows}


def service(found: Coverage, code: str) -> Any:
    return next(one for one in found.services if one.code == code)


async def test_a_business_serves_from_its_own_address(read):
    found = await read(PLUMBING)
    assert {"sw-block": "near", "sw-house": "beyond"} == reaches(found)
    told = service(found, PLUMBING)
    assert (0, 1, 0) == (told.venues, told.businesses, told.helpers)
    assert ["Fixit"] == [spot.name_en for spot in found.spots]
    assert (LAT, LON) == (found.spots[0].lat, found.spots[0].lon)  # nowhere near Wu's or Xu's home


async def test_households_and_older_residents_are_counted(read, everywhere):
    found = await read(PLUMBING)
    assert (2, 1) == tuple(one.tally.households for one in sorted(found.compounds, key=lambda one: one.code))
    block = next(row for row in found.rows if row.code == "sw-block")
    assert (2, None) == (block.households, block.older)  # Chen and Lin: too few to be told
    for n in range(9):
        await write(
            everywhere,
            Person(
                id=derived_id("older", n),
                household_id=id_of("far home"),
                name=f"P{n}",
                birth_year=1940,
                created_at=everywhere.clock.now(),
            ),
        )
    assert 0 == sum(one.older_beyond for one in (await read(PLUMBING)).compounds)
    await change(everywhere, Person, "He", birth_year=1941)
    assert 10 == sum(one.older_beyond for one in (await read(PLUMBING)).compounds)


async def test_papers_skills_and_states_count(read, everywhere):
    assert 1 == service(await read(), "power-cut-check").businesses  # Wu has the licence
    await change(everywhere, Credential, "licence Wu", state=CredentialState.REVOKED)
    assert not service(await read(), "power-cut-check").has_supply
    assert not service(await read(), PHONE_HELP).has_supply
    await change(everywhere, Provider, "Fixit", state=ProviderState.PAUSED)
    assert not service(await read(), PLUMBING).has_supply


async def test_people_are_counted_and_never_named(read):
    found = await read(LIFTING)
    assert 4 == service(found, LIFTING).helpers
    assert () == found.spots
    # The third is at 250 metres, in a cell whose middle is 205 metres away: guessed as 558.
    assert {"sw-block": "within", "sw-house": "beyond"} == reaches(found)


async def test_rooms_with_and_without_steps(read, everywhere):
    await write(everywhere, room("upstairs", 100, CANTEEN, step_free=False))
    assert "near" == reaches(await read(CANTEEN))["sw-block"]
    assert "beyond" == reaches(await read(CANTEEN, step_free=True))["sw-block"]
    await write(everywhere, room("ground floor", 250, CANTEEN))
    assert (
        "within" == reaches(await read(CANTEEN, step_free=True))["sw-block"]
    )  # 231 m by line are guessed as 597


async def test_the_slower_pace_reaches_less(read, everywhere):
    await write(everywhere, room("canteen", 400, CANTEEN))  # 369 m by line are guessed as 805
    assert "within" == reaches(await read(CANTEEN))["sw-block"]
    assert "beyond" == reaches(await read(CANTEEN, pace="walk_slow"))["sw-block"]


async def test_a_category_is_reached_by_any_of_its_services(read):
    assert {"sw-block": "near", "sw-house": "beyond"} == reaches(await read("repair"))
    found = await read("meals")
    assert {"beyond"} == set(reaches(found).values())


async def test_along_streets(read, everywhere):
    await write(everywhere, room("canteen", 250, CANTEEN))
    found = await read(CANTEEN, network=futian())
    assert (False, futian().facts.version) == (found.estimated, found.network)
    assert {"sw-block": False, "sw-house": True} == {row.code: row.estimated for row in found.rows}
    assert "near" == reaches(found)["sw-block"]  # guessed as 597, less along the streets


async def test_unmet_needs_are_told_from_ten_on(read, everywhere):
    await _ask(everywhere, 9)
    found = await read(PLUMBING)
    assert (None, {None, 0}) == (service(found, PLUMBING).unmet, {one.unmet for one in found.compounds})
    assert 0 == service(found, OUTING).unmet
    await _ask(everywhere, 12)
    assert 12 == service(await read(), PLUMBING).unmet


async def test_who_is_served_or_asked_long_ago_is_not_unmet(read, everywhere):
    await _ask(everywhere, 12)
    everywhere.clock.advance(timedelta(days=31))
    assert 0 == service(await read(), PLUMBING).unmet


async def test_gaps_are_households_times_unmet_needs(read, everywhere):
    await _ask(everywhere, 12, who="He")
    gaps = (await read()).gaps
    assert (PLUMBING, id_of("terrace"), 1, 12) == (
        gaps[0].service_code,
        gaps[0].compound_id,
        gaps[0].households_beyond,
        gaps[0].unmet,
    )
    # where nobody has asked, households alone decide: Lakeside Garden has two
    assert (id_of("garden"), 2, 0) == (gaps[1].compound_id, gaps[1].households_beyond, gaps[1].unmet)


async def test_only_a_community(read):
    found = await read(PLUMBING, place="hillside")
    assert {"sw-house": "beyond"} == reaches(found)
    assert service(found, PLUMBING).businesses == 1  # 1.8 km away, still around


async def test_buildings_without_coordinates_are_said_to_be_missing(read, everywhere):
    await change(everywhere, Territory, "block", lat=None)
    found = await read(PLUMBING)
    assert (1, ["sw-house"]) == (found.unplaced, [row.code for row in found.rows])


async def test_nothing_there(read, everywhere):
    await change(everywhere, Territory, "block", lat=None)
    await change(everywhere, Territory, "house", lat=None)
    found = await read(PLUMBING)
    assert ((), (), ()) == (found.rows, found.compounds, found.gaps)


async def test_what_does_not_exist(read):
    for chosen in ("no-such", "daily-call", "public"):
        with pytest.raises(NotFound):
            await read(chosen)
    with pytest.raises(NotFound):
        await read(place="nowhere")


async def test_nine_statements_however_many_buildings(everywhere):
    async def statements() -> int:
        async with everywhere.database.read() as session:
            with counted(everywhere.database) as seen:
                await coverage_of(session, everywhere.clock, id_of("street"), None, chosen=PLUMBING)
        return len(seen)

    few = await statements()
    async with everywhere.database.write() as session:
        session.add_all(_building(n) for n in range(40))
    assert few == await statements()
    assert 9 == few


def _building(number: int) -> Territory:
    return Territory(
        id=derived_id("block", number),
        kind="building",
        parent_id=id_of("garden"),
        community_id=id_of("lakeside"),
        code=f"sw-block-{number}",
        path=f"sw-district/sw-street/sw-lakeside/sw-garden/sw-block-{number}/",
        name_zh=f"{number}栋",
        name_en=f"Block {number}",
        lat=LAT + number * 0.0001,
        lon=LON,
    )


async def _ask(story: Any, how_many: int, who: str = "Chen") -> None:
    for n in range(how_many):
        await story.do(
            needs.open_need, who, ask(story.clock, who, PLUMBING, id=derived_id(f"asked {who}", n))
        )


# ---- what is near one building


async def around(story, place="block", network=None, **wish: Any) -> Nearby:
    async with story.database.read() as session:
        return await nearby(session, story.clock, id_of(place), network, Wish(**wish))


async def test_near_a_building(everywhere):
    await write(everywhere, room("canteen", 250, CANTEEN))
    found = await around(everywhere)
    told = {one.code: one for one in found.services}
    canteen = told[CANTEEN]
    assert (Reach.WITHIN, None) == (canteen.reach, canteen.helpers)
    assert [("canteen", 597, 10)] == [(one.name_en, one.metres, one.minutes) for one in canteen.spots]
    assert (Reach.WITHIN, ()) == (told[LIFTING].helpers, told[LIFTING].spots)
    assert "house-cleaning" in found.missing
    assert set(told) | set(found.missing) == {one.code for one in (await _services(everywhere))}


async def test_near_a_building_that_is_none(everywhere):
    await change(everywhere, Territory, "house", lat=None)
    for place in ("garden", "nowhere", "house"):
        with pytest.raises(NotFound):
            await around(everywhere, place)


async def test_six_statements_for_one_building(everywhere):
    async with everywhere.database.read() as session:
        with counted(everywhere.database) as seen:
            await nearby(session, everywhere.clock, id_of("block"), None)
    assert 6 == len(seen)


async def _services(story):
    async with story.database.read() as session:
        return (await coverage_of(session, story.clock, id_of("street"), None)).services


# ---- nobody's home can be read from it


async def everything(story, network=None) -> bytes:
    """What can be asked: every category and the services of the helpers, both paces, every building."""
    told: list[Any] = []
    async with story.database.read() as session:
        one = await coverage_of(session, story.clock, id_of("street"), network)
        codes = sorted({s.category_code for s in one.services} | {LIFTING, OUTING, "furniture-moving"})
        told += [
            await coverage_of(session, story.clock, id_of("street"), network, chosen=code) for code in codes
        ]
        for pace in ("walk", "walk_slow"):
            wish = Wish(pace=pace)
            told.append(await coverage_of(session, story.clock, id_of("street"), network, wish=wish))
            told += [await nearby(session, story.clock, id_of(b), network, wish) for b in ("block", "house")]
    return msgspec.json.encode(told)


@pytest.mark.parametrize("streets", [None, futian], ids=["line", "streets"])
async def test_one_or_two_helpers_can_be_anywhere(story, streets):
    """Computers are Zhou's and Ma's alone: wherever in the street they live, every answer is the same."""
    network = streets() if streets else None
    await _alone(story, "Zhou", "Ma")
    seen = {await everything(story, network)}
    for lat, lon in ((LAT, LON), (LAT + 0.012, LON + 0.012), (LAT + 0.006, LON)):
        for name in ("Zhou", "Ma"):
            await change(story, Worker, f"worker {name}", lat=lat, lon=lon)
            seen.add(await everything(story, network))
    assert 1 == len(seen)


@pytest.mark.parametrize("streets", [None, futian], ids=["line", "streets"])
async def test_among_many_a_home_is_no_finer_than_its_cell(story, streets):
    """Moved within its cell of about 200 metres, a home changes nothing."""
    network = streets() if streets else None
    seen = set()
    middle = (22.53, 114.032)
    for north, east in ((0, 0), (0.0009, 0.0009), (-0.0009, 0.0004)):
        await change(story, Worker, "worker Ye", lat=middle[0] + north, lon=middle[1] + east)
        seen.add(await everything(story, network))
    assert 1 == len(seen)


async def test_people_of_one_business_are_not_shown_at_home(story):
    before = await everything(story)
    await change(story, Worker, "worker Wu", lat=LAT + 0.003, lon=LON + 0.003)
    assert before == await everything(story)


async def test_one_person_in_two_teams_is_one_person(story):
    await _alone(story, "Ye")
    async with story.database.write() as session:
        await session.execute(
            update(Worker).where(Worker.id != id_of("worker Wu")).values(person_id=id_of("Ye"))
        )
    async with story.database.read() as session:
        found = await coverage_of(session, story.clock, id_of("street"), None, chosen=LIFTING)
    assert {Reach.BEYOND} == {row.reach for row in found.rows}
    assert service(found, LIFTING).helpers is None


async def _alone(story, *names: str) -> None:
    """Nobody but these gives anything from home."""
    keep = [id_of(f"worker {name}") for name in (*names, "Wu", "Xu")]
    async with story.database.write() as session:
        await session.execute(update(Worker).where(Worker.id.not_in(keep)).values(active=False))


async def test_a_household_is_no_place_of_its_own(read, everywhere):
    """Ways are measured from the building, so a door cannot be told from its neighbours."""
    before = await read(PLUMBING)
    await change(everywhere, Household, "home", lat=LAT + 0.01)
    assert before == await read(PLUMBING)
