"""Engines are loaded beside other work: compiled ones (numba) are compiled for a minute at the first run on a machine."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Literal, Protocol

from matching.solvers.portfolio import compiling

Engine = Literal["local", "bounds", "delivery", "online", "exact"]
COMPILED: dict[Engine, str] = {
    "local": "matching.solvers.local",
    "bounds": "matching.solvers.bounds",
    "delivery": "matching.solvers.delivery",
    "online": "matching.online",
}
"""Compiled engines, and the packages whose `load` compiles them."""

ROOT = HOME = Path(__file__).parents[3]
"""Where the packages of engines are, and this one."""
LOOK_SECONDS = 0.1
"""How often the clock is looked at while waiting."""


class _Loading(Thread):
    """Loads one engine, after another one.

    What is not compiled yet is compiled by a process of its own, which would go on if this one ended: a compiler in a thread
    lets nobody else do anything.
    """

    def __init__(self, engine: Engine, after: "_Loading | None") -> None:
        super().__init__(daemon=True)
        self.engine, self.after = engine, after
        self.error: Exception | None = None

    def run(self) -> None:
        if self.after is not None:
            self.after.join()
        try:
            if self.engine in COMPILED and not compiled(self.engine):
                compile_engine(self.engine)
            _load(self.engine)
        except Exception as error:  # noqa: BLE001 a plan without it is better than none
            self.error = error


def _load(engine: Engine) -> None:
    """Import what takes a second (numba, ortools) and must stay out of the web process."""
    if engine == "exact":
        importlib.import_module("matching.solvers.cpsat.improve")
    else:
        importlib.import_module(COMPILED[engine]).load()


def compiled(engine: Engine) -> bool:
    """Whether the code on disk was compiled after its source was last changed."""
    return compiling.fresh(_folder(engine))


def _folder(engine: Engine) -> Path:
    return ROOT / COMPILED[engine].replace(".", "/")


def compile_engine(engine: Engine) -> None:
    """Compile in a process of its own, which writes the code to disk, and goes on if this one ends.

    It writes nothing where others read: a pipe of this process must not wait for it.
    """
    path = os.pathsep.join(filter(None, (str(ROOT), str(HOME), os.environ.get("PYTHONPATH"))))
    subprocess.run(  # noqa: S603 our own code
        (sys.executable, "-m", compiling.__name__, COMPILED[engine], str(_folder(engine))),
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )


_LOADING: dict[Engine, _Loading] = {}


def begin_loading(*engines: Engine) -> None:
    """Begin to load engines, one after the other, each once for all solves of a process."""
    before: _Loading | None = None
    for engine in engines:
        if engine not in _LOADING:
            _LOADING[engine] = _Loading(engine, before)
            _LOADING[engine].start()
        before = _LOADING[engine]


def loaded(engine: Engine) -> bool:
    """Whether an engine is ready without any waiting."""
    loading = _LOADING.get(engine)
    return loading is not None and not loading.is_alive() and loading.error is None


class Notes(Protocol):
    """Who hears what is waited for."""

    def note(self, stage: str, message: str) -> None:
        """Log and tell."""
        ...


def ready(notes: Notes, engine: Engine, enough: Callable[[], bool]) -> bool:
    """Wait for an engine, but not once there is `enough`; a deterministic solve waits for as long as it takes."""
    begin_loading(engine)
    loading = _LOADING[engine]
    if loading.is_alive():
        new = engine in COMPILED and not compiled(engine)
        what = (
            "compiling the search, the first run on this machine (a minute)" if new else f"loading: {engine}"
        )
        notes.note("compile", what)
    while loading.is_alive() and not enough():
        loading.join(LOOK_SECONDS)
    if loading.is_alive():
        notes.note("compile", f"not ready in time: {engine}")
    elif loading.error is not None:
        notes.note("compile", f"{engine} is left out: {type(loading.error).__name__}: {loading.error}")
    return loaded(engine)
