"""Figures of benchmarks: on the terminal, and as sections of the page that LINLI_BENCH_REPORT names.

`make bench` names docs/benchmarks.md. A run writes the sections that it measured and leaves the others as they are.
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

VARIABLE = "LINLI_BENCH_REPORT"
GIBIBYTE = 2**30
ORDER = (
    "A community's day",
    "A district",
    "Beside other solvers",
    "Real requests",
    "Meals",
    "Meals beside VROOM",
    "Four-thirty classes",
    "One request at a time",
    "Explanations",
    "Time and memory",
)
"""Sections that the page has in this order; others follow by name."""

INTRODUCTION = """\
# Figures: matching

`make bench` measures again on your machine and writes this page; `make bench ARGS="-k community"` renews one section
and leaves the others as they are. Every figure is of a plan that `rules.check` accepts, found by the public
`matching.solve.solve`. Figures of [ways](benchmarks-travel.md) and of [home care](benchmarks-hhcrsp.md) have pages too.
"""


def record(section: str, text: str) -> None:
    """Print `text` (Markdown below the heading `section`) and put it into the page, with this machine's size."""
    body = f"{text.strip()}\n\nMeasured on {machine()}."
    sys.stdout.write(f"\n\n## {section}\n\n{body}\n")
    sys.stdout.flush()
    if name := os.environ.get(VARIABLE):
        path = Path(name)
        page = path.read_text("utf-8") if path.exists() else ""
        path.write_text(merged(page, section, body), "utf-8")


def merged(page: str, section: str, body: str) -> str:
    """Return the page with this section written anew."""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    known = dict(zip(parts[1::2], parts[2::2], strict=True)) | {section: body}
    rank = {name: place for place, name in enumerate(ORDER)}
    names = sorted(known, key=lambda name: (rank.get(name, len(ORDER)), name))
    return "\n".join([INTRODUCTION, *(f"## {name}\n\n{known[name].strip()}\n" for name in names)])


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; the first column to the left, the others to the right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def machine() -> str:
    """Return cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    return f"{os.cpu_count()} cores and {memory:.0f} GB"
