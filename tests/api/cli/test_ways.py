"""Ways of a plan on the terminal: those of the plan, with streets by name, beside what a line would have said."""

import re
from datetime import timedelta

import pytest

from api.cli.console import console
from api.cli.ways import compared, legs, show_ways, worth_reading
from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from market.rounds.models import Round
from matching.plan import decode_plan
from matching.problem import LineTravel, decode_problem
from matching.travel.network.single import route
from tests.support.rounds_world import FutianRouter, ask_for, round_row, run, start
from tests.support.streets import futian
from tests.support.world import ask, small_world, window


@pytest.fixture
async def held(sqlite_database: Database, clock: FrozenClock) -> Round:
    """A published round on Futian's streets: two visits of one afternoon."""
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    when = [(window(clock.now() + timedelta(days=1, hours=h), hours=2),) for h in (1, 4)]
    await ask_for(sqlite_database, clock, ask(clock, windows=when[0]), ask(clock, name="He", windows=when[1]))
    round_id = await start(sqlite_database, clock, world.street_id)
    await run(sqlite_database, clock, round_id, router=FutianRouter())
    return await round_row(sqlite_database, round_id)


def test_legs_are_those_of_the_streets(held: Round):
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    ways = [leg for one in plan.routes for leg in legs(problem, one)]
    assert {leg.task for leg in ways} == {a.task for a in plan.assignments} | {None}
    for leg in ways:
        way = route(futian(), "walk", (leg.here.lat, leg.here.lon), (leg.there.lat, leg.there.lon))
        assert leg.metres == way.metres


def test_routes_worth_reading_are_few_and_walked(held: Round):
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    shown = worth_reading(problem, plan)
    assert 1 <= len(shown) <= 3
    assert all(one.stops for one in shown)


def test_the_sum_is_told_beside_the_estimate(held: Round):
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    km, _, line = (float(number) for number in re.findall(r"\d+\.\d", compared(problem, plan)))
    ways = [leg for one in plan.routes for leg in legs(problem, one)]
    assert km == round(sum(leg.metres for leg in ways) / 1000, 1)
    expected = sum(LineTravel().metres(leg.here, leg.there, "walk") for leg in ways if leg.metres)
    assert line == round(expected / 1000, 1)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["on foot", "way back", "Dripping tap", "by straight line"]),
        ("zh", ["步行", "返回", "若按直线估算"]),
    ],
)
async def test_routes_name_streets_metres_and_minutes(
    sqlite_database: Database, held: Round, monkeypatch: pytest.MonkeyPatch, lang: str, words: list[str]
):
    monkeypatch.setenv("LINLI_LANG", lang)
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    async with sqlite_database.read() as session:
        with console.capture() as capture:
            services = {"plumbing-drip": "Dripping tap"}
            await show_ways(session, held, futian(), services)
    told = capture.get()
    assert [word for word in words if word not in told] == []
    far = max((leg for one in plan.routes for leg in legs(problem, one)), key=lambda leg: leg.metres)
    assert f"{far.metres:,}" in told
    way = route(futian(), "walk", (far.here.lat, far.here.lon), (far.there.lat, far.there.lon))
    longest = max((street for street in way.streets if street.name), key=lambda street: street.metres)
    assert longest.name in told
