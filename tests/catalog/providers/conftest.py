"""A provider with one worker, for the tests of this room."""

from datetime import date

import pytest

from catalog.kernel.db import Database
from catalog.providers.commands import AddWorker, Apply, Caps, Hours, SkillLevel
from catalog.providers.models import ProviderKind
from catalog.providers.service import apply
from catalog.providers.workers import add_worker
from tests.catalog.conftest import key

TODAY = date(2026, 3, 2)  # a Monday


def application(name: str = "team", **more: object) -> Apply:
    fields = {
        "lat": 22.5,
        "lon": 114.0,
        "reach_metres": 800,
        "declared_minutes_week": 600,
        "contact_id": key("ann"),
    }
    return Apply(
        id=key(name),
        kind=ProviderKind.VOLUNTEER_TEAM,
        name_zh="搭把手",
        name_en="Give a hand",
        territory_id=key("street"),
        **(fields | more),
    )


def worker(name: str = "worker", who: str = "bo", provider: str = "team", **more: object) -> AddWorker:
    fields = {
        "caps": Caps(max_tasks_day=2, declared_minutes_week=240),
        "skills": (SkillLevel(code="hairdressing", level=2), SkillLevel(code="errands", level=1)),
        "hours": (
            Hours(weekday=0, start_minute=540, end_minute=720),
            Hours(weekday=2, start_minute=540, end_minute=720),
        ),
    }
    return AddWorker(
        id=key(name), provider_id=key(provider), person_id=key(who), lat=22.5, lon=114.0, reach_metres=800,
        **(fields | more),
    )  # fmt: skip


@pytest.fixture
async def team(do, quarter: Database) -> Database:
    """The quarter with a team that has applied, and one worker."""
    await do(apply, application())
    await do(add_worker, worker())
    return quarter
