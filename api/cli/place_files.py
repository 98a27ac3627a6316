"""Places as a file: a table for spreadsheets, or GeoJSON for maps, in the coordinate system that is asked for."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
import numpy as np

from api.cli.place_rows import COLUMNS, DIGITS
from catalog.territory.models import Territory
from matching.travel.coordinates import System, convert

Format = Literal["csv", "geojson"]
MARK = "\ufeff"  # spreadsheets read UTF-8 as such only if the file begins with it


def write_places(
    places: Sequence[Territory], codes: Mapping[UUID, str], system: System, wanted: Format
) -> bytes:
    """Return the file; its column `coordinate_system` names the system of its coordinates. `codes`: of all places by id."""
    rows = [_row(place, codes) for place in places]
    _convert(rows, system)
    return _csv(rows) if wanted == "csv" else _geojson(rows, system)


def _row(place: Territory, codes: Mapping[UUID, str]) -> dict[str, Any]:
    row = {name: getattr(place, name, None) for name in COLUMNS}
    row["kind"] = place.kind.value
    row["parent_code"] = codes[place.parent_id] if place.parent_id else None
    row["coordinate_system"] = None
    return row


def _convert(rows: Sequence[dict[str, Any]], system: System) -> None:
    placed = [row for row in rows if row["lat"] is not None and row["lon"] is not None]
    lat, lon = (np.array([row[name] for row in placed], np.float64) for name in ("lat", "lon"))
    moved = convert(lat, lon, "wgs84", system)
    if system != "wgs84":  # what is kept goes out as it is
        moved = moved[0].round(DIGITS), moved[1].round(DIGITS)
    for row, y, x in zip(placed, moved[0].tolist(), moved[1].tolist(), strict=True):
        row["lat"], row["lon"], row["coordinate_system"] = y, x, system


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(MARK, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else str(value)


def _geojson(rows: Sequence[Mapping[str, Any]], system: System) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": None
            if row["lat"] is None
            else {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {name: value for name, value in row.items() if name not in {"lat", "lon"}},
        }
        for row in rows
    ]
    whole = {"type": "FeatureCollection", "coordinate_system": system, "features": features}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
