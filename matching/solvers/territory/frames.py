"""Messages between a solve and the processes of its parts: bytes with their length before them."""

import struct
from typing import IO, Literal

import msgspec

SIZE = struct.Struct(">Q")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One part: a problem, a policy and options, each a document as bytes (`matching.entry.solve_bytes`)."""

    problem: bytes
    policy: bytes
    options: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`news` (a `Progress`) any number of times, then `done` (a `Result`) or `failed` (a sentence)."""

    kind: Literal["news", "done", "failed"]
    body: bytes


def write(target: IO[bytes], body: bytes) -> None:
    """Send one message."""
    target.write(SIZE.pack(len(body)) + body)
    target.flush()


def read(source: IO[bytes]) -> bytes | None:
    """Wait for one message; None at the end, also in the middle of one."""
    head = source.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    size: int = SIZE.unpack(head)[0]
    body = source.read(size)
    return body if len(body) == size else None
