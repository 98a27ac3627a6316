"""`linli bench`: public benchmarks, read and written in their own formats."""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import typer
from rich.box import SIMPLE
from rich.table import Table

from api.cli.console import console, errors, print_json, progress, refuse, words
from api.cli.documents import write_file
from api.i18n import N_
from matching.errors import OptionsError, ProblemError
from matching.hhcrsp import Instance, Progress, Result, encode_solution, instance_name, read_instance, solve
from matching.stop import Stop

INTERRUPTED = 130
Named = dict[str, Instance]


class Line(NamedTuple):
    """An instance, what became of it, and the best value known before."""

    name: str
    result: Result
    best: float | None

    @property
    def gap(self) -> float | None:
        """Per cent above the best known value; negative is better than it."""
        return None if not self.best else 100 * (self.result.score.value / self.best - 1)


def run_hhcrsp(
    files: list[Path],
    stop: Stop,
    seed: int,
    threads: int,
    out: Path,
    best_known: Path | None,
    *,
    as_json: bool,
) -> None:
    """Solve public home-care instances one after the other; write each solution as soon as it is there."""
    instances = _instances(files)
    best = {} if best_known is None else _best_known(best_known)
    _make(out)
    lines: list[Line] = []
    for name, instance in instances.items():
        try:
            result = _solve(name, instance, stop, seed, threads, quiet=as_json)
        except KeyboardInterrupt:
            break
        write_file(out / f"{name}.json", encode_solution(result.solution))
        lines.append(Line(name, result, best.get(name)))
        if result.status == "interrupted":
            break
    _report(lines, as_json=as_json)
    if len(lines) < len(instances) or lines[-1].result.status == "interrupted":
        errors.print(_left(len(lines), len(instances), out), style="yellow")
        raise typer.Exit(INTERRUPTED)


def _left(done: int, asked: int, out: Path) -> str:
    return words().gettext(
        N_("Interrupted: {done} of {asked} solutions are in {out}"), done=done, asked=asked, out=str(out)
    )


def _instances(files: list[Path]) -> Named:
    found: Named = {}
    for path in files:
        name = instance_name(path)
        if name in found:
            refuse(f"{path}: another file is called {name} too, and both would write {name}.json")
        try:
            found[name] = read_instance(path)
        except ProblemError as error:
            refuse(f"{path}: {error}")
        except OSError as error:
            refuse(f"{path}: {error.strerror}")
    return found


def _best_known(path: Path) -> dict[str, float]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        refuse(f"{path}: {error.strerror}")
    except (csv.Error, UnicodeDecodeError) as error:
        refuse(f"{path}: {error}")
    return {row["instance"]: _value(path, line, row) for line, row in enumerate(rows, 2) if _asked(path, row)}


def _asked(path: Path, row: dict[str, str]) -> bool:
    if "instance" not in row or "best" not in row:
        refuse(f"{path}: expected the columns instance and best")
    return bool(row["best"])


def _value(path: Path, line: int, row: dict[str, str]) -> float:
    try:
        value = float(row["best"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0:
        refuse(f"{path}: line {line}, column best: expected a number above 0, got {row['best']!r}")
    return value


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{out}: {error.strerror}")


def _solve(name: str, instance: Instance, stop: Stop, seed: int, threads: int, *, quiet: bool) -> Result:
    with progress(quiet=quiet) as bars:
        bar = bars.add_task(name, total=100)

        def tell(news: Progress) -> None:
            value = "" if news.value is None else f"{news.value:,.3f}"
            bars.update(bar, completed=round(100 * news.share), description=f"{name} {value} {news.message}")
            if news.stage == "kernels" and not quiet:
                _announce()

        try:
            return solve(instance, stop=stop, seed=seed, threads=threads, on_progress=tell)
        except (OptionsError, ProblemError) as error:
            refuse(f"{name}: {error}")


def _announce() -> None:
    """Say why the first start is slow; the bar alone would stand still."""
    sentence = N_(
        "Loading the search. Its first run on a machine compiles it (up to a minute); then it is kept on disk."
    )
    errors.print(words().gettext(sentence), style="dim")


def _report(lines: list[Line], *, as_json: bool) -> None:
    if as_json:
        print_json([_document(line) for line in lines])
    elif lines:
        console.print(_table(lines))


def _document(line: Line) -> dict[str, object]:
    score, result = line.result.score, line.result
    return {
        "instance": line.name,
        "value": score.value,
        "travel": score.travel,
        "tardiness": score.tardiness,
        "max_tardiness": score.max_tardiness,
        "best_known": line.best,
        "gap_percent": line.gap,
        "bound": result.bound,
        "status": result.status,
        "rounds": result.rounds,
        "seconds": result.seconds,
    }


def _table(lines: list[Line]) -> Table:
    _ = words().gettext
    title = _(N_("Home care: travel, tardiness and largest tardiness"))
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=0)
    table.add_column(_(N_("Instance")), overflow="fold")
    for heading in (
        N_("Value"),
        N_("Travel"),
        N_("Tardiness"),
        N_("Largest"),
        N_("Best known"),
        N_("Gap"),
        N_("Seconds"),
        N_("Proven"),
    ):
        table.add_column(_(heading), justify="right", no_wrap=True)
    for line in lines:
        table.add_row(line.name, *_cells(line))
    return table


def _cells(line: Line) -> tuple[str, ...]:
    score = line.result.score
    return (
        f"{score.value:,.3f}",
        f"{score.travel:,.1f}",
        f"{score.tardiness:,.1f}",
        f"{score.max_tardiness:,.1f}",
        "" if line.best is None else f"{line.best:,.3f}",
        "" if line.gap is None else f"{line.gap:+.2f} %",
        f"{line.result.seconds:.1f}",
        words().gettext(N_("yes") if line.result.status == "optimal" else N_("no")),
    )
