"""What a spawned child process calls: documents in, a document out."""

import msgspec

from matching import codec
from matching.errors import OptionsError, ProblemError
from matching.policy import decode_policy
from matching.pooling.figures import Figures
from matching.pooling.proposals import (
    LEAST,
    LONGEST_MINUTES,
    MOST,
    WALK_METRES,
    FairProposal,
    check_terms,
    propose_fairs,
)
from matching.problem import decode_problem
from matching.stop import Stop


class PoolOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of `propose_fairs` as a document; `stop` is for each solve."""

    poolable: tuple[str, ...]
    starts: tuple[int, ...]
    stop: Stop = Stop(deterministic=0.5)
    venues: tuple[str, ...] | None = None
    home: tuple[str, ...] = ()
    home_groups: tuple[str, ...] = ()
    least: int = LEAST
    walk_metres: int = WALK_METRES
    turn_ticks: int | None = None
    longest_minutes: int = LONGEST_MINUTES
    most: int = MOST
    seed: int = 0
    deterministic: bool = True

    def __post_init__(self) -> None:
        check_terms(self.least, self.walk_metres, self.turn_ticks, self.longest_minutes, self.most, self.seed)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal without its documents."""

    service: str
    venue: str
    start: int
    duration: int
    gathering: str
    tasks: tuple[str, ...]
    workers: tuple[str, ...]
    visits: Figures
    fair: Figures


def pool_bytes(problem: bytes, policy: bytes, options: bytes) -> bytes:
    """Propose fairs for documents: the answer is a JSON list of proposals (`Told`), the best first.

    An empty `policy` means the default.

    Raises:
        ProblemError: the problem or the policy is none.
        OptionsError: the options are none.
    """
    try:
        chosen = codec.decode_struct(options, PoolOptions)
    except ProblemError as error:
        raise OptionsError(str(error)) from error
    given = {name: getattr(chosen, name) for name in chosen.__struct_fields__}
    found = propose_fairs(decode_problem(problem), decode_policy(policy or b"{}"), **given)
    return msgspec.json.encode([_told(one) for one in found])


def _told(one: FairProposal) -> Told:
    return Told(**{name: getattr(one, name) for name in Told.__struct_fields__})
