"""From a problem and a street network to the sparse tables that the problem carries."""

from collections.abc import Callable
from pathlib import Path

from matching.problem import Problem
from matching.travel.network.model import Network
from matching.travel.table import TableTravel


def travel_of(
    problem: Problem,
    network: Network,
    *,
    cache: Path | None = None,
    on_progress: Callable[[str, float], None] | None = None,
) -> TableTravel:
    """Every way that a plan of `problem` may use, along the streets of `network`.

    `cache`: a directory in which tables are kept between rounds. `on_progress(message, share)` hears what is done.
    """
    raise NotImplementedError
