"""Group sessions: which gatherings open, on which occasion, who runs them, who gets a seat.

`gather` composes a constructive start with the exact model (OR-Tools, loaded late) on ordered levels; `why_unseated` and
`waiting_list` tell the rest. Times are fixed by the occasions, so that what is chosen are sets and ways between them.
"""

from matching.solvers.gathering.causes import waiting_list, why_unseated
from matching.solvers.gathering.stages import Gathered, gather

__all__ = ["Gathered", "gather", "waiting_list", "why_unseated"]
