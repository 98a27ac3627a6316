"""Where Chromium is. Tests bring no browser of their own."""

import os
import shutil

import pytest

from tests.support.requirements import lacking

VARIABLE = "CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the browser's executable: CHROMIUM, or the first that is installed."""
    found = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise lacking("browser", f"no Chromium is installed and {VARIABLE} is not set")
    return found
