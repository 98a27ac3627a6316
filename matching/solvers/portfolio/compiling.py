"""`python -m matching.solvers.portfolio.compiling PACKAGE FOLDER`: compile one engine, in a process of its own.

Whoever began it need not live until it ends: it says by itself that it is done.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "compiled"
"""File beside the compiled code: when it was compiled."""


def fresh(folder: Path) -> bool:
    """Whether the code on disk was compiled after its source was last changed."""
    mark = folder / "__pycache__" / MARK
    return mark.exists() and mark.stat().st_mtime > max(file.stat().st_mtime for file in folder.glob("*.py"))


def build(package: str, folder: Path) -> None:
    """Compile what is not compiled; whoever asks while another process does it waits for that one.

    What is there is thrown away first: code that took in a function of another file does not notice when that has changed.
    """
    cache = folder / "__pycache__"
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / "compiling"):
        if fresh(folder):
            return
        for old in cache.glob("*.nb[ci]"):
            old.unlink(missing_ok=True)
        importlib.import_module(package).load()
        (cache / MARK).touch()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that goes with its process; without one where the system has none."""
    try:
        import fcntl  # noqa: PLC0415 not on every system
    except ImportError:
        yield
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]))
