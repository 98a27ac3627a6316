"""Taking needs in: what is written and said, what bad input gets, and that a command counts once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from catalog.kernel.errors import Conflict, Forbidden, Invalid
from catalog.services.models import Lane
from market.actor import SYSTEM
from market.events import Event, Timer
from market.needs import opening, service
from market.needs.codes import ALPHABET, LENGTH
from market.needs.commands import Consent, OpenNeed, Wishes
from market.needs.models import Need, NeedWindow, Urgency
from market.notices.models import Message
from market.states import NeedState
from tests.support.queries import counted
from tests.support.world import DELIBERATION, ISSUE, LAT, LON, OUTING, PLUMBING, URGENT, ask, id_of, window


async def test_a_need_is_written_with_receipt_event_and_timers(everywhere):
    need = await everywhere.do(service.open_need, "Chen", ask(everywhere.clock))
    assert NeedState.RECEIVED == need.state
    assert (everywhere.world.community_id, everywhere.world.household_id) == (
        need.community_id,
        need.household_id,
    )
    assert (45, 1, Urgency.NORMAL) == (need.duration_minutes, need.headcount, need.urgency)
    assert len(need.code) == LENGTH
    assert set(need.code) <= set(ALPHABET)
    assert ["need.received"] == await everywhere.heard("Chen", need.id)
    assert ["need.opened"] == await everywhere.topics(need.id)
    async with everywhere.database.read() as session:
        timers = await session.execute(select(Timer.topic, Timer.due_at).where(Timer.subject_id == need.id))
        due = dict(timers.all())
    # Monday ten o'clock: Tuesday, and the Monday after.
    assert everywhere.clock.now() + timedelta(days=1) == due["need.contact_due"]
    assert everywhere.clock.now() + timedelta(days=7) == due["need.result_due"]


async def test_the_same_command_twice_is_one_need(everywhere):
    command = ask(everywhere.clock)
    first = await everywhere.do(service.open_need, "Chen", command)
    again = await everywhere.do(service.open_need, "Chen", command)
    assert (first.id, first.code) == (again.id, again.code)
    assert ["need.received"] == await everywhere.heard("Chen")
    assert ["need.opened"] == await everywhere.topics(first.id)


async def test_the_same_instants_in_another_zone_are_the_same_command(story):
    command = ask(story.clock)
    east = timezone(timedelta(hours=8))
    span = command.windows[0]
    moved = msgspec.structs.replace(
        span, starts_at=span.starts_at.astimezone(east), ends_at=span.ends_at.astimezone(east)
    )
    await story.do(service.open_need, "Chen", command)
    await story.do(service.open_need, "Chen", msgspec.structs.replace(command, windows=(moved,)))


async def test_the_same_id_with_other_content_is_a_conflict(story):
    command = ask(story.clock)
    await story.do(service.open_need, "Chen", command)
    with pytest.raises(Conflict):
        await story.do(service.open_need, "Chen", msgspec.structs.replace(command, description="another"))


async def test_the_same_command_at_the_same_time_is_one_need(everywhere):
    command = ask(everywhere.clock)
    answers = await asyncio.gather(*(everywhere.do(service.open_need, "Chen", command) for _ in range(8)))
    assert 1 == len({need.code for need in answers})
    assert ["need.opened"] == await everywhere.topics(command.id)
    assert ["need.received"] == await everywhere.heard("Chen")


async def test_two_needs_with_one_code_get_two(everywhere, monkeypatch):
    real = opening.case_code
    monkeypatch.setattr(opening, "case_code", lambda id_, n=0: real(id_, n) if n else "SAMECODE")
    one = await everywhere.do(service.open_need, "Chen", ask(everywhere.clock))
    other = await everywhere.do(service.open_need, "Luo", ask(everywhere.clock, "Luo"))
    assert "SAMECODE" == one.code
    assert "SAMECODE" != other.code


def hours(story, start, length=4.0):
    return (window(story.clock.now() + timedelta(hours=start), length),)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service_code": "no-such-thing"}, "service_code"),
        ({"lane": Lane.ISSUE}, "lane"),
        ({"service_code": ISSUE}, "lane"),
        ({"requester_id": UUID(int=1)}, "requester_id"),
        ({"beneficiary_id": UUID(int=1)}, "beneficiary_id"),
        ({"beneficiary_id": id_of("Lin")}, "consent"),
        ({"household_id": UUID(int=1)}, "household_id"),
        ({"lat": LAT}, "lon"),
        ({"lon": LON}, "lat"),
        ({"lat": 22.60, "lon": LON}, "lat"),
        ({"lat": LAT, "lon": 113.99}, "lat"),
        ({"wishes": Wishes(same_helper=UUID(int=1))}, "wishes.same_helper"),
    ],
)
async def test_what_cannot_be_right_is_refused_at_its_field(story, changes, field):
    with pytest.raises(Invalid) as refused:
        await story.do(service.open_need, "Chen", ask(story.clock, **changes))
    assert field == refused.value.field
    assert [] == await story.heard("Chen")


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(-5, 4)], "over already"),
        ([(24, 0.5)], "shorter than the service (45 minutes)"),
        ([(24, -1)], "before the beginning"),
        ([(24 * 60, 1)], "60 days ahead"),
        ([(1, 1)], "2 hours' notice"),
        ([(24, 4), (26, 4)], "overlap"),
        ([(24, 4), (24, 4)], "overlap"),
    ],
)
async def test_times_that_cannot_be_right_are_refused(story, spans, words):
    windows = tuple(hours(story, start, length)[0] for start, length in spans)
    with pytest.raises(Invalid, match=re.escape(words)) as refused:
        await story.do(service.open_need, "Chen", ask(story.clock, windows=windows))
    assert "windows" == refused.value.field


async def test_what_is_urgent_needs_no_notice(story):
    command = ask(story.clock, service=URGENT, windows=hours(story, 0, 1.5))
    assert Urgency.URGENT == (await story.do(service.open_need, "Chen", command)).urgency


@pytest.mark.parametrize(
    "body",
    [
        {"starts_at": "2026-03-03T10:00:00", "ends_at": "2026-03-03T12:00:00Z"},
        {"starts_at": "2026-03-03T10:00:00Z", "ends_at": "2026-03-03T12:00:00Z", "extra": 1},
        {"starts_at": 5, "ends_at": "2026-03-03T12:00:00Z"},
    ],
)
def test_naive_times_unknown_fields_and_wrong_types_do_not_decode(body):
    person = str(id_of("Chen"))
    fields = {
        "id": str(UUID(int=7)),
        "channel": "page",
        "service_code": PLUMBING,
        "requester_id": person,
        "beneficiary_id": person,
    }
    good = {"starts_at": "2026-03-03T10:00:00+08:00", "ends_at": "2026-03-03T12:00:00+08:00"}
    decoded = msgspec.convert(fields | {"windows": [good]}, OpenNeed)
    assert datetime(2026, 3, 3, 2, tzinfo=UTC) == decoded.windows[0].starts_at
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields | {"windows": [body]}, OpenNeed)


async def test_asking_for_somebody_else_records_consent_and_tells_both(story):
    command = ask(
        story.clock, "Luo", beneficiary_id=id_of("Lin"), relation="grandson", consent=Consent(how="spoken")
    )
    need = await story.do(service.open_need, "Luo", command)
    assert {"how": "spoken", "recorded_by": str(id_of("Luo"))}.items() <= need.consent.items()
    assert ["need.received"] == await story.heard("Luo")
    assert ["need.received"] == await story.heard("Lin")
    async with story.database.read() as session:
        to_elder = await session.scalar(select(Message).where(Message.person_id == id_of("Lin")))
    assert ("call", None) == (to_elder.channel, to_elder.delivered_at)


@pytest.mark.parametrize("filer", ["Officer Fang", "Officer Song", "Leader Deng"])
async def test_staff_and_grid_leader_ask_for_people_of_their_place(story, filer):
    need = await story.do(service.open_need, filer, ask(story.clock))
    assert id_of(filer) == need.filed_by_id


@pytest.mark.parametrize(("filer", "who"), [("Luo", "Chen"), ("Officer Fang", "He"), ("Leader Deng", "He")])
async def test_others_may_not(story, filer, who):
    with pytest.raises(Forbidden):
        await story.do(service.open_need, filer, ask(story.clock, who))


async def test_somebody_without_a_home_here_names_a_point(story):
    nowhere = {"requester_id": id_of("Qian"), "beneficiary_id": id_of("Qian")}
    with pytest.raises(Invalid) as refused:
        await story.do(service.open_need, SYSTEM, ask(story.clock, **nowhere))
    assert "household_id" == refused.value.field
    near = {"lat": LAT + 0.011, "lon": LON + 0.011}
    need = await story.do(service.open_need, SYSTEM, ask(story.clock, **nowhere, **near))
    assert story.world.other_community_id == need.community_id


async def test_the_nearest_officer_with_the_fewest_open_needs_becomes_responsible(everywhere):
    first = await everywhere.looking("Chen")
    second = await everywhere.looking("Luo")
    assert {everywhere.world.officer_id, everywhere.world.second_officer_id} == {
        first.responsible_id,
        second.responsible_id,
    }
    # The other community has no officer: the street's takes it.
    assert everywhere.world.street_officer_id == (await everywhere.looking("He")).responsible_id


@pytest.mark.parametrize(("code", "lane"), [(ISSUE, Lane.ISSUE), (DELIBERATION, Lane.DELIBERATION)])
async def test_other_lanes_are_handed_over_and_the_person_is_told(story, code, lane):
    later = hours(story, 96, 6)
    need = await story.looking(service=code, lane=lane, windows=later)
    assert NeedState.HANDED_OVER == need.state
    assert ["need.received", f"need.handed_over.{lane.value}"] == await story.heard("Chen", need.id)


async def test_many_needs_take_few_statements(everywhere):
    commands = [
        msgspec.structs.replace(ask(everywhere.clock, who, kind), id=UUID(int=number))
        for number, (who, kind) in enumerate([("Chen", PLUMBING), ("Luo", PLUMBING), ("He", PLUMBING)] * 40)
    ]
    with counted(everywhere.database) as seen:
        rows = await everywhere.do(service.open_needs, SYSTEM, commands)
    assert [command.id for command in commands] == [need.id for need in rows]
    # SQLite numbers each event as it comes, so they go in one by one there.
    assert 9 == len([statement for statement in seen if not statement.startswith("INSERT INTO event")])
    async with everywhere.database.read() as session:
        for table, expected in ((Need, 120), (NeedWindow, 120), (Message, 120), (Event, 120), (Timer, 360)):
            assert expected == await session.scalar(select(func.count()).select_from(table))


async def test_one_bad_command_among_many_writes_nothing(everywhere):
    good, bad = ask(everywhere.clock), ask(everywhere.clock, "Luo", service_code="no-such-thing")
    with pytest.raises(Invalid):
        await everywhere.do(service.open_needs, SYSTEM, [good, bad])
    async with everywhere.database.read() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(Need))


async def test_two_people_are_wanted_where_the_service_says_so(story):
    assert 2 == (await story.looking(service=OUTING, windows=hours(story, 30))).headcount
