"""What is said over the port: bytes with their length before them, MessagePack, nothing heavy imported."""

import struct
from typing import Protocol

import msgspec

from matching.online.documents import Hole, Mended, Option, Settings
from matching.problem import Place, Task

SIZE = struct.Struct(">I")
MOST_BYTES = 1 << 30
"""Longer messages are refused: whoever sends them speaks another language."""


class Load(msgspec.Struct, frozen=True, kw_only=True, tag="load"):
    """Keep a plan under a key; documents as stored. `confirmed` None: all visits that are planned."""

    key: str
    problem: bytes
    plan: bytes
    policy: bytes = b"{}"
    confirmed: tuple[str, ...] | None = ()
    settings: Settings = Settings()


class Recommend(msgspec.Struct, frozen=True, kw_only=True, tag="recommend"):
    """Options for a task; answered with `Options`."""

    key: str
    task: Task | str
    place: Place | None = None
    most: int = 3


class Take(msgspec.Struct, frozen=True, kw_only=True, tag="take"):
    """Make an option part of the plan; answered with `Done`."""

    key: str
    option: Option
    task: Task | None = None
    place: Place | None = None


class Drop(msgspec.Struct, frozen=True, kw_only=True, tag="drop"):
    """Serve a task no longer; answered with `Changed`."""

    key: str
    task: str


class Repair(msgspec.Struct, frozen=True, kw_only=True, tag="repair"):
    """Repair around a hole; answered with `Changed`."""

    key: str
    hole: Hole


class Tell(msgspec.Struct, frozen=True, kw_only=True, tag="plan"):
    """The documents of a plan as it is now, answered with `Documents`."""

    key: str


class Rename(msgspec.Struct, frozen=True, kw_only=True, tag="rename"):
    """Keep a plan under another key."""

    key: str
    to: str


class Forget(msgspec.Struct, frozen=True, kw_only=True, tag="forget"):
    """Keep a plan no longer."""

    key: str


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag="stop"):
    """End the process; answered with `Done`."""


Request = Load | Recommend | Take | Drop | Repair | Tell | Rename | Forget | Stop


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """It is done."""


class Options(msgspec.Struct, frozen=True, kw_only=True, tag="options"):
    """The best few, best first."""

    options: tuple[Option, ...]


class Changed(msgspec.Struct, frozen=True, kw_only=True, tag="changed"):
    """What is no longer as it was."""

    mended: Mended


class Documents(msgspec.Struct, frozen=True, kw_only=True, tag="documents"):
    """A plan and the problem that it answers; the plan keeps all rules."""

    problem: bytes
    plan: bytes


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """No plan is kept under this key (any more): load it."""

    key: str


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """Why there is no answer. `refused`: it cannot be done (else something here went wrong); `stale`: ask again."""

    message: str
    refused: bool = True
    stale: bool = False


Answer = Done | Options | Changed | Documents | Unknown | Failed


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Read so many bytes, fewer only at the end."""


def frame(message: msgspec.Struct) -> bytes:
    """A message as bytes with their length before them."""
    body = msgspec.msgpack.encode(message)
    return SIZE.pack(len(body)) + body


def body_of(source: Source) -> bytes | None:
    """The next message; None at the end. A length beyond all bounds is a `ValueError`."""
    head = source.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (length,) = SIZE.unpack(head)
    if length > MOST_BYTES:
        raise ValueError(f"A message of {length} bytes is refused")
    body = source.read(length)
    return body if len(body) == length else None
