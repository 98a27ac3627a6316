"""`linli places`: the places of a deployment come in from a table and go out again."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from sqlalchemy.exc import DBAPIError

from api.cli.console import complete, console, errors, print_json, refuse, settings, words
from api.cli.place_files import Format, write_places
from api.cli.place_rows import CellError, Table, read_table
from api.cli.place_rows import Problem as CellProblem
from api.cli.serving import cause_of, prepare_database
from api.i18n import N_
from api.settings import Settings
from api.streets import Streets
from api.web.spoken import spoken
from catalog.kernel.db import Database, WriteSession
from catalog.kernel.errors import Invalid, LinliError
from catalog.kernel.time import SystemClock
from catalog.territory.commands import PutTerritory
from catalog.territory.models import Territory
from catalog.territory.putting import Fault, Put, faults, put_territories
from catalog.territory.queries import subtree
from matching.travel.coordinates import System
from matching.travel.network.model import Network
from matching.travel.plausible import Flag, Spot, Whole, flags, whole

SHOWN = 20
FIELDS = {"parent_id": "parent_code"}  # what the services call a column of the table


class Imported(NamedTuple):
    """What an import would do, and what should be looked at."""

    put: Put
    flags: Sequence[Flag]
    whole: Whole | None


class Undone(Exception):
    """Ends a transaction without a trace; carries what would have been."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


class Wrong(Exception):
    """Lines of the table that the services refuse."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__()
        self.found = found


def run_import(file: Path, coordinates: System | None, *, dry_run: bool, strict: bool, as_json: bool) -> None:
    """Read a table of places and put them, all or none."""
    table = _read(file)
    _system_of(table, coordinates)
    if table.problems:
        _refuse_lines(file, table.problems)
    chosen = settings()
    network = _network(chosen)
    prepare_database(chosen)
    places = table.places(coordinates or "wgs84")
    try:
        imported = complete(_import(chosen, places, network, dry_run=dry_run, strict=strict))
    except Wrong as error:
        _refuse_lines(file, [_problem(table, fault) for fault in error.found])
    except LinliError as error:
        refuse(_said(error))
    except DBAPIError as error:
        refuse(f"LINLI_DATABASE_URL: {cause_of(error)}")
    _tell(imported, table, dry_run=dry_run, as_json=as_json)
    if strict and _odd(imported):
        refuse(words().gettext(N_("Nothing was written: --strict does not take places that lie oddly")))


async def _import(
    chosen: Settings, places: Sequence[PutTerritory], network: Network | None, *, dry_run: bool, strict: bool
) -> Imported:
    database = Database(chosen.database_url)
    try:
        async with database.write() as session:
            imported = await _put(session, places, network)
            _keep(imported, unless=dry_run or (strict and _odd(imported)))
    except Undone as undone:
        return undone.imported
    finally:
        await database.dispose()
    return imported


async def _put(session: WriteSession, places: Sequence[PutTerritory], network: Network | None) -> Imported:
    if found := await faults(session, places):
        raise Wrong(found)
    before = {row.code: (row.lat, row.lon) for row in await subtree(session, "")}
    put = await put_territories(session, SystemClock(), places)
    mine = {place.code for place in places}
    spots = _spots(await subtree(session, ""))
    listed = [spot for spot in spots if spot.id in mine]
    known = {code: (lat, lon) for code, (lat, lon) in before.items() if lat is not None and lon is not None}
    return Imported(
        put, [flag for flag in flags(spots, network) if flag.id in mine], whole(listed, network, known)
    )


def _keep(imported: Imported, *, unless: bool) -> None:
    if unless:
        raise Undone(imported)


def _spots(rows: Sequence[Territory]) -> list[Spot]:
    codes = {row.id: row.code for row in rows}
    return [
        Spot(
            row.code,
            row.lat,
            row.lon,
            row.kind.value,
            codes.get(row.parent_id) if row.parent_id else None,
            f"{row.name_zh} ({row.code})",
        )
        for row in rows
        if row.lat is not None and row.lon is not None
    ]


def _odd(imported: Imported) -> bool:
    return bool(imported.flags or imported.whole)


def _read(file: Path) -> Table:
    try:
        return read_table(file.read_bytes())
    except OSError as error:
        refuse(f"{file}: {error.strerror}")
    except CellError as error:
        refuse(f"{file}: {words().gettext(error.message, **error.params)}")


def _system_of(table: Table, coordinates: System | None) -> None:
    """Refuse coordinates of a system that nobody names, and two that contradict each other."""
    named = {
        line.values.get("coordinate_system") for line in table.lines if line.values.get("lat") is not None
    }
    if coordinates is None and None in named:
        refuse(
            words().gettext(
                N_(
                    "In which system are these coordinates? Say --coordinates wgs84 (GPS, OpenStreetMap, 天地图), "
                    "gcj02 (高德, 腾讯) or bd09 (百度), or fill a column coordinate_system (坐标系)"
                )
            )
        )
    if other := sorted(str(system) for system in named - {None, coordinates}) if coordinates else []:
        told = {"asked": str(coordinates), "named": ", ".join(other)}
        refuse(
            words().gettext(
                N_(
                    "--coordinates says {asked}, the table itself {named}: leave the option out, or correct the column"
                ),
                **told,
            )
        )


def _network(chosen: Settings) -> Network | None:
    streets = Streets(chosen.network)
    network = streets.network
    if streets.reason:
        errors.print(streets.reason, style="yellow", markup=False, soft_wrap=True)
    return network


def _problem(table: Table, fault: Fault) -> CellProblem:
    field = FIELDS.get(fault.error.field or "", fault.error.field or "")
    column = table.heads.get(field, "")
    params = spoken(fault.error.params, words().language)
    return CellProblem(table.lines[fault.number].number, column, fault.error.message, params)


def _said(error: LinliError) -> str:
    return words().gettext(error.message, **spoken(error.params, words().language))


def _refuse_lines(file: Path, found: Sequence[CellProblem]) -> NoReturn:
    """Name every bad cell; nothing was written."""
    _ = words().gettext
    for line, column, message, params in sorted(found, key=lambda problem: problem.line):
        told = {"line": line, "column": column, "problem": _(message, **params) if params else _(message)}
        sentence = N_("line {line}, column {column}: {problem}") if column else N_("line {line}: {problem}")
        errors.print(_(sentence, **told), style="red", markup=False, soft_wrap=True)
    refuse(_(N_("{file}: nothing was written"), file=str(file)))


def _tell(imported: Imported, table: Table, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {"put": imported.put, "dry_run": dry_run, "whole": imported.whole, "flags": list(imported.flags)}
        )
        return
    _ = words().gettext
    put = imported.put
    for head in table.ignored:
        _warn(_(N_("Column {head} is not known here and was passed over"), head=head))
    counts = {"added": len(put.added), "changed": len(put.changed), "same": put.same}
    console.print(_(N_("Places: {added} new, {changed} changed, {same} as before"), **counts))
    for code, columns in list(put.changed.items())[:SHOWN]:
        console.print(f"  {code}: {', '.join(columns)}", markup=False, soft_wrap=True)
    if put.homes_moved:
        console.print(_(N_("Homes moved along with their houses: {n}"), n=put.homes_moved))
    if dry_run:
        console.print(_(N_("Nothing was written: this was a dry run")))
    _tell_flags(imported)


def _tell_flags(imported: Imported) -> None:
    _ = words().gettext
    if imported.whole:
        _warn(_(imported.whole.message, shift=imported.whole.shift))
    if imported.flags:
        _warn(_(N_("Places that lie oddly: {n}. Please look at them on a map:"), n=len(imported.flags)))
    for flag in imported.flags[:SHOWN]:
        # single places are a weaker witness than all of them together
        believed = flag.hint_message and (imported.whole is None or imported.whole.hint == flag.hint)
        hint = f"; {_(flag.hint_message, **flag.params)}" if flag.hint_message and believed else ""
        _warn(f"  {_(flag.message, **flag.params)}{hint}")
    if len(imported.flags) > SHOWN:
        _warn("  " + _(N_("and {n} more"), n=len(imported.flags) - SHOWN))


def _warn(sentence: str) -> None:
    errors.print(sentence, style="yellow", markup=False, soft_wrap=True)


def run_export(out: Path | None, coordinates: System, wanted: Format, below: str | None) -> None:
    """Write all places, or those of one place and below, to a file or to standard output."""
    chosen = settings()
    try:
        content = complete(_export(chosen, coordinates, wanted, below))
    except LinliError as error:
        refuse(_said(error))
    except DBAPIError as error:
        refuse(f"LINLI_DATABASE_URL: {cause_of(error)}; linli migrate")
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        refuse(f"{out}: {error.strerror}")


async def _export(chosen: Settings, coordinates: System, wanted: Format, below: str | None) -> bytes:
    database = Database(chosen.database_url)
    try:
        async with database.read() as session:
            everything = await subtree(session, "")
            top = [place for place in everything if below in {None, place.code}]
            if below is not None and not top:
                raise Invalid("There is no {thing} {key}", thing="territory", key=below)
            path = top[0].path if below else ""
            wanted_ones = [place for place in everything if place.path.startswith(path)]
            codes = {place.id: place.code for place in everything}
            return write_places(wanted_ones, codes, coordinates, wanted)
    finally:
        await database.dispose()
