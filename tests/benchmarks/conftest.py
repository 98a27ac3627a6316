"""Long benchmarks run last: a module that takes more than a minute says so with MINUTES."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    ours.sort(key=lambda item: getattr(getattr(item, "module", None), "MINUTES", 0))
    places = [place for place, item in enumerate(items) if HERE in item.path.parents]
    for place, item in zip(places, ours, strict=True):
        items[place] = item
