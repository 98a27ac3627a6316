"""The public solution format: who does which service when; `arrival_time` is the start of the service."""

import msgspec

from matching.codec import decode_struct, encode_struct


class Location(msgspec.Struct, frozen=True):
    """One service at one patient."""

    patient_id: str
    service_id: str
    arrival_time: float
    departure_time: float


class Route(msgspec.Struct, frozen=True):
    """What a caregiver does, in order."""

    caregiver_id: str
    locations: tuple[Location, ...]


class Solution(msgspec.Struct, frozen=True):
    """One route for each caregiver."""

    routes: tuple[Route, ...]


def encode_solution(solution: Solution) -> bytes:
    """JSON in two levels of indentation, as the public files have it."""
    return msgspec.json.format(encode_struct(solution), indent=2) + b"\n"


def decode_solution(data: bytes) -> Solution:
    """Read a solution; fields that we do not know are ignored. A refusal is a `ProblemError` with the field."""
    return decode_struct(data, Solution)
