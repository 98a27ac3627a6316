"""Grids 网格 over compounds and micro-grids 微网格 over buildings, with leaders and their stand-ins.

Of 42 compound grids of a real street 9 had one compound and 33 several; some compounds belong to two grids.
"""

from uuid import UUID

import numpy as np
from msgspec import Struct

from seed.shatou.areas import communities
from seed.shatou.dice import dice, named
from seed.shatou.territory import Estate
from seed.world import GridSpec, PersonSpec

ALONE_SHARE = 0.11
MICRO_BUILDINGS = 2
SPLIT_EVERY = 4
LEADER_AGES = range(38, 71)


class Leaders(Struct, frozen=True):
    """Who leads a compound's micro-grids, and who stands in."""

    first: UUID
    backup: UUID


def draw_leaders(
    estates: list[Estate], persons: list[PersonSpec], homes: list[UUID], year: int
) -> dict[UUID, Leaders]:
    """Per compound two residents of working or early retirement age with a phone; `homes` is each person's compound."""
    able: dict[UUID, list[UUID]] = {estate.place.id: [] for estate in estates}
    for person, compound in zip(persons, homes, strict=True):
        if person.phone and person.phone_owner_id is None and year - person.birth_year in LEADER_AGES:
            able[compound].append(person.id)
    return {compound: Leaders(found[0], found[len(found) // 2]) for compound, found in able.items()}


def draw_grids(estates: list[Estate], leaders: dict[UUID, Leaders], seed: int) -> list[GridSpec]:
    """Grids before their micro-grids."""
    chance = dice(seed, "grids")
    alone = draw_alone(chance, estates)
    grids: list[GridSpec] = []
    for index, area in enumerate(communities()):
        own = [estate for estate in estates if estate.compound.community == index]
        parts = [[e] for e in own if e.compound.index in alone]
        parts += chunks([e for e in own if e.compound.index not in alone], split=index % SPLIT_EVERY == 0)
        above = [
            grid(area.code, area.name_zh, area.name_en, n, part, leaders)
            for n, part in enumerate(parts, start=1)
        ]
        grids += above
        parent = {estate.place.id: g for g, part in zip(above, parts, strict=True) for estate in part}
        grids += [
            m
            for estate in own
            for m in micro_grids(estate, parent[estate.place.id], leaders[estate.place.id])
        ]
    return grids


def draw_alone(chance: np.random.Generator, estates: list[Estate]) -> set[int]:
    """Compounds that are a grid of their own; each community keeps at least two others."""
    left: dict[int, int] = {}
    for estate in estates:
        left[estate.compound.community] = left.get(estate.compound.community, 0) + 1
    alone: set[int] = set()
    for i in chance.permutation(len(estates)).tolist():
        community = estates[i].compound.community
        if len(alone) < round(len(estates) * ALONE_SHARE) and left[community] > 2:  # noqa: PLR2004
            alone.add(estates[i].compound.index)
            left[community] -= 1
    return alone


def chunks(estates: list[Estate], *, split: bool) -> list[list[Estate]]:
    """Neighbours in twos to fours; where `split`, the first three are two grids that share the middle one."""
    parts: list[list[Estate]] = []
    if split and len(estates) > 2:  # noqa: PLR2004
        parts, estates = [estates[0:2], estates[1:3]], estates[3:]
        if len(estates) == 1:
            parts[1], estates = [*parts[1], *estates], []
    while estates:
        take = len(estates) if len(estates) <= 4 else 3  # noqa: PLR2004
        parts.append(estates[:take])
        estates = estates[take:]
    return parts


def grid(
    code: str, name_zh: str, name_en: str, number: int, part: list[Estate], leaders: dict[UUID, Leaders]
) -> GridSpec:
    """One grid; its leader comes from the first compound, the stand-in from the last."""
    first, last = leaders[part[0].place.id], leaders[part[-1].place.id]
    return GridSpec(
        id=named("grid", code, number),
        kind="grid",
        parent_id=None,
        community_id=named("community", code),
        code=f"{code}-G{number:02d}",
        name_zh=f"{name_zh}第{number}网格",
        name_en=f"{name_en} Grid {number}",
        leader_id=first.first,
        backup_leader_id=last.backup,
        member_ids=tuple(estate.place.id for estate in part),
    )


def micro_grids(estate: Estate, parent: GridSpec, leaders: Leaders) -> list[GridSpec]:
    """The buildings of a compound by twos, all with the compound's leader."""
    buildings = [building.place.id for building in estate.buildings]
    return [
        GridSpec(
            id=named("micro-grid", estate.compound.index, start),
            kind="micro_grid",
            parent_id=parent.id,
            community_id=parent.community_id,
            code=f"{estate.place.code}-M{start // MICRO_BUILDINGS + 1:02d}",
            name_zh=f"{estate.place.name_zh}第{start // MICRO_BUILDINGS + 1}微网格",
            name_en=f"{estate.place.name_en} Micro-grid {start // MICRO_BUILDINGS + 1}",
            leader_id=leaders.first,
            backup_leader_id=leaders.backup,
            member_ids=tuple(buildings[start : start + MICRO_BUILDINGS]),
        )
        for start in range(0, len(buildings), MICRO_BUILDINGS)
    ]
