"""Tables for spreadsheets: CSV in UTF-8 with the mark that Excel asks for."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, lines: Iterable[Sequence[Any]]) -> Response[bytes]:
    """Return lines as a file to download; text that a spreadsheet would take for a formula is kept as text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_plain(cell) for cell in line] for line in lines])
    return Response(
        text.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
