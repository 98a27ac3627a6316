"""Engines are compiled once, and again, from nothing, when one of their files has changed."""

import os

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
