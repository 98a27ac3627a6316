"""Home health care routing and scheduling (HHCRSP): the public benchmark nearest to our problem.

Caregivers with abilities visit patients in time windows; some patients need two people at once, or one after the other.
`solve` reads nothing and writes nothing; `read_instance` and `encode_solution` speak the public file formats.
"""

from matching.hhcrsp.evaluate import Score, evaluate
from matching.hhcrsp.instance import Instance, decode_instance, instance_name, read_instance
from matching.hhcrsp.portfolio import Progress, Result, solve
from matching.hhcrsp.solution import Solution, decode_solution, encode_solution

__all__ = [
    "Instance",
    "Progress",
    "Result",
    "Score",
    "Solution",
    "decode_instance",
    "decode_solution",
    "encode_solution",
    "evaluate",
    "instance_name",
    "read_instance",
    "solve",
]
