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


def test_readme_names_every_cause():

    text = README.read_text(encoding="utf-8")
    assert [cause for cause in CAUSES if f"`{cause}`" not in text] == []
