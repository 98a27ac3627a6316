"""`linli seed`: a demo world, through the same services as the pages."""

from collections.abc import Callable

from rich.progress import Progress, TaskID

from api.cli.city import street_notes, tell
from api.cli.console import complete, console, print_json, progress, refuse, settings, words
from api.cli.days import day_of
from api.cli.serving import prepare_database
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from catalog.kernel.time import Clock, SystemClock
from seed.load import load_world
from seed.shatou import build_world
from seed.world import World

WORLDS = {"shatou": build_world}


def run_seed(world: str, scale: int, number: int, day: str | None, *, as_json: bool) -> None:
    """Bring the database up to date and load a world into it."""
    chosen = settings()
    clock = SystemClock()
    on = day_of(day, clock)
    prepare_database(chosen)
    try:
        counts = complete(fill(chosen, clock, WORLDS[world](scale, number, on), quiet=as_json))
    except LinliError as error:
        refuse(words().gettext(error.message, **error.params))
    if as_json:
        print_json(counts)
        return
    console.print("  ".join(f"{label} [bold]{count:,}[/bold]" for label, count in counts.items()))
    complete(_tell_streets(chosen))


async def _tell_streets(chosen: Settings) -> None:
    database = Database(chosen.database_url)
    try:
        async with database.read() as session:
            for note in await street_notes(session, chosen):
                tell(note, console)
    finally:
        await database.dispose()


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
