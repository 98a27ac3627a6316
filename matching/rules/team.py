"""Rules on who comes together: headcount and crews, teams, safeguards, money."""

from collections import Counter
from collections.abc import Iterator

from matching.rules.case import Case, Violation, Visit

CREW = 2
"""From so many people on a worker is a crew, which comes alone."""

HOUR_SECONDS = 3_600


def headcount(case: Case) -> Iterator[Violation]:
    """Headcount: exactly that many different single people, or one crew that is large enough, alone."""
    for task, assignment, visits in case.teams:
        different = len(set(assignment.workers))
        if any(visit.worker.people >= CREW for visit in visits):
            people = sum(visit.worker.people for visit in visits)
            if len(visits) != 1 or people < task.headcount:
                message = f"Needs one crew of {task.headcount}, has {len(visits)} with {people} people"
                yield Violation("headcount", task.id, None, message)
        elif not len(visits) == different == task.headcount:
            yield Violation("headcount", task.id, None, f"Needs {task.headcount}, has {different}")


def atomic_team(case: Case) -> Iterator[Violation]:
    """Atomic team: where an atomic provider sends someone, everyone is from that provider."""
    for task, _, visits in case.teams:
        providers = {visit.provider.id for visit in visits}
        if len(providers) > 1 and any(visit.provider.atomic for visit in visits):
            yield Violation("atomic_team", task.id, None, f"Mixes {', '.join(sorted(providers))}")


def two_adults(case: Case) -> Iterator[Violation]:
    """Two adults: where a task is safeguarded so, at least two people come."""
    for task, _, visits in case.teams:
        if "two_adults" in task.safeguards and sum(visit.worker.people for visit in visits) < CREW:
            yield Violation("two_adults", task.id, None, "One person comes alone")


def experienced(case: Case) -> Iterator[Violation]:
    """Experienced: where a task is safeguarded so, not only newcomers come."""
    for task, _, visits in case.teams:
        if "experienced" in task.safeguards and all(visit.worker.newcomer for visit in visits):
            yield Violation("experienced", task.id, None, "Only newcomers come")


def price_cap(case: Case) -> Iterator[Violation]:
    """Price cap: the people of a task cost no more together than it allows, unless a fund pays the rest."""
    for task, _, visits in case.teams:
        price = price_fen(case, visits)
        if task.fund is None and task.price_cap_fen is not None and price > task.price_cap_fen:
            yield Violation("price_cap", task.id, None, f"Costs {price} fen, more than {task.price_cap_fen}")


def funding(case: Case) -> Iterator[Violation]:
    """Funding: what tasks cost above their caps is no more than their fund holds, for each fund."""
    spent: Counter[str] = Counter()
    for task, _, visits in case.teams:
        if task.fund is not None:
            spent[task.fund] += funded_fen(case, visits)
    for fund in case.problem.funds:
        if spent[fund.id] > fund.fen:
            message = f"{fund.id!r} would pay {spent[fund.id]} fen and holds {fund.fen}"
            yield Violation("funding", None, None, message)


def visit_fen(case: Case, visit: Visit) -> int:
    """What one visit costs by the rate of its service, else the provider's general one; hours rounded up to a fen."""
    rates = {rate.service: rate for rate in visit.provider.rates}
    rate = rates.get(visit.task.service) or rates.get("")
    if rate is None:
        return 0
    fen_seconds = rate.hour_fen * visit.task.duration * case.problem.horizon.tick_seconds
    return rate.visit_fen + (fen_seconds + HOUR_SECONDS - 1) // HOUR_SECONDS


def price_fen(case: Case, visits: list[Visit]) -> int:
    """What the people of one task cost together."""
    return sum(visit_fen(case, visit) for visit in visits)


def funded_fen(case: Case, visits: list[Visit]) -> int:
    """What of it lies above the price cap of the task."""
    cap = visits[0].task.price_cap_fen if visits else None
    return 0 if cap is None else max(0, price_fen(case, visits) - cap)
