"""What the package promises to those who import it, and what it publishes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from matching.rules import CAUSES
from matching.schema import DOCUMENTS, HERE, schema_text

README = Path(__file__).parents[2] / "matching" / "README.md"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_published_schema_is_current(name):
    assert (HERE / name).read_text(encoding="utf-8") == schema_text(name)


def test_ordinary_imports_bring_no_engine():
    modules = ("", ".problem", ".plan", ".rules", ".candidates", ".policy", ".solve", ".entry", ".stop")
    code = "import sys; " + "; ".join(f"import matching{m}" for m in modules)
    code += "; print([m for m in ('ortools', 'scipy', 'numba', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code in a fresh interpreter
    assert done.stdout.strip() == "[]"


def test_quickstart_of_the_readme_runs(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code in a fresh interpreter
    assert "1 of 1 tasks served" in done.stdout


BARE = """
import importlib, pkgutil, sys

class Refuse:
    '''Packages of the product that the library must do without.'''

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FOREIGN:
            raise ModuleNotFoundError(f"{name} is not there")

FOREIGN = {"sqlalchemy", "litestar", "redis", "advanced_alchemy", "alembic", "jinja2", "taskiq", "api", "market", "catalog"}
sys.meta_path.insert(0, Refuse())
import matching

names = sorted(found.name for found in pkgutil.walk_packages(matching.__path__, "matching."))
for name in names:
    importlib.import_module(name)
assert FOREIGN.isdisjoint(sys.modules)
"""


def test_every_module_and_the_quickstart_need_nothing_of_the_product():
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", BARE + code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code in a fresh interpreter
    assert done.returncode == 0, done.stderr
    assert "1 of 1 tasks served" in done.stdout


def test_readme_names_every_cause():
    text = README.read_text(encoding="utf-8")
    assert [cause for cause in CAUSES if f"`{cause}`" not in text] == []
