"""Rules on alternatives: several ways of meeting one need."""

from collections import Counter
from collections.abc import Iterator

from matching.rules.case import Case, Violation


def alternative(case: Case) -> Iterator[Violation]:
    """Alternative: of all that names one need at most one is served."""
    for need, times in sorted(Counter(item.need for item in case.served() if item.need).items()):
        if times > 1:
            yield Violation("alternative", need, None, f"The need is met {times} times")


def needs_met(case: Case) -> set[str]:
    """Needs of which something is served."""
    return {item.need for item in case.served() if item.need}
