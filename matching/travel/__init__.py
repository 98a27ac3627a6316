"""Travel time and distance between places, behind one protocol."""

from matching.travel.base import UNREACHABLE, IntArray, Mode, Place, Travel
from matching.travel.line import LineTravel, Speeds
from matching.travel.matrix import MatrixTravel, ModeMatrix

__all__ = [
    "UNREACHABLE",
    "IntArray",
    "LineTravel",
    "MatrixTravel",
    "Mode",
    "ModeMatrix",
    "Place",
    "Speeds",
    "Travel",
]
