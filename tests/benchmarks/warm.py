"""Compiled code is loaded before a clock starts: its first run on a machine takes a minute, and says nothing about plans."""

from matching.solve import solve
from matching.solvers import bounds, local
from matching.stop import Stop
from tests.benchmarks.community import POLICY, community

SECONDS = 10
TRIALS = 20


def ready() -> None:
    """Load every part of `solve` once; what is not ready in time is waited for."""
    local.load()
    bounds.load()
    for _ in range(TRIALS):
        result = solve(community(60, 30, seed=0), POLICY, stop=Stop(seconds=SECONDS))
        if not any("not ready" in line for line in result.log):
            return
    raise RuntimeError(f"Not ready after {TRIALS} trials: {result.log}")
