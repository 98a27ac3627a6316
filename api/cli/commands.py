"""Every command's name, options and help. The work lives in the modules beside this one, imported when it is called.

So `linli --help` loads neither the web framework nor a solver, and answers at once.
"""
# ruff: noqa: PLC0415 the imports inside the functions are the point

from pathlib import Path
from typing import Annotated, Literal

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]
Day = Annotated[str | None, typer.Option(help="YYYY-MM-DD; default tomorrow.", metavar="DAY")]
ProblemFile = Annotated[
    Path, typer.Argument(help="A problem document (schema linli.problem/1).", metavar="PROBLEM.json")
]
PlanFile = Annotated[Path, typer.Argument(help="A plan document (schema linli.plan/1).", metavar="PLAN.json")]

rounds = typer.Typer(help="Matching rounds: run one, look at one.", no_args_is_help=True)
bench = typer.Typer(help="Public benchmarks, in their own file formats.", no_args_is_help=True)
travel = typer.Typer(
    help="Street networks: make one from an OpenStreetMap extract, look at it.", no_args_is_help=True
)
places = typer.Typer(
    help="Places of a deployment: bring districts, streets, communities and houses in, take them out.",
    no_args_is_help=True,
)
NetworkFile = Annotated[
    Path, typer.Argument(help="A network made with `linli travel prepare`.", metavar="CITY.network")
]


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Tell the whole story on the terminal and exit.")
    ] = False,
    scale: Annotated[int, typer.Option(min=1, max=20, help="1: a street of 3,000 households.")] = 1,
    seconds: Annotated[int, typer.Option(min=1, max=120, help="How long the solver may think.")] = 10,
) -> None:
    """Show one street's day: 150 needs of tomorrow are matched, offered, accepted, done and reviewed.

    Builds the example world 沙头街道 (invented people on real streets) in .linli/demo.db, runs the matching of the evening
    and serves the pages on http://127.0.0.1:8080 (LINLI_PORT) with a sign-in link for each role. Each start begins anew.
    Nothing is sent anywhere.
    """
    from api.cli.demo import run_demo

    run_demo(once=once, scale=scale, seconds=seconds)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default LINLI_HOST or 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Port; default LINLI_PORT or 8080.")
    ] = None,
) -> None:
    """Serve pages and API.

    Without LINLI_REDIS_URL everything runs in this process on SQLite and the schema is brought up to date first. With
    LINLI_DATABASE_URL and LINLI_REDIS_URL any number of `linli serve` and `linli worker` share the work; run
    `linli migrate` once before.
    """
    from api.cli.serving import run_server

    run_server(host, port)


def worker() -> None:
    """Solve rounds, send what is due, keep promises: run as many as you like beside `linli serve`.

    Needs LINLI_DATABASE_URL and LINLI_REDIS_URL. A worker that dies in the middle of a round is replaced by another one
    when its lease has run out; the round is finished once.
    """
    from api.cli.serving import run_worker

    run_worker()


def migrate() -> None:
    """Bring the database (LINLI_DATABASE_URL) to the newest schema. Safe to repeat."""
    from api.cli.serving import bring_up_to_date

    bring_up_to_date()


def seed(
    world: Annotated[
        Literal["shatou"], typer.Option(help="Which world: shatou is 沙头街道, Futian, Shenzhen.")
    ] = "shatou",
    scale: Annotated[
        int, typer.Option(min=1, max=50, help="1: a street, 3,000 households; 20: a district.")
    ] = 1,
    number: Annotated[int, typer.Option("--seed", min=0, help="The same number gives the same world.")] = 1,
    day: Day = None,
    as_json: AsJson = False,
) -> None:
    """Fill the database (LINLI_DATABASE_URL) with an invented world on real streets, marked as example data 示例数据.

    Its needs are for DAY. Repeating it changes nothing; an interrupted run goes on where it stopped.
    """
    from api.cli.seeding import run_seed

    run_seed(world, scale, number, day, as_json=as_json)


@rounds.command("run")
def round_run(
    territory: Annotated[
        str | None, typer.Option(help="Code of the place; default: the whole street.")
    ] = None,
    day: Day = None,
    days: Annotated[int, typer.Option(min=1, max=7, help="How many days from DAY.")] = 1,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="How long the solver may think.")] = 20,
    publish: Annotated[
        bool, typer.Option(help="Send the offers at once, or leave that to an officer.")
    ] = True,
    deterministic: Annotated[
        bool, typer.Option(help="Limit work instead of time: the same input, the same plan.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Match the open needs of a place for the days ahead, and send the offers.

    Exit code 1 if the round failed; it can be run again from its page.
    """
    from api.cli.rounds import run_one

    run_one(territory, day, days, seconds, publish=publish, deterministic=deterministic, as_json=as_json)


@rounds.command("show")
def round_show(
    round_id: Annotated[str, typer.Argument(help="Id of the round, or: last.")] = "last",
    as_json: AsJson = False,
) -> None:
    """Show a round: asked, served, walk, causes, and how good the plan is."""
    from api.cli.rounds import show_one

    show_one(round_id, as_json=as_json)


@travel.command("prepare")
def travel_prepare(
    extract: Annotated[
        Path,
        typer.Argument(help="An OpenStreetMap extract of your city.", metavar="EXTRACT.osm.pbf"),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="Write the network here; default: the extract's name with .network.",
            metavar="CITY.network",
        ),
    ] = None,
    join_gaps: Annotated[
        float,
        typer.Option(
            min=0,
            max=30,
            help="Bridge gaps on foot of up to so many metres: crossings and gates that were not drawn.",
            metavar="METRES",
        ),
    ] = 0.0,
    within: Annotated[
        str | None,
        typer.Option(
            help="Take only this box out of a larger extract, in degrees.", metavar="SOUTH,WEST,NORTH,EAST"
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Where the extract is from, and of which day; default: its file name.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a street network of an OpenStreetMap extract, for LINLI_NETWORK and `linli match --network`.

    Keeps the streets that people walk, ride and drive on, and of these the part that hangs together. Extracts of provinces
    are at download.geofabrik.de; take your city out with --within.

    Example: linli travel prepare shandong-latest.osm.pbf --within 36.60,116.90,36.73,117.10 -o jinan.network
    """
    from api.cli.travel import run_prepare

    run_prepare(extract, out, join_gaps, within, source, as_json=as_json)


@travel.command("show")
def travel_show(network: NetworkFile, as_json: AsJson = False) -> None:
    """Show what a network holds: kilometres for each way of moving, islands, bounds, version, where it is from."""
    from api.cli.travel import run_show

    run_show(network, as_json=as_json)


@travel.command("report")
def travel_report(
    network: NetworkFile,
    pairs: Annotated[
        int, typer.Option(min=1, max=5_000_000, help="How many pairs of places to measure.")
    ] = 50_000,
    seed: Annotated[int, typer.Option(min=0, help="The same number draws the same places.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Measure how much longer ways are than lines in this city, and what deciding by line would cost.

    Draws places on the streets of the inner part (60 % of height and width), since the edge of an extract cuts ways off.
    """
    from api.cli.travel import run_report

    run_report(network, pairs, seed, as_json=as_json)


@places.command("import")
def places_import(
    file: Annotated[Path, typer.Argument(help="A table of places.", metavar="PLACES.csv")],
    coordinates: Annotated[
        Literal["wgs84", "gcj02", "bd09"] | None,
        typer.Option(
            help="System of the coordinates: wgs84 (GPS, OpenStreetMap), gcj02 (高德, 腾讯), bd09 (百度)."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, write nothing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if any place lies oddly; else it is listed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring places in from a table: what is new is added, what differs is changed. Repeating it changes nothing.

    One line for each place; columns code, kind (district, street, community, compound, building, unit or 区, 街道, 社区,
    小区, 楼栋, 单元), parent_code, name_zh, and where known name_en, lat, lon, coordinate_system, floors, has_lift, aliases,
    tags, governance, theme, phone, entry_notes; their Chinese names do as well. Several aliases or tags are parted by
    semicolons. An empty cell clears; a column that is not there leaves things as they are. The order of lines is free. If
    any line is wrong, all wrong ones are named and nothing is written.

    Places that lie far from their neighbours or, with LINLI_NETWORK, from any street are listed, with the coordinate
    system that would explain it.

    Example: linli places import docs/examples/places.csv
    """
    from api.cli.places import run_import

    run_import(file, coordinates, dry_run=dry_run, strict=strict, as_json=as_json)


@places.command("export")
def places_export(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write here; default: standard output.", metavar="FILE")
    ] = None,
    coordinates: Annotated[
        Literal["wgs84", "gcj02", "bd09"], typer.Option(help="System in which the coordinates are written.")
    ] = "wgs84",
    wanted: Annotated[
        Literal["csv", "geojson"], typer.Option("--format", help="A table, or points for a map.")
    ] = "csv",
    territory: Annotated[
        str | None, typer.Option(help="Code of a place: it and all below; default: everything.")
    ] = None,
) -> None:
    """Write places as a table that `linli places import` takes again, or as GeoJSON.

    The column coordinate_system names the system of the coordinates.

    Example: linli places export -o places.csv --coordinates gcj02
    """
    from api.cli.places import run_export

    run_export(out, coordinates, wanted, territory)


def match(
    problem_file: ProblemFile,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write the plan here.", metavar="PLAN.json")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Write a page with map, days of workers and reasons.", metavar="PLAN.html"),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Limit of the search in seconds.")] = 20.0,
    gap: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Stop as soon as no level is further from its bound, in per cent."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same input, seed and --deterministic: same bytes.")] = 0,
    solver: Annotated[
        Literal["auto", "greedy", "local", "cpsat"],
        typer.Option(help="auto: all parts together; the others are parts of it, alone."),
    ] = "auto",
    deterministic: Annotated[
        bool, typer.Option(help="Reproducible search: work is limited, not time.")
    ] = False,
    policy: Annotated[
        Path | None,
        typer.Option(help="What comes first, and what wishes are worth.", metavar="POLICY.json"),
    ] = None,
    warm_start: Annotated[
        Path | None, typer.Option(help="Begin with this plan, perhaps yesterday's.", metavar="PLAN.json")
    ] = None,
    network: Annotated[
        Path | None,
        typer.Option(help="Measure ways along the streets of this prepared network.", metavar="CITY.network"),
    ] = None,
    with_travel: Annotated[
        Path | None,
        typer.Option(help="Write the problem with these ways, to match it elsewhere.", metavar="OUT.json"),
    ] = None,
    source: Annotated[
        Literal["linli", "vroom"],
        typer.Option("--from", help="vroom: read VROOM's problem, write VROOM's solution."),
    ] = "linli",
    as_json: AsJson = False,
) -> None:
    """Match tasks to people: skills, papers, walking distance, hours, and everybody at one start.

    Prints what was served, how good the plan is (value, proven bound, gap per level), which part of the search found it,
    and why the rest was not served. Every plan is checked against the rules before it is written.

    Example: linli match docs/examples/street.json -o plan.json && linli check docs/examples/street.json plan.json

    Example: linli match docs/examples/street.json --plot plan.html

    Example: linli match --from vroom docs/examples/vroom.json -o solution.json
    """
    from api.cli.matching import Asked, Written

    if source == "vroom":
        from api.cli.vroom import run_vroom as run
    else:
        from api.cli.matching import run_match as run

    asked = Asked(seconds, seed, solver, deterministic, gap, policy, warm_start, as_json)
    run(problem_file, asked, Written(out, plot, with_travel), network)


def plot(
    problem_file: ProblemFile,
    plan_file: PlanFile,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Write the page here.", metavar="PLAN.html")
    ] = Path("plan.html"),
) -> None:
    """Show a plan as one page: map, days of workers, who is not served and why, how good it is.

    The page needs no network and nobody else: one file, for any browser, in the language of this command line.

    Example: linli plot docs/examples/street.json docs/examples/street.plan.json -o street.html
    """
    from api.cli.plot import run_plot

    run_plot(problem_file, plan_file, out)


def check(problem_file: ProblemFile, plan_file: PlanFile, as_json: AsJson = False) -> None:
    """Check a plan against every rule; exit 1 and name each violation if there is one.

    The checker shares no code with any solver.
    """
    from api.cli.matching import run_check

    run_check(problem_file, plan_file, as_json=as_json)


def explain(
    problem_file: ProblemFile,
    plan_file: PlanFile,
    task: Annotated[str, typer.Option(help="Id of a task, a delivery or an enrolment.", metavar="ID")],
    policy: Annotated[
        Path | None,
        typer.Option(help="The policy of the plan, where it was not the default.", metavar="F.json"),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="How long to search for proofs.")] = 4.0,
    lang: Annotated[
        Literal["en", "zh"] | None, typer.Option(help="Language of the answer; default yours.")
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="With --json: name those who come and those who could have come.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say why a need is served as it is, why it is not, and what would help.

    The answer has one reason: a rule that nobody keeps, points that are missing (how many), a tie, and so on. Each
    suggestion was tried in the plan: with it the need is served, and nobody loses points. It names nobody.

    Example: linli explain docs/examples/street.json docs/examples/street.plan.json --task guo-socket
    """
    from api.cli.explain import Question, run_explain

    run_explain(problem_file, plan_file, Question(task, policy, seconds, lang, names), as_json=as_json)


@bench.command("hhcrsp")
def bench_hhcrsp(
    files: Annotated[
        list[Path],
        typer.Argument(help="Public instances, plain or gzipped.", metavar="INSTANCE.json[.gz]..."),
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for the solutions, each named like its instance.", metavar="DIR")
    ] = Path("hhcrsp"),
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Limit for each instance; default 30 without --iterations.")
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(min=1, help="Rounds of each thread: the same input and seed, the same bytes."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another number, another search.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=64, help="How many search at the same time.")] = 2,
    best_known: Annotated[
        Path | None, typer.Option(help="A table with columns instance and best, for the gaps.", metavar="CSV")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Solve home health care instances (HHCRSP, Mankowska et al. 2014): travel, tardiness and the largest tardiness.

    Ctrl-C writes the best so far and ends. Up to about ten patients the answer is proven. Solutions are judged by an
    evaluator that shares no code with the search.

    Example: linli bench hhcrsp tests/data/hhcrsp/*.json.gz --seconds 10 --out solutions
    """
    from api.cli.bench import run_hhcrsp
    from matching.stop import Stop

    stop = Stop(seconds=30.0 if seconds is None and iterations is None else seconds, iterations=iterations)
    run_hhcrsp(files, stop, seed, threads, out, best_known, as_json=as_json)


def openapi() -> None:
    """Print the OpenAPI document of the JSON API."""
    from api.cli.serving import print_openapi

    print_openapi()
