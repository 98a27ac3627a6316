"""The street network that a command works on: the demo's own, or the one that is named; and whether it covers the place."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.console import errors, progress, refuse, words
from api.i18n import N_
from api.settings import Settings
from catalog.territory.models import PlaceKind, Territory
from matching.errors import NetworkError
from matching.travel.network import Network, load, save

EXTRACT = "shenzhen_futian.osm.pbf"
SHORT = 12  # letters of a hash that people read
ENOUGH = 0.9
"""Share of buildings that a network should cover: a few may stand at the edge."""


class Note(NamedTuple):
    """A sentence on the network, and whether somebody should do something."""

    text: str
    mend: bool = False


def demo_network(folder: Path) -> Path:
    """Prepare the demo's extract into a file of this folder, once: the same extract and code find it there."""
    extract = Path(str(files("seed") / "data" / EXTRACT))
    path = folder / f"{EXTRACT.partition('.')[0]}-{_made_of(extract)[:SHORT]}.network"
    if not path.exists():
        _prepare(extract, path)
    return path


def _made_of(extract: Path) -> str:
    """Name an extract and the code that reads it."""
    digest = hashlib.sha256(extract.read_bytes())
    for source in sorted(Path(str(files("matching.travel.network"))).glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _prepare(extract: Path, path: Path) -> None:
    from matching.travel.network.prepare import prepare  # noqa: PLC0415 reading extracts takes a library of its own

    with progress() as bars:
        bar = bars.add_task(words().gettext(N_("preparing the street network")), total=100)
        try:
            network = prepare(
                extract, on_progress=lambda _stage, share: bars.update(bar, completed=round(100 * share))
            )
        except NetworkError as error:
            refuse(str(error))
        save(network, path)


def network_of(chosen: Settings) -> tuple[Network | None, Note]:
    """Return the network of these settings, if it can be used, and what is to be said of it."""
    _ = words().gettext
    if not chosen.network:
        return None, Note(_(N_("Ways are estimates: no street network is named (LINLI_NETWORK).")))
    try:
        network = load(Path(chosen.network))
    except NetworkError as error:
        said = _(N_("Ways are estimates: LINLI_NETWORK cannot be used. {reason}"), reason=str(error))
        return None, Note(said, mend=True)
    said = _(
        N_("Ways are measured on the street network {source} ({version})."),
        source=network.facts.source,
        version=network.facts.version[:SHORT],
    )
    return network, Note(said)


def tell(note: Note, to: Console = errors) -> None:
    """Print a note."""
    to.print(note.text, style="yellow" if note.mend else "dim", markup=False, soft_wrap=True)


async def street_notes(session: AsyncSession, chosen: Settings) -> list[Note]:
    """Return what is to be said of the network of these settings, for the buildings of this database."""
    network, note = network_of(chosen)
    if network is None:
        return [note]
    return [note, *_uncovered(*await _counted(session, network.facts.bounds))]


async def _counted(session: AsyncSession, bounds: tuple[float, float, float, float]) -> tuple[int, int]:
    """Return how many buildings there are, and how many of them lie within bounds."""
    south, west, north, east = bounds
    inside = and_(Territory.lat.between(south, north), Territory.lon.between(west, east))
    statement = select(func.count(), func.count().filter(inside)).where(
        Territory.kind == PlaceKind.BUILDING, Territory.lat.is_not(None)
    )
    total, covered = (await session.execute(statement)).one()
    return total, covered


def _uncovered(total: int, covered: int) -> Iterator[Note]:
    if covered < ENOUGH * total:
        text = words().gettext(
            N_(
                "It covers {covered} of {total} buildings; ways from and to the others are estimates. "
                "Prepare the extract of this city: linli travel prepare EXTRACT.osm.pbf"
            ),
            covered=covered,
            total=total,
        )
        yield Note(text, mend=True)
