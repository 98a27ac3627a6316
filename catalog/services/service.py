"""Filling the service catalogue from the packaged taxonomy; doing it again renews it."""

from typing import Any

from sqlalchemy import update

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.services import taxonomy as packaged
from catalog.services.models import Category, Lane, Qualification, Service, Shape, Skill
from catalog.territory.rows import upsert_rows


async def load_catalogue(
    session: WriteSession, clock: Clock, taxonomy: packaged.Taxonomy | None = None
) -> int:
    """Add and renew everything of a taxonomy (the packaged one by default); return how many services it has.

    A service that is no longer there stays for the needs that name it, but nobody can ask for it.
    """
    del clock
    source = taxonomy or packaged.load_taxonomy()
    await upsert_rows(session, Category, [_category(c, n) for n, c in enumerate(source.categories)])
    await upsert_rows(session, Skill, [_named(skill) for skill in source.skills])
    await upsert_rows(session, Qualification, [_qualification(paper) for paper in source.qualifications])
    await upsert_rows(session, Service, [_service(source, s, n) for n, s in enumerate(source.services)])
    gone = Service.code.not_in(source.by_code)
    await session.execute(update(Service).where(gone).values(active=False))
    return len(source.services)


def _named(item: packaged.Category | packaged.Skill | packaged.Qualification) -> dict[str, Any]:
    return {"code": item.code, "name_zh": item.name.zh, "name_en": item.name.en}


def _category(category: packaged.Category, position: int) -> dict[str, Any]:
    return _named(category) | {"icon": category.icon, "position": position}


def _qualification(paper: packaged.Qualification) -> dict[str, Any]:
    return _named(paper) | {"validity_months": paper.validity_months, "holder": paper.holder}


def _service(source: packaged.Taxonomy, service: packaged.Service, position: int) -> dict[str, Any]:
    return _asked(source, service, position) | {
        "people_needed": service.people_needed,
        "skills": [{"skill": need.skill, "level": need.level} for need in service.skills],
        "qualifications": list(service.qualifications),
        "safeguarding": list(service.safeguarding),
        "price_kind": service.price.kind,
        "price_cap_fen": service.price.cap_fen,
        "provider_kinds": list(service.providers),
        "reach_metres": service.reach_metres,
        "lead_hours": service.lead_hours,
        "wait_limit_days": service.wait_limit_days,
        "urgency_default": service.urgency_default,
        "weight": service.weight,
        "poolable": service.poolable,
    }


def _asked(source: packaged.Taxonomy, service: packaged.Service, position: int) -> dict[str, Any]:
    return {
        "code": service.code,
        "category_code": service.category,
        "name_zh": service.name.zh,
        "name_en": service.name.en,
        "summary_zh": service.summary.zh,
        "summary_en": service.summary.en,
        "icon": source.icon_of(service),
        "lane": Lane(service.lane),
        "shape": Shape(service.shape),
        "duration_minutes": service.duration_minutes,
        "keywords": list(service.keywords),
        "position": position,
        "active": True,
    }
