"""`linli travel`: a street network is made, looked at and measured."""
# ruff: noqa: PLC0415 reading extracts and measuring take libraries of their own; looking at a network does not

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table

from api.cli.console import console, errors, print_json, progress, refuse, words
from api.i18n import N_
from matching.errors import NetworkError
from matching.travel.network import Network, load, save

if TYPE_CHECKING:
    from matching.travel.network.report import Detour, Report

NETWORK_SUFFIX = ".network"
EXTRACT_SUFFIXES = (".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2", ".osm", ".o5m", ".opl")
STAGES = {
    "streets": N_("reading streets"),
    "nodes": N_("reading their nodes"),
    "edges": N_("putting streets together"),
    "gaps": N_("joining gaps"),
    "parts": N_("finding what hangs together"),
    "done": N_("done"),
}
MODES = {
    "walk": N_("streets to walk"),
    "ebike": N_("streets to ride by e-bike"),
    "car": N_("streets to drive"),
}
Row = tuple[str, str]


def run_prepare(
    extract: Path, out: Path | None, join_gaps: float, within: str | None, source: str, *, as_json: bool
) -> None:
    """Read an extract, write the network, print what it holds."""
    from matching.travel.network.prepare import prepare

    out = out or _beside(extract)
    if out.is_dir():
        refuse(f"{out}: is a folder; name a file with -o CITY.network")
    if out.exists() and extract.exists() and out.samefile(extract):
        refuse(f"{out}: would overwrite the extract; name another file with -o CITY.network")
    box = None if within is None else _box(within)
    _ = words().gettext
    with progress(quiet=as_json) as bars:
        bar = bars.add_task(_(STAGES["streets"]), total=100)

        def tell(stage: str, share: float) -> None:
            bars.update(bar, completed=round(100 * share), description=_(STAGES[stage]))

        try:
            network = prepare(
                extract, join_gaps_metres=join_gaps, on_progress=tell, source=source, within=box
            )
            save(network, out)
        except NetworkError as error:
            refuse(str(error))
        except OSError as error:
            refuse(f"{out}: cannot be written ({error.strerror})")
    _show(network, out, as_json=as_json)
    if not as_json:
        console.print(_(N_("Use it: LINLI_NETWORK={path}"), path=str(out)), markup=False, soft_wrap=True)


def _beside(extract: Path) -> Path:
    """The extract's name with another ending, in the folder of the caller."""
    suffix = next((ending for ending in EXTRACT_SUFFIXES if extract.name.endswith(ending)), "")
    return Path(extract.name.removesuffix(suffix) + NETWORK_SUFFIX)


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        refuse(
            f"--within {text}: give four numbers, SOUTH,WEST,NORTH,EAST in degrees, as 36.6,116.9,36.7,117.1"
        )
    return south, west, north, east


def run_show(path: Path, *, as_json: bool) -> None:
    """Print what a network holds."""
    _show(_load(path), path, as_json=as_json)


def _load(path: Path) -> Network:
    try:
        return load(path)
    except NetworkError as error:
        refuse(str(error))


def _show(network: Network, path: Path, *, as_json: bool) -> None:
    if as_json:
        facts: dict[str, Any] = msgspec.to_builtins(network.facts)
        print_json({"path": str(path), **facts, "names": len(network.facts.names)})
        return
    table = Table(title=str(path), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in _facts(network):
        table.add_row(name, value)
    console.print(table)


def _facts(network: Network) -> Iterator[Row]:
    _ = words().gettext
    facts, made = network.facts, network.facts.made
    yield _(N_("from")), facts.source
    yield _(N_("streets with a name")), f"{len(facts.names):,}"
    yield _(N_("corners, street pieces")), f"{network.vertices:,}, {network.edges:,}"
    for mode, name in MODES.items():
        if f"{mode}_km" in made:
            yield _(name), f"{made[f'{mode}_km']:,} km"
    yield _(N_("street pieces cut off from the rest (islands)")), f"{len(network.islands):,}"
    yield _(N_("gaps joined")), _gaps(made)
    south, west, north, east = facts.bounds
    yield _(N_("south, west, north, east")), f"{south:.4f}, {west:.4f}, {north:.4f}, {east:.4f}"
    yield _(N_("version")), facts.version
    yield _(N_("to be named on every map")), facts.attribution
    yield _(N_("licence")), facts.licence


def _gaps(made: dict[str, Any]) -> str:
    if not made.get("join_gaps_metres"):
        return words().gettext(N_("none asked for (--join-gaps METRES)"))
    return words().gettext(
        N_("up to {metres} m: {parts} between parts, {ends} at dead ends"),
        metres=f"{made['join_gaps_metres']:g}",
        parts=made["parts_joined"],
        ends=made["dead_ends_joined"],
    )


def run_report(path: Path, pairs: int, seed: int, *, as_json: bool) -> None:
    """Measure a network and print the figures."""
    from matching.travel.network.report import report

    network = _load(path)
    try:
        with errors.status(words().gettext(N_("measuring ways"))):
            figures = report(network, pairs=pairs, seed=seed)
    except NetworkError as error:
        refuse(f"{path}: {error}")
    if as_json:
        print_json(figures)
        return
    console.print(_detours(figures, str(path)))
    for sentence in _costs(figures):
        console.print(sentence, markup=False, soft_wrap=True)


def _detours(figures: "Report", title: str) -> Table:
    _ = words().gettext
    table = Table(title=title, title_justify="left")
    table.add_column(_(N_("Way divided by line")))
    for heading in (N_("Pairs"), N_("Median"), N_("Mean"), N_("90th percentile"), N_("Correlation")):
        table.add_column(_(heading), justify="right")
    table.add_row(_(N_("up to 5 km by line")), *_cells(figures.far))
    table.add_row(_(N_("300 to 800 m by line")), *_cells(figures.near))
    return table


def _cells(detour: "Detour") -> Iterator[str]:
    yield f"{detour.pairs:,}"
    for value in (detour.median, detour.mean, detour.p90, detour.correlation):
        yield "–" if value is None else f"{value:.2f}"


def _costs(figures: "Report") -> Iterator[str]:
    _ = words().gettext
    if figures.beyond_15_minutes is None:
        yield _(N_("No pair lies within 500 m by line; ask for more with --pairs."))
    else:
        yield _(
            N_("Within 500 m by line, {share} % of {pairs} pairs are more than 15 minutes apart on foot."),
            share=f"{100 * figures.beyond_15_minutes:.1f}",
            pairs=f"{figures.air_pairs:,}",
        )
    yield _(
        N_("The helper nearest by line is the nearest on foot in {share} % of cases."),
        share=f"{100 * figures.nearest_is_nearest:.0f}",
    )
    yield _(
        N_(
            "An assignment by line walks {share} % more than one by ways ({count} needs and helpers, {draws} draws)."
        ),
        share=f"{100 * figures.extra_walk:.0f}",
        count=figures.needs_per_draw,
        draws=figures.draws,
    )
