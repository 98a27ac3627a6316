"""Our plans beside what couriers really did, neighbourhood by neighbourhood.

`LINLI_TEST_LADE=lade_pickup.csv make bench ARGS="-k real_requests"`
"""

import os
from pathlib import Path

import pytest

from matching.policy import Policy
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from tests.benchmarks.couriers import LATE_PRICE, METRES_PER_MINUTE, TICK_SECONDS, measured, really, regions
from tests.benchmarks.report import record, table
from tests.benchmarks.warm import ready

MINUTES = 8
SECONDS = 3
POLICY = Policy(levels=("service", "experience"))
HOURS = 3_600 // TICK_SECONDS

TEXT = """\
{requests:,} real requests of one day in {regions} neighbourhoods of five Chinese cities (LaDe-P, Cainiao, Apache-2.0;
a file of one's own, named by `LINLI_TEST_LADE`), with the window that was promised, who came, and when. Each
neighbourhood is one problem: a task of three minutes for each request, its window with a late part at {price} times
its ticks, and the couriers who went there, from their first to their last real visit, starting and ending where these
were, at {pace} m a minute. A window opens when the courier really came, where that was before it. Where a courier was
quicker than our pace allows, the shift ends as much later. Both sides are measured in straight lines from request to
request. Through `matching.solve.solve`, levels service and experience, {seconds} s for each neighbourhood. Couriers
had other work in between, which the file does not have: the figures compare the order and the division of these
visits, not working days. Pass: in all, everything is served, with less distance and no more lateness.

{table}
"""


@pytest.mark.benchmark
def test_real_requests():
    name = os.environ.get("LINLI_TEST_LADE")
    if not name:
        pytest.skip("LINLI_TEST_LADE names no file of real requests")
    ready()
    rows = {}
    for region in regions(Path(name)):
        result = solve(region.problem, POLICY, stop=Stop(seconds=SECONDS))
        assert () == check(region.problem, result.plan, POLICY)
        ours = {r.worker: [(stop.task, stop.start) for stop in r.stops] for r in result.plan.routes}
        counts = (1, len(region.problem.tasks), len(region.visits), len(result.plan.assignments))
        figures = (*counts, *measured(region, really(region)), *measured(region, ours))
        for key in (region.city, "all"):
            rows[key] = [a + b for a, b in zip(rows.get(key, [0] * len(figures)), figures, strict=True)]
    rows = {**{city: rows[city] for city in sorted(set(rows) - {"all"})}, "all": rows["all"]}
    headings = (
        *("city", "neighbourhoods", "requests", "couriers", "served", "km, real", "km, ours", "difference"),
        *("late visits, real", "ours", "h late, real", "ours", "h early, real", "ours"),
    )
    text = TEXT.format(
        requests=rows["all"][1],
        regions=rows["all"][0],
        price=LATE_PRICE,
        pace=METRES_PER_MINUTE,
        seconds=SECONDS,
        table=table(headings, [line(city, figures) for city, figures in rows.items()]),
    )
    record("Real requests", text)
    _, requests, _, served, metres, late, _, _, our_metres, our_late, _, _ = rows["all"]
    assert (requests, True, True) == (served, our_metres < metres, our_late <= late)


def line(city, figures):
    count, requests, couriers, served, metres, late, times, early, *ours = figures
    our_metres, our_late, our_times, our_early = ours
    return (
        *(city, count, f"{requests:,}", f"{couriers:,}", f"{served:,}"),
        *(f"{metres / 1000:,.0f}", f"{our_metres / 1000:,.0f}", f"{100 * (our_metres / metres - 1):+.1f} %"),
        *(times, our_times, f"{late / HOURS:.1f}", f"{our_late / HOURS:.1f}"),
        *(f"{early / HOURS:.1f}", f"{our_early / HOURS:.1f}"),
    )
