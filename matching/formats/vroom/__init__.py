"""VROOM's files: its problem in, its solution out (the format of docs/API.md of VROOM-Project/vroom, version 1.14)."""

from matching.formats.vroom.reader import Case, Measure, read
from matching.formats.vroom.writer import encode, failure, solution

__all__ = ["Case", "Measure", "encode", "failure", "read", "solution"]
