"""Travel time and distance between places, behind one protocol."""

from matching.travel.base import UNREACHABLE, IntArray, Mode, Place, Travel
from matching.travel.line import LineTravel, Speeds
from matching.travel.matrix import MatrixTravel, ModeMatrix
from matching.travel.table import ModeTable, TableTravel

__all__ = [
    "UNREACHABLE",
    "IntArray",
    "LineTravel",
    "MatrixTravel",
    "Mode",
    "ModeMatrix",
    "ModeTable",
    "Place",
    "Speeds",
    "TableTravel",
    "Travel",
]
