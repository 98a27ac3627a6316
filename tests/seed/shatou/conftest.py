from datetime import date

import pytest

from seed.shatou import build_world

DAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def world():
    return build_world(1, 7, DAY)


@pytest.fixture(scope="session")
def double():
    return build_world(2, 7, DAY)
