"""Why a job is left over, in the words of VROOM's format."""

from matching.plan import Unserved
from matching.rules import CAUSES

BUSY = "busy"
REASONS: dict[str, tuple[str, str]] = {
    "skill_level": ("skills", "No vehicle has all its skills"),
    "forbidden": ("travel_limit", "The way there and back is longer than the vehicles may travel"),
    "start_in_window": ("time_windows", "Its time windows lie outside all hours"),
    "inside_shift": ("hours", "No vehicle can come within its time windows and be back within its hours"),
    "worker_day_cap": ("max_tasks", "The vehicles that could come take no tasks"),
    BUSY: (BUSY, "Vehicles could come, but are needed elsewhere"),
}
"""Our cause: the reason that is written, and a sentence about it."""


def reason_of(unserved: Unserved | None) -> dict[str, object]:
    """The reason that comes closest to serving the job, with how many vehicles each one keeps away."""
    counts = {} if unserved is None else {c.cause: c.count for c in unserved.causes}
    closest = max(counts, key=CAUSES.index, default=BUSY)
    name, sentence = REASONS.get(closest, (closest, closest))
    told = {REASONS.get(cause, (cause,))[0]: count for cause, count in counts.items()}
    return {"reason": name, "message": sentence, "vehicles": told}
