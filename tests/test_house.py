"""The house's laws, as checks. `docs/developing.md` gives the reasons."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import tests.support

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "catalog", "market", "matching", "seed")
FOLDERS = {*PACKAGES, "tests", "docs", ".ci", ".github"}
MADE_HERE = {"dist", "htmlcov"}
LONGEST = 500
PUBLIC_INDEX = {"https://pypi.org", "https://files.pythonhosted.org"}
# Migrations are generated and kept as they were; nobody reads them for pleasure.
HISTORY = ROOT / "market" / "migrations" / "versions"
MAY_PRINT = (ROOT / "api" / "cli", ROOT / "api" / "cli.py")


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_the_import_contracts_hold():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as main; main()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_top_level_holds_the_house_and_nothing_else():
    seen = {path.name for path in ROOT.iterdir() if path.is_dir()}
    hidden = {name for name in seen if name.startswith(".")} - FOLDERS
    assert set() == seen - hidden - FOLDERS - MADE_HERE


def test_no_file_is_longer_than_a_reader_can_hold():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    long = {
        path.relative_to(ROOT): n
        for path, n in lengths.items()
        if n > LONGEST and HISTORY not in path.parents
    }
    assert {} == long


def offences(tree: ast.AST, *, may_print: bool) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for prints outside the command line and for errors that vanish without a word."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print")) if not may_print:
                yield node.lineno, "print() outside api/cli"
            case ast.ExceptHandler(type=None | ast.Name(id="Exception" | "BaseException"), body=body):
                if all(is_nothing(statement) for statement in body):
                    yield node.lineno, "every error is swallowed"


def is_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, (ast.Pass, ast.Continue)) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def test_nobody_prints_and_no_error_vanishes():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {complaint}"
        for path in sources()
        for line, complaint in offences(
            ast.parse(path.read_text(encoding="utf-8")),
            may_print=any(place == path or place in path.parents for place in MAY_PRINT),
        )
    ]
    assert [] == found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("print('x')", [1]),
        ("try:\n    f()\nexcept:\n    pass", [3]),
        ("try:\n    f()\nexcept Exception:\n    ...", [3]),
        ("for x in y:\n    try:\n        f()\n    except BaseException:\n        continue", [4]),
        ("try:\n    f()\nexcept KeyError:\n    pass", []),
        ("try:\n    f()\nexcept Exception:\n    log()\n    raise", []),
        ("pprint(print)", []),
    ],
)
def test_the_rule_sees_what_it_should(source, lines):
    assert lines == [line for line, _ in offences(ast.parse(source), may_print=False)]


def test_print_is_the_command_lines_own():
    assert [] == list(offences(ast.parse("print('x')"), may_print=True))


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_each_readme_tells_the_two_commands(command):
    readmes = sorted(ROOT.glob("README*.md"))
    assert readmes
    assert [] == [path.name for path in readmes if command not in path.read_text(encoding="utf-8")]


def locked() -> dict[str, set[str]]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    versions: dict[str, set[str]] = {}
    for package in packages:
        if package["name"] != "linli":
            versions.setdefault(package["name"], set()).add(package["version"])
    return versions


def test_both_locks_say_the_same():
    pinned: dict[str, set[str]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        requirement = Requirement(line)
        pinned.setdefault(requirement.name, set()).add(str(requirement.specifier).removeprefix("=="))
    assert locked() == pinned, "run `make lock`"


def test_the_lock_satisfies_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    versions = locked()
    unmet = [
        wish
        for wish in map(Requirement, wanted)
        if not any(version in wish.specifier for version in versions.get(wish.name, ()))
    ]
    assert [] == unmet, "run `make lock`"


def test_the_lock_names_the_public_index_alone():
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"\w+://[^/\"]+", text)) <= PUBLIC_INDEX
    assert set() == set(re.findall(r"(?:path|directory) = \"[^\"]*\"", text))


def test_helpers_are_imported_from_this_tree():
    assert [str(ROOT / "tests" / "support")] == list(tests.support.__path__)
