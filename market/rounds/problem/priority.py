"""Points of serving a need: what it is, how long it has waited, how soon it must be."""

from datetime import datetime

from catalog.services.models import Service
from market.needs.models import Need, Urgency

URGENCY_POINTS = {Urgency.NORMAL: 0, Urgency.SAME_DAY: 15, Urgency.URGENT: 30}
MISSED_POINTS, DAY_POINTS, AGEING_CAP = 5, 2, 30


def days_waited(need: Need, now: datetime) -> int:
    """Return whole days since the need was received."""
    return max(0, (now - need.created_at).days)


def priority(need: Need, service: Service, now: datetime) -> int:
    """Return 10 points for each unit of the service's weight, plus ageing (at most 30), plus urgency."""
    ageing = need.rounds_missed * MISSED_POINTS + days_waited(need, now) * DAY_POINTS
    return max(1, service.weight * 10 + min(AGEING_CAP, ageing) + URGENCY_POINTS[need.urgency])
