"""`linli demo`: one street's day, from asking to review, on real streets with invented people."""

import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from litestar import Litestar
from msgspec import structs
from rich.panel import Panel

from api.cli.city import demo_network, street_notes, tell
from api.cli.console import complete, console, progress, refuse, settings, words
from api.cli.demo_shapes import hold_fair, show_fair, show_shapes
from api.cli.report import names, show_again, show_round
from api.cli.rounds import find_territory, match_now, opened, relay
from api.cli.seeding import fill
from api.cli.serving import prepare_database, require_free_port
from api.cli.ways import show_ways
from api.demo import DemoStory, stage
from api.i18n import N_
from api.settings import Settings
from api.streets import Streets
from api.web.words import NEED_STATES, OUTCOMES
from catalog.kernel.db import Database
from catalog.kernel.time import HOME_ZONE, Clock, ShiftedClock, SystemClock, at_local, local_day
from market.gatherings.views import FairView
from market.rounds.commands import StartRound
from market.rounds.models import Round
from market.rounds.queries import outstanding_rounds, plan_rows
from market.rounds.runner import run_round
from market.rounds.schedule import daily_round_id
from market.states import RoundState
from seed.shatou import build_world
from seed.story import StoryStep, tell_story
from seed.world import World

FOLDER = Path(".linli")
EVENING = 18 * 60  # minutes after midnight: the round of the evening

ROLES = (
    ("wang_guilan", N_("Resident: Wang Guilan, 72, lives alone on the fifth floor")),
    ("wang_daughter", N_("Her daughter, who asks on her behalf")),
    ("li_shifu", N_("Helper: Master Li repairs appliances")),
    ("officer_chen", N_("Officer of the community: director Chen")),
    ("street_officer", N_("Officer of the street: runs the matching")),
    ("grid_leader", N_("Grid leader")),
    ("reviewer", N_("Reviewer")),
)


def run_demo(*, once: bool, scale: int, seconds: int) -> None:
    """Build the world, match it, then tell the story here (`once`) or serve it."""
    began = time.monotonic()
    chosen = structs.replace(_fresh(serving=not once), network=str(demo_network(FOLDER / "networks")))
    clock = _evening()
    world = complete(_prepare(chosen, clock, scale, seconds))
    console.print(_taken(time.monotonic() - began), style="dim")
    if once:
        complete(_tell(chosen, clock, world))
        console.print(_taken(time.monotonic() - began), style="dim")
        return
    _serve(chosen, clock, world)


def _taken(seconds: float) -> str:
    return words().gettext(N_("{seconds} seconds in all"), seconds=round(seconds, 1))


def _fresh(*, serving: bool) -> Settings:
    """Return demo settings on an empty SQLite file; the last demo's file is thrown away."""
    path = FOLDER / "demo.db"
    chosen = settings(demo=True, database_url=f"sqlite+aiosqlite:///{path}", redis_url=None)
    if serving:
        require_free_port(chosen)  # another demo may be living on this very file
    FOLDER.mkdir(exist_ok=True)
    for name in (path, path.with_name("demo.db-wal"), path.with_name("demo.db-shm")):
        with suppress(FileNotFoundError):
            name.unlink()
    prepare_database(chosen)
    return chosen


def _evening() -> ShiftedClock:
    """Return a clock on which it is now six in the evening: the hour of the matching."""
    clock = ShiftedClock(SystemClock())
    today = at_local(local_day(clock.now()), EVENING)
    clock.move_to(today if today >= clock.now() else today + timedelta(days=1))
    return clock


async def _prepare(chosen: Settings, clock: ShiftedClock, scale: int, seconds: int) -> World:
    _ = words().gettext
    console.print(
        Panel(_(N_("Example data: real streets of Shatou Street, Shenzhen; every person is invented.")))
    )
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    world = build_world(scale, 1, tomorrow)
    counts = await fill(chosen, clock, world)
    console.print(
        _(
            N_("{households} households, {workers} helpers of {providers} providers, {needs} requests"),
            households=counts["households"],
            workers=counts["workers"],
            providers=counts["providers"],
            needs=counts["needs"],
        )
    )
    async with opened(chosen) as database:
        await relay(database, clock)
        async with database.read() as session:
            for note in await street_notes(session, chosen):
                tell(note, console)
        held, fair = await _match(chosen, database, clock, world, seconds)
        if held.state is not RoundState.PUBLISHED:
            refuse(f"the round ended as {held.state}: {held.error}")
        await relay(database, clock)
        async with database.read() as session:
            services, communities = await names(session)
            show_round(held.summary, services, communities)
            show_shapes(held.summary)
            if fair is not None:
                show_fair(fair, services)
            show_again(await plan_rows(session, held.id))
            await show_ways(session, held, Streets(chosen.network).required(), services)
    return world


async def _match(
    chosen: Settings, database: Database, clock: Clock, world: World, seconds: int
) -> tuple[Round, FairView | None]:
    """Let the street's officer look for a fair, then run the round of the evening."""
    from api.solver_pool import solver_pool  # noqa: PLC0415

    async with database.read() as session:
        street = await find_territory(session, None)
    pool = solver_pool(chosen, 1)
    command = StartRound(
        id=daily_round_id(
            street.id, local_day(clock.now())
        ),  # or the server would hold this evening's round again
        territory_id=street.id,
        first_day=local_day(clock.now()) + timedelta(days=1),
        seconds=seconds,
        auto_publish=True,
    )
    try:
        with console.status(words().gettext(N_("would a fair do better than many visits?"))):
            fair = await hold_fair(
                database,
                pool,
                clock,
                territory_id=street.id,
                officer_id=world.personas["street_officer"],
                day=command.first_day,
            )
        with progress() as bars:
            return await match_now(chosen, database, clock, command, bars, pool), fair
    finally:
        await pool.close()


FACTS = {
    "accepted": N_("offers accepted"),
    "declined": N_("declined"),
    "left": N_("left unanswered"),
    "done": N_("visits done"),
    "confirmed": N_("confirmed by the resident"),
    "reviews": N_("reviews written"),
    "stars": N_("mean stars"),
    "no_show": N_("helper did not come"),
    "rounds": N_("meal rounds finished"),
    "meals": N_("meals handed over"),
    "held": N_("classes and fairs held"),
    "attended": N_("people who came to them"),
    "reopened": N_("not solved, opened again"),
    "transferred": N_("passed on to the office in charge"),
    **{str(outcome): label for outcome, (label, _) in OUTCOMES.items()},
    **{str(state): label for state, (label, _) in NEED_STATES.items()},
}
PARTS = {
    "answers": N_("The helpers answer"),
    "next_best": N_("Who declined or did not answer: the next best is asked"),
    "morning": N_("The next morning"),
    "afternoon": N_("The afternoon"),
    "night": N_("The evening"),
    "outcome": N_("What has become of the requests"),
}


async def _tell(chosen: Settings, clock: ShiftedClock, world: World) -> None:
    """Live through the day on the terminal."""
    from api.solver_pool import router_of, solver_pool  # noqa: PLC0415

    pool = solver_pool(chosen, 1)
    router = router_of(pool)
    async with opened(chosen) as database:

        async def run_rounds() -> int:
            async with database.read() as session:
                found = await outstanding_rounds(session, clock, older_than=timedelta(0))
            for round_id in found:
                await run_round(database, pool, Silence(), clock, round_id, router=router, owner="demo")
            return len(found)

        try:
            with console.status(words().gettext(N_("the day goes by"))):
                async for step in tell_story(database, clock, world, stage(database, clock, run_rounds)):
                    _print_step(step)
        finally:
            await pool.close()


class Silence:
    """Progress that nobody watches."""

    async def tell(self, round_id: object, news: object) -> None:
        """Say nothing."""


def _print_step(step: StoryStep) -> None:
    _ = words().gettext
    at = step.at.astimezone(HOME_ZONE).strftime("%m-%d %H:%M")
    facts = ", ".join(f"{_(FACTS.get(name, name))} {value}" for name, value in step.facts.items())
    console.print(f"[dim]{at}[/dim]  [bold]{_(PARTS[step.name])}[/bold]: {facts}")


def _serve(chosen: Settings, clock: ShiftedClock, world: World) -> None:
    """Serve the pages with the story behind them; the links exist in this process only."""
    from api.app import create_app  # noqa: PLC0415
    from api.cli.serving import run_app  # noqa: PLC0415

    links = {secrets.token_urlsafe(9): world.personas[name] for name, _ in ROLES}
    app = create_app(chosen, clock=clock)

    def open_story(app: Litestar) -> None:
        app.state.runtime.demo_links.update(links)
        app.state.story = DemoStory(app.state.runtime.database, clock, world)

    async def close_story(app: Litestar) -> None:
        await app.state.story.close()

    app.on_startup.append(open_story)
    app.on_shutdown.append(close_story)
    _print_links(chosen, list(links))
    run_app(app, chosen)


def _print_links(chosen: Settings, tokens: list[str]) -> None:
    _ = words().gettext
    root = f"http://{chosen.host}:{chosen.port}"
    console.print(f"\n{_(N_('Watch the day go by'))}: [bold]{root}/demo[/bold]")
    for token, (_name, label) in zip(tokens, ROLES, strict=True):
        console.print(f"  {root}/demo/enter/{token}  {_(label)}", soft_wrap=True)
    console.print(_(N_("Stop with Ctrl+C.")), style="dim")
