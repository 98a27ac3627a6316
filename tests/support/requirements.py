"""Which outside things this run may not do without, and what becomes of a skipped test.

`LINLI_TEST_REQUIRE=postgres,redis,browser` (what `.ci/run` sets) means: a test that skips for lack of one of these
fails, and so does a skip for any reason that nobody has thought of. Without the variable a skip is a skip.
"""

import os
from collections.abc import Generator

import pytest

VARIABLE = "LINLI_TEST_REQUIRE"
KNOWN = frozenset({"postgres", "redis", "browser"})
REQUIRED = frozenset(part.strip() for part in os.environ.get(VARIABLE, "").split(",") if part.strip())

# A test that asks for the fixture is marked, so that `-m "not browser"` and the like need no help from it.
MARKS = {"postgres_url": "postgres", "redis_url": "redis", "chromium_path": "browser"}


def lacking(need: str, reason: str) -> BaseException:
    """Return what to raise when `need` is not at hand: a skip with the reason, or a failure where it is required."""
    if need in REQUIRED:
        return pytest.fail.Exception(f"{reason}, and {VARIABLE} asks for {need}", pytrace=False)
    skip = pytest.skip.Exception(reason, _use_item_location=True)
    skip.linli_expected = True
    return skip


def pytest_configure(config: pytest.Config) -> None:
    if unknown := REQUIRED - KNOWN:
        raise pytest.UsageError(
            f"{VARIABLE} knows {', '.join(sorted(KNOWN))}; not {', '.join(sorted(unknown))}"
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, mark in MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    expected = hasattr(report, "wasxfail") or (call.excinfo and hasattr(call.excinfo.value, "linli_expected"))
    if REQUIRED and report.skipped and not expected:
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if REQUIRED and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{reason} (a failure, since {VARIABLE} is set)"
