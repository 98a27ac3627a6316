"""A town's lunch: canteens for older people 长者食堂, doors around them, helpers with boxes on foot and by bike.

`meals(600, 6, 40, seed=1)` is one day. Canteens stand about 1.6 km apart; each feeds the buildings of some compounds
around it. Helpers live anywhere in town; they are free for about two hours around noon.
"""

import numpy as np

from matching.problem import (
    Delivery,
    Depot,
    Horizon,
    MatrixTravel,
    Mode,
    Place,
    Problem,
    Provider,
    Shift,
    StartWindow,
    Worker,
)
from matching.travel import ModeMatrix

PACE: dict[Mode, int] = {"ebike": 220, "walk": 75}
"""Metres a minute."""

DETOUR = 1.3
"""Streets are longer than straight lines."""

NOON = 12 * 60
OPEN, CLOSE = NOON - 60, NOON + 30
"""Meals are handed over from 11:00 to 12:30."""

READY = (NOON - 80, NOON + 10)
FRESH = 35
"""Minutes in the bag at most."""

SPREAD = 1_600
STAIRS = 40
"""Metres down and up again between two doors, however near."""

MEALS = 4
"""Meals of a building, on average; about five buildings stand together."""

BUILDINGS = 5

WINDOWS = ((OPEN, CLOSE), (OPEN, NOON - 10), (NOON - 30, CLOSE))
SHARES = (0.6, 0.2, 0.2)


def meals(count: int, canteens: int, helpers: int, *, seed: int) -> Problem:
    """Return one day of `count` meals."""
    rng = np.random.default_rng([seed, count, canteens, helpers])
    sides = int(np.ceil(np.sqrt(canteens)))
    grid = [(x * SPREAD, y * SPREAD) for y in range(sides) for x in range(sides)][:canteens]
    sites = np.array(grid, dtype=float) + rng.normal(0, 200, (canteens, 2))
    owner = np.arange(count) % canteens
    buildings = max(1, round(count / canteens / MEALS))
    compounds = max(1, round(buildings / BUILDINGS))
    centres = sites[:, None] + rng.normal(0, 420, (canteens, compounds, 2))
    member = np.arange(buildings) % compounds
    blocks = centres[:, member] + rng.normal(0, 70, (canteens, buildings, 2))
    building = rng.integers(0, buildings, count)
    doors = blocks[owner, building] + rng.normal(0, 10, (count, 2))
    homes = sites[rng.integers(0, canteens, helpers)] + rng.normal(0, 900, (helpers, 2))
    names = [f"canteen {i}" for i in range(canteens)]
    names += [f"door {i:04}" for i in range(count)]
    names += [f"home {i:03}" for i in range(helpers)]
    points = np.concatenate([sites, doors, homes])
    return Problem(
        id=f"lunch of {count}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(Place(id=name, lat=0.0, lon=0.0) for name in names),
        providers=(Provider(id="helpers", kind="volunteer"),),
        workers=tuple(_helper(rng, i) for i in range(helpers)),
        depots=tuple(
            Depot(
                id=f"canteen {i}",
                place=f"canteen {i}",
                ready=(StartWindow(earliest=READY[0], latest=READY[1]),),
                load_ticks=4,
            )
            for i in range(canteens)
        ),
        deliveries=tuple(_meal(rng, i, int(owner[i])) for i in range(count)),
        travel=_streets(names, points),
    )


def _streets(names: list[str], points: np.ndarray) -> MatrixTravel:
    """Whole minutes, rounded up, so that no detour is shorter."""
    lines = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    metres = np.ceil(STAIRS + DETOUR * lines).astype(int)
    np.fill_diagonal(metres, 0)
    tables = {mode: np.ceil(metres / pace).astype(int) for mode, pace in sorted(PACE.items())}
    return MatrixTravel(
        places=tuple(names),
        matrices=tuple(
            ModeMatrix(mode=mode, ticks=_rows(ticks), metres=_rows(metres)) for mode, ticks in tables.items()
        ),
    )


def _rows(table: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, table.tolist()))


def _helper(rng: np.random.Generator, i: int) -> Worker:
    bike = rng.random() < 0.7
    start = int(rng.choice([NOON - 100, NOON - 90, NOON - 75]))
    hours = int(rng.choice([110, 130, 150]))
    home = f"home {i:03}"
    return Worker(
        id=f"helper {i:03}",
        provider="helpers",
        mode="ebike" if bike else "walk",
        capacity=int(rng.integers(12, 19)) if bike else int(rng.integers(6, 11)),
        shifts=(Shift(start=start, end=min(start + hours, NOON + 75), start_place=home, end_place=home),),
    )


def _meal(rng: np.random.Generator, i: int, canteen: int) -> Delivery:
    low, high = WINDOWS[int(rng.choice(len(WINDOWS), p=SHARES))]
    return Delivery(
        id=f"meal {i:04}",
        place=f"door {i:04}",
        windows=(StartWindow(earliest=low, latest=high),),
        duration=int(rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3])),
        units=int(rng.choice([1, 2], p=[0.85, 0.15])),
        depots=(f"canteen {canteen}",),
        fresh_ticks=FRESH,
        priority=int(rng.choice([1, 2, 4])),
    )
