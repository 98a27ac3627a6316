"""What a spawned child process calls: bytes in, bytes out, nothing to pickle."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from matching import codec
from matching.errors import OptionsError, ProblemError
from matching.plan import Plan
from matching.policy import decode_policy
from matching.problem import decode_problem
from matching.solve import PROCESSES, Progress, SolverName, solve
from matching.stop import Stop
from matching.travel.network.model import Network


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of one solve as a document; `warm_start` is a plan, `processes` how much may run at once."""

    stop: Stop = Stop(seconds=10)
    seed: int = 0
    solver: SolverName = "auto"
    deterministic: bool = False
    warm_start: Plan | None = None
    processes: int = PROCESSES


def decode_options(data: bytes) -> Options:
    """Read options; any refusal is an `OptionsError`."""
    try:
        return codec.decode_struct(data or b"{}", Options)
    except ProblemError as error:
        raise OptionsError(str(error)) from error


def solve_bytes(
    problem: bytes,
    policy: bytes,
    options: bytes,
    send_progress: Callable[[bytes], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bytes:
    """Solve documents: the answer is a `Result` as JSON (plan, seconds, status, log, found).

    Empty `policy` and `options` mean the defaults. `send_progress` gets a `Progress` as JSON; once `cancelled` says yes, the
    best plan so far is the answer.
    """

    def tell(progress: Progress) -> None:
        if send_progress is not None:
            send_progress(msgspec.json.encode(progress))

    chosen = decode_options(options)
    result = solve(
        decode_problem(problem),
        decode_policy(policy or b"{}"),
        stop=chosen.stop,
        seed=chosen.seed,
        solver=chosen.solver,
        deterministic=chosen.deterministic,
        on_progress=tell,
        warm_start=chosen.warm_start,
        cancelled=cancelled,
        processes=chosen.processes,
    )
    return codec.encode_struct(result)


def travel_bytes(problem: bytes, network: Network, cache: Path | None = None) -> bytes:
    """Measure the ways of a document along streets: the answer is a `TableTravel` as JSON.

    `cache`: a folder for what was measured, so that it need not be measured again.

    Raises:
        ProblemError: the document is no problem.
        NetworkError: the network cannot be used.
    """
    from matching.travel.network.tables import travel_of  # noqa: PLC0415 numba, for those who route

    return codec.encode_struct(travel_of(decode_problem(problem), network, cache=cache))
