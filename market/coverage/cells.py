"""Small numbers: what is hidden, and what else must be, so that nothing can be worked out from a sum."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from market.coverage.views import SMALLEST

Row = TypeVar("Row")
Column = TypeVar("Column")


def shown(number: int) -> int | None:
    """Return a number that stands alone: None from 1 to 9."""
    return None if 0 < number < SMALLEST else number


def told_sum(numbers: Sequence[int | None]) -> int | None:
    """Add up what is told; with something hidden in it, the sum would tell it."""
    told = [number for number in numbers if number is not None]
    return sum(told) if len(told) == len(numbers) else None


def shown_lines(
    cells: Mapping[tuple[Row, Column], int], lines: Sequence[Sequence[tuple[Row, Column]]]
) -> dict[tuple[Row, Column], int | None]:
    """Hide small cells and, in each line whose sum is told elsewhere, never one alone: its next smallest goes as well.

    `lines` name cells that are added up somewhere: rows, columns, parts of them. Cells that are missing are zero.
    """
    found = {key: shown(number) for key, number in cells.items()}
    while picked := next((pick for line in lines if (pick := _lonely(found, line)) is not None), None):
        found[picked] = None
    return found


def _lonely(
    found: Mapping[tuple[Row, Column], int | None], line: Sequence[tuple[Row, Column]]
) -> tuple[Row, Column] | None:
    """Return the cell to hide beside the only hidden one of a line."""
    hidden = [key for key in line if found.get(key, 0) is None]
    others = [(number, place) for place, key in enumerate(line) if (number := found.get(key))]
    return line[min(others)[1]] if len(hidden) == 1 and others else None
