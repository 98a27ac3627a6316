"""`linli seed`: a demo world, through the same services as the pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from api.cli.console import complete, console, print_json, progress, refuse, settings, words
from api.cli.serving import prepare_database
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from catalog.kernel.time import Clock, SystemClock, local_day
from seed.load import load_world
from seed.shatou import build_world
from seed.world import World

WORLDS = ("shatou",)


def seed(
    world: Annotated[str, typer.Option(help="Which world: shatou (沙头街道, Futian, Shenzhen).")] = "shatou",
    scale: Annotated[
        int, typer.Option(min=1, max=50, help="1: a street, 3,000 households; 20: a district.")
    ] = 1,
    number: Annotated[int, typer.Option("--seed", min=0, help="The same number gives the same world.")] = 1,
    day: Annotated[str | None, typer.Option(help="Day of the needs, YYYY-MM-DD; default tomorrow.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Fill the database (LINLI_DATABASE_URL) with an invented world on real streets, marked as example data 示例数据.

    Repeating it changes nothing; an interrupted run goes on where it stopped.
    """
    if world not in WORLDS:
        refuse(f"--world: {world!r} is not one of {', '.join(WORLDS)}")
    chosen = settings()
    clock = SystemClock()
    on = _day(day, clock)
    prepare_database(chosen)
    try:
        counts = complete(fill(chosen, clock, build_world(scale, number, on), quiet=as_json))
    except LinliError as error:
        refuse(words().gettext(error.message, **error.params))
    if as_json:
        print_json(counts)
    else:
        console.print("  ".join(f"{label} [bold]{count:,}[/bold]" for label, count in counts.items()))


def _day(text: str | None, clock: Clock) -> date:
    if text is None:
        return local_day(clock.now()) + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"--day: {text!r} is not a date like 2026-11-23")


async def fill(chosen: Settings, clock: Clock, world: World, *, quiet: bool = False) -> dict[str, int]:
    """Load a world, with a bar per kind of thing."""
    database = Database(chosen.database_url)
    try:
        with progress(quiet=quiet) as bars:
            return await load_world(database, clock, world, _on_progress(bars))
    finally:
        await database.dispose()


def _on_progress(bars: Progress) -> Callable[[str, int, int], None]:
    known: dict[str, TaskID] = {}

    def tell(label: str, done: int, total: int) -> None:
        if label not in known:
            known[label] = bars.add_task(label, total=total)
        bars.update(known[label], completed=done, total=total)

    return tell
