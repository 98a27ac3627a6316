"""Engines are compiled once, and again, from nothing, when one of their files has changed."""

import os
import subprocess
import sys
import time

from matching.solvers.portfolio import engines


def test_a_changed_file_throws_away_what_was_compiled(tmp_path, monkeypatch):
    package = tmp_path / "toy"
    cache = package / "__pycache__"
    cache.mkdir(parents=True)
    (package / "__init__.py").write_text("def load():\n    open('loaded', 'a').write('x')\n")
    (package / "inner.py").write_text("")
    stale = cache / "kernel.1.nbc"
    stale.write_bytes(b"of yesterday")
    monkeypatch.setattr(engines, "ROOT", tmp_path)
    monkeypatch.setitem(engines.COMPILED, "toy", "toy")
    monkeypatch.chdir(tmp_path)

    assert not engines.compiled("toy")
    engines.compile_engine("toy")
    assert engines.compiled("toy")
    assert not stale.exists()
    assert (tmp_path / "loaded").read_text() == "x"

    mark = (cache / "compiled").stat().st_mtime
    os.utime(package / "inner.py", (mark + 10, mark + 10))
    assert not engines.compiled("toy")


def test_what_cannot_be_loaded_is_not_compiled(tmp_path, monkeypatch):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/__init__.py").write_text("def load():\n    raise RuntimeError\n")
    monkeypatch.setattr(engines, "ROOT", tmp_path)
    monkeypatch.setitem(engines.COMPILED, "toy", "toy")
    engines.compile_engine("toy")
    assert not engines.compiled("toy")


def test_a_solve_that_ends_first_leaves_a_compiler_that_ends_its_work(tmp_path):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/__init__.py").write_text(
        "import pathlib, time\n"
        "def load():\n"
        "    print('not to be read', flush=True)\n"
        "    for _ in range(6_000):\n"
        "        if pathlib.Path('go').exists():\n"
        "            break\n"
        "        time.sleep(0.01)\n"
        "    open('loaded', 'a').write('x')\n"
    )
    words = (
        "import pathlib, sys, threading\n"
        "from matching.solvers.portfolio import engines\n"
        f"engines.ROOT = pathlib.Path({str(tmp_path)!r})\n"
        "engines.COMPILED['toy'] = 'toy'\n"
        "threading.Thread(target=engines.compile_engine, args=('toy',), daemon=True).start()\n"
        f"lock = pathlib.Path({str(tmp_path)!r}) / 'toy/__pycache__/compiling'\n"
        "while not lock.exists():\n"
        "    pass\n"
        "print('over')\n"
    )
    first = subprocess.run(  # noqa: S603 our own code
        (sys.executable, "-c", words),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(engines.HOME)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (first.stdout, first.stderr) == ("over\n", ""), "nobody waits for what the compiler has to say"
    mark = tmp_path / "toy/__pycache__/compiled"
    assert not mark.exists()
    (tmp_path / "go").touch()
    for _ in range(6_000):
        if mark.exists():
            break
        time.sleep(0.01)
    assert mark.exists(), "the work is done, though nobody waits"
    assert (tmp_path / "loaded").read_text() == "x"
