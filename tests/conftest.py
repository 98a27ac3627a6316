"""What every test may ask for; the fixtures themselves live in `tests/support/`, one module for each outside thing."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "pytester",
    "tests.support.requirements",
    "tests.support.databases",
    "tests.support.database",
    "tests.support.app",
    "tests.support.solver",
    "tests.support.redis_server",
    "tests.support.chromium",
    "tests.support.browser",
]

# ci: the same examples everywhere, no verdict that depends on the machine's speed. dev: new examples at every run.
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", deadline=None, derandomize=False, print_blob=True)
settings.register_profile("nightly", parent=settings.get_profile("dev"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
