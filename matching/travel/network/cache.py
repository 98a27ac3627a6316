"""Ways kept on disk from one round to the next, in a directory that several processes may share.

A file is named by all that its answer depends on (network, places, mode, limits), so it is never out of date. It is written
aside and renamed; what is damaged or foreign is made again. The files used longest ago go first when there are too many.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from matching.travel.network.many import Sparse

MAGIC: Final = b"linli.ways/1\n"
"""Begins every file and every key: another number if ways are measured otherwise."""

MOST_BYTES: Final = 256 << 20
"""Size of a cache at most."""

STALE_SECONDS: Final = 3600
"""A file that was begun so long before the newest belongs to a process that died."""

DIGEST: Final = 32


def kept(
    directory: Path | None,
    key: Sequence[object],
    make: Callable[[], Sparse],
    *,
    most_bytes: int = MOST_BYTES,
) -> Sparse:
    """Ways as kept under `key` (arrays and plain values), or made now and kept; without a directory, always made.

    A directory that cannot be written only costs time: the ways are made again.
    """
    if directory is None:
        return make()
    path = directory / f"{_name(key)}.ways"
    found = _read(path)
    if found is None:
        found = make()
        # a full or read-only disk must not stop a round
        with suppress(OSError):
            _write(path, found, most_bytes)
    return found


def _name(key: Sequence[object]) -> str:
    digest = hashlib.sha256(MAGIC)
    for part in key:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode() + b"\0")
    return digest.hexdigest()


def _read(path: Path) -> Sparse | None:
    try:
        raw = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    head = len(MAGIC) + DIGEST
    body = raw[head:]
    if raw[:head] != MAGIC + hashlib.sha256(body).digest():
        return None
    rows, pairs = np.frombuffer(body, "<i8", 2).tolist()
    at = 16 + 8 * (rows + 1)
    return Sparse(
        np.frombuffer(body, "<i8", rows + 1, 16),
        np.frombuffer(body, "<i4", pairs, at),
        np.frombuffer(body, "<i4", pairs, at + 4 * pairs),
    )


def _write(path: Path, ways: Sparse, most_bytes: int) -> None:
    sizes = np.array([len(ways.first) - 1, len(ways.target)], "<i8")
    arrays = (sizes, ways.first.astype("<i8"), ways.target.astype("<i4"), ways.metres.astype("<i4"))
    body = b"".join(array.tobytes() for array in arrays)
    if len(body) > most_bytes:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        part.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _tidy(path, most_bytes)


def _tidy(newest: Path, most_bytes: int) -> None:
    """Remove what was used longest ago until the rest fits, and what dead processes left."""
    now = newest.stat().st_mtime
    ages = [(stat.st_mtime, path, stat.st_size) for path, stat in _listed(newest.parent)]
    for used, path, _ in ages:
        if path.suffix == ".part" and used < now - STALE_SECONDS:
            path.unlink(missing_ok=True)
    whole = sorted((row for row in ages if row[1].suffix == ".ways"), reverse=True)
    total = 0
    for _, path, size in sorted(whole, key=lambda row: row[1] != newest):
        total += size
        if total > most_bytes:
            path.unlink(missing_ok=True)


def _listed(directory: Path) -> list[tuple[Path, os.stat_result]]:
    """Files and their facts; another process may remove some meanwhile."""
    found = []
    for path in directory.iterdir():
        with suppress(FileNotFoundError):
            found.append((path, path.stat()))
    return found
