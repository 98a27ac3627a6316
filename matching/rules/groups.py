"""What is asked for and served, counted by needs: of the whole, and of each group."""

from collections import Counter

from matching.plan import GroupTerms
from matching.rules.case import Asked, Case


def need_of(item: Asked) -> tuple[str, str]:
    """What counts as one: a need with all its alternatives, else the thing itself."""
    return ("need", item.need) if item.need else ("", item.id)


def all_needs(case: Case) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Different needs asked for, and those of them that are served."""
    return {need_of(item) for item in case.asked()}, {need_of(item) for item in case.served()}


def group_terms(case: Case) -> dict[str, GroupTerms]:
    """What each group asked and got."""
    served, ways = {item.id for item in case.served()}, _ways(case)
    asked: dict[str, list[Asked]] = {}
    for item in case.asked():
        for group in item.groups:
            asked.setdefault(group, []).append(item)
    found = {}
    for group, items in asked.items():
        got = [item for item in items if item.id in served]
        found[group] = GroupTerms(
            group=group,
            asked=len({need_of(item) for item in items}),
            served=len({need_of(item) for item in got}),
            points=sum(item.priority for item in got),
            travel_ticks=sum(ways[item.id] for item in got),
        )
    return found


def _ways(case: Case) -> Counter[str]:
    """Ticks of the ways to visits and deliveries, and of participants to their venues."""
    ways: Counter[str] = Counter()
    for route in case.routes:
        for stop in route.stops:
            if stop.kind in {"visit", "deliver"}:
                ways[stop.task] += stop.travel_ticks
    for person, opened in case.seat_of.items():
        ways[person] += case.walk(case.problem.enrolment_by_id[person], opened.venue)[0]
    return ways
