"""Messages: in the app at once, or on the telephone list until somebody has called."""

from string import Formatter

import pytest

from catalog.kernel.errors import Forbidden, NotFound
from catalog.kernel.ids import new_id
from market.needs import service as needs
from market.needs.commands import Consent
from market.notices import service
from market.notices.models import Message
from market.notices.queries import call_list, messages_of
from market.notices.templates import TEMPLATES
from market.states import Outcome
from tests.support.queries import counted
from tests.support.world import ask, id_of


async def for_grandma(story):
    command = ask(story.clock, "Luo", beneficiary_id=id_of("Lin"), consent=Consent(how="spoken"))
    return await story.do(needs.open_need, "Luo", command)


async def test_who_reads_the_app_has_it_at_once(everywhere):
    told = await everywhere.run(service.tell, id_of("Chen"), "need.please_confirm", code="ABCD2345")
    assert ("app", everywhere.clock.now()) == (told.channel, told.delivered_at)
    async with everywhere.database.read() as session:
        (seen,) = await messages_of(session, id_of("Chen"))
    assert "The work on your request ABCD2345 is finished. Is it done as you wished?" == seen.text.format(
        **seen.params
    )


async def test_who_does_not_is_called_and_ticked_off(everywhere):
    need = await for_grandma(everywhere)
    async with everywhere.database.read() as session:
        (call,) = await call_list(session, everywhere.world.community_id)
        assert [] == await call_list(session, everywhere.world.other_community_id)
    assert ("Lin", None, need.code) == (call.person_name, call.phone, call.need_code)
    for _ in range(2):
        told = await everywhere.do(service.mark_called, "Officer Fang", call.message.id)
        assert everywhere.clock.now() == told.delivered_at
    async with everywhere.database.read() as session:
        assert [] == await call_list(session, everywhere.world.street_id)


async def test_a_call_without_a_need_belongs_to_the_persons_home(story):
    await story.run(service.tell, id_of("Lin"), "need.please_confirm", code="ABCD2345")
    async with story.database.read() as session:
        assert 1 == len(await call_list(session, story.world.community_id))
        assert [] == await call_list(session, story.world.other_community_id)


async def test_only_staff_tick_calls_off(story):
    await for_grandma(story)
    async with story.database.read() as session:
        (call,) = await call_list(session, story.world.community_id)
    with pytest.raises(Forbidden):
        await story.do(service.mark_called, "Luo", call.message.id)
    with pytest.raises(NotFound):
        await story.do(service.mark_called, "Officer Fang", new_id())


async def test_reading_is_ones_own(story):
    told = await story.run(service.tell, id_of("Chen"), "need.please_confirm", code="ABCD2345")
    await story.do(service.mark_read, "Luo", [told.id])
    assert (await story.get(Message, told.id)).read_at is None
    await story.do(service.mark_read, "Chen", [told.id])
    assert story.clock.now() == (await story.get(Message, told.id)).read_at


async def test_a_message_that_cannot_be_said_is_never_written(story):
    for template, params in (("no.such", {}), ("need.question", {"code": "A"})):
        with pytest.raises(KeyError):
            await story.run(service.tell, id_of("Chen"), template, **params)
    with pytest.raises(NotFound):
        await story.run(service.tell, new_id(), "need.please_confirm", code="A")


async def test_telling_many_takes_two_statements(story):
    people = [id_of(name) for name in ("Chen", "Luo", "Lin", "He", "Chen")]
    with counted(story.database) as seen:
        said = await story.run(service.tell_all, people, "need.please_confirm", code="ABCD2345")
    assert 4 == len(said)
    assert 2 == len(seen)


def test_every_outcome_has_its_closing_message():
    assert all(f"need.closed.{outcome.value}" in TEMPLATES for outcome in Outcome)


def test_placeholders_are_plain_names():
    for sentence in TEMPLATES.values():
        for _, name, spec, conversion in Formatter().parse(sentence):
            assert name is None or (name.isidentifier() and not spec and not conversion)
