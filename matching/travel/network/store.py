"""A prepared network on disk: one file, mapped into memory by every process that reads it.

Layout: the magic line, a JSON header ended by a newline (facts; dtype, shape and offset of each array), zeros up to a
multiple of 64, then the arrays in little-endian order, each beginning at a multiple of 64.
"""

import errno
import hashlib
import mmap
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from matching.errors import NetworkError
from matching.travel.network.model import ARRAYS, Facts, Network

MAGIC = b"linli.network/1\n"
ALIGN = 64
MAKE_ONE = "make one with `linli travel prepare EXTRACT.osm.pbf`"
DTYPES = {"forth": "|u1", "back": "|u1", "kind": "|u1"}


class _Slot(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    offset: int


class _Header(msgspec.Struct, frozen=True):
    facts: Facts
    arrays: dict[str, _Slot]


def version_of(arrays: Mapping[str, Any], names: tuple[str, ...], kinds: tuple[str, ...]) -> str:
    """SHA-256 in hex of arrays and words: two networks with one version route alike."""
    digest = hashlib.sha256(MAGIC)
    digest.update(msgspec.json.encode([names, kinds]))
    for field in ARRAYS:
        array = np.ascontiguousarray(arrays[field], DTYPES.get(field, "<i4"))
        digest.update(f"{field}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def save(network: Network, path: Path) -> None:
    """Write a network; a reader sees the old file or the new one, never half of it.

    Raises:
        OSError: the folder or the file cannot be written, or the path is a device, a pipe or a folder.
    """
    path = path.resolve()  # behind a link, the file it names is replaced and not the link
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is not an ordinary file", str(path))
    slots: dict[str, _Slot] = {}
    blobs: list[bytes] = []
    at = 0
    for field in ARRAYS:
        array = np.ascontiguousarray(getattr(network, field), DTYPES.get(field, "<i4"))
        slots[field] = _Slot(array.dtype.str, array.shape, at)
        blobs.append(array.tobytes().ljust(-(-array.nbytes // ALIGN) * ALIGN, b"\0"))
        at += len(blobs[-1])
    head = MAGIC + msgspec.json.encode(_Header(network.facts, slots)) + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        part.write_bytes(head.ljust(-(-len(head) // ALIGN) * ALIGN, b"\0") + b"".join(blobs))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> Network:
    """Map a prepared network into memory, read-only.

    Raises:
        NetworkError: there is no such file, or it is not a prepared network, or it is damaged.
    """
    try:
        with path.open("rb") as file:
            raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read ({error.strerror}); {MAKE_ONE}") from error
    except ValueError as error:  # an empty file cannot be mapped
        raise NetworkError(f"{path}: cannot be read, it is empty; {MAKE_ONE}") from error
    if raw[: len(MAGIC)] != MAGIC:
        raise NetworkError(f"{path}: not a prepared network; {MAKE_ONE}")
    end = raw.find(b"\n", len(MAGIC))
    try:
        header = msgspec.json.decode(raw[len(MAGIC) : end], type=_Header)
        base = -(-(end + 1) // ALIGN) * ALIGN
        arrays = {name: _array(raw, base, slot) for name, slot in header.arrays.items()}
        network = Network(header.facts, **arrays)
        version = version_of(arrays, header.facts.names, header.facts.kinds)
    except (ValueError, TypeError) as error:
        raise NetworkError(f"{path}: damaged, prepare it again ({error})") from error
    if version != header.facts.version:
        # wrong numbers would lead compiled code beyond its arrays
        raise NetworkError(f"{path}: damaged, prepare it again (its streets are not those of its version)")
    return network


def _array(raw: mmap.mmap, base: int, slot: _Slot) -> Any:
    count = int(np.prod(slot.shape, dtype=np.int64))
    return np.frombuffer(raw, slot.dtype, count, base + slot.offset).reshape(slot.shape)
