"""Workers and providers as the matching library knows them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from catalog.providers.models import Credential, Provider, ProviderState
from market.rounds.problem.blocks import Away, Block, around
from market.rounds.problem.commitments import Commitment
from market.rounds.problem.facts import Facts
from market.rounds.problem.people import Helper
from market.rounds.problem.places import REMOTE, Places
from market.rounds.problem.shifts import Duties, Stretch, open_hours, shifts
from market.rounds.problem.ticks import DAY, Calendar
from matching import problem as matching
from matching.invariants import MAX_TICKS


class Roster:
    """Turns helpers into workers; `tasks` are the open tasks of the round, `promised` the pinned seats."""

    def __init__(
        self,
        facts: Facts,
        places: Places,
        tasks: Sequence[matching.Task],
        promised: Mapping[UUID, Sequence[Commitment]],
    ) -> None:
        self.facts, self.places, self.promised = facts, places, promised
        self.visits = [task for task in tasks if task.place != REMOTE]
        self.calls = [task for task in tasks if task.place == REMOTE]
        self.papers = _by_holder(facts.people.papers)
        self.used = _used_elsewhere(facts)
        self.blocks: defaultdict[UUID, list[Block]] = defaultdict(list)
        for block in facts.shapes.blocks:
            self.blocks[block.worker_id].append(block)
        self.busiest = _busiest(facts)

    def worker(self, helper: Helper) -> matching.Worker:
        """Return one worker with everything that binds it."""
        worker, used = helper.worker, self.used[helper.worker.id]
        skills = self.facts.people.skills.get(worker.id, {})
        return matching.Worker(
            id=str(worker.id),
            provider=str(worker.provider_id),
            shifts=tuple(self._shifts(helper, skills)),
            mode=worker.travel_mode,  # type: ignore[arg-type]  # checked by the problem itself
            skills=tuple(matching.SkillLevel(skill=s, level=n) for s, n in skills.items()),
            qualifications=tuple(self._validities(helper)),
            reach_metres=worker.reach_metres,
            max_tasks_day=_left(worker.max_tasks_day, self.busiest[worker.id][0]),
            max_ticks_day=_left(worker.max_minutes_day, self.busiest[worker.id][1]),
            max_tasks_week=_left(worker.max_tasks_week, used[0]),
            max_ticks_week=_left(worker.max_minutes_week, used[1]),
            gender=helper.gender,
            languages=tuple(dict.fromkeys(helper.languages)),
            declared_ticks=worker.declared_minutes_week,
            newcomer=helper.is_new,
            anchors=tuple(worker.anchors),
            capacity=worker.carries if self.facts.shapes.meals else 0,
        )

    def provider(self, provider: Provider) -> matching.Provider:
        """Return one provider; weeks are counted over the whole round, less what is promised around it."""
        return matching.Provider(
            id=str(provider.id),
            kind=provider.kind.value,
            admitted=provider.state == ProviderState.ACTIVE,
            atomic=provider.atomic,
            fallback=provider.fallback,
            max_tasks_day=_left(provider.max_tasks_day, self.busiest[provider.id][0]),
            max_tasks_week=_left(provider.max_tasks_week, self.used[provider.id][0]),
        )

    def _shifts(self, helper: Helper, skills: Mapping[str, int]) -> list[matching.Shift]:
        worker, people = helper.worker, self.facts.people
        hours = open_hours(
            people.weekly.get(worker.id, ()), people.exceptions.get(worker.id, ()), self.facts.calendar
        )
        home = self.places.door(worker.lat, worker.lon, helper.floor, helper.has_lift)
        duties = self._duties(worker.id, skills)
        at_phone = duties.calls or duties.promised_calls
        remote = self.places.remote(worker.lat, worker.lon) if at_phone else home
        away = [self._away(block) for block in self.blocks[worker.id]]
        found = shifts(hours, duties, home, remote)
        return list(around(found, away)) if away else found

    def _away(self, block: Block) -> Away:
        calendar = self.facts.calendar
        here, there = self.places.door(*block.here), self.places.door(*block.there)
        return Away(calendar.floor(block.start_at), calendar.ceil(block.end_at), here, there)

    def _duties(self, worker_id: UUID, skills: Mapping[str, int]) -> Duties:
        seats = self.promised.get(worker_id, ())
        calls = [task for task in self.calls if able(task, skills)]
        return Duties(
            visits=any(able(task, skills) for task in self.visits) or self._out_of_house(skills),
            calls=[(w.earliest, w.latest + task.duration) for task in calls for w in task.windows],
            promised_visits=[self._stretch(c) for c in seats if c.shape != "remote"],
            promised_calls=[self._stretch(c) for c in seats if c.shape == "remote"],
        )

    def _out_of_house(self, skills: Mapping[str, int]) -> bool:
        """Say whether somebody could bring meals or run a gathering: then hours are not for calls alone."""
        shapes = self.facts.shapes
        leads = bool(shapes.gatherings) and (shapes.anybody or not shapes.skills.isdisjoint(skills))
        return leads or (bool(shapes.meals) and not shapes.carrying.isdisjoint(skills))

    def _stretch(self, seat: Commitment) -> Stretch:
        calendar = self.facts.calendar
        return calendar.floor(seat.start_at), calendar.ceil(seat.end_at)

    def _validities(self, helper: Helper) -> list[matching.Validity]:
        held = self.papers[helper.worker.id] + self.papers[helper.provider.id]
        forward = (p for p in held if p.valid_until is None or p.valid_from <= p.valid_until)
        return [_validity(paper, self.facts.calendar) for paper in forward]


def able(task: matching.Task, skills: Mapping[str, int]) -> bool:
    """Say whether somebody has the skills of a task."""
    return all(skills.get(wanted.skill, 0) >= wanted.level for wanted in task.skills)


def _left(cap: int | None, used: int) -> int | None:
    return None if cap is None else max(0, cap - used)


def _by_holder(papers: Sequence[Credential]) -> defaultdict[UUID, list[Credential]]:
    held: defaultdict[UUID, list[Credential]] = defaultdict(list)
    for paper in papers:
        holder = paper.worker_id or paper.provider_id
        if holder is not None:
            held[holder].append(paper)
    return held


def _validity(paper: Credential, calendar: Calendar) -> matching.Validity:
    """Dates are inclusive, so a paper ends with the midnight after its last day."""
    start = calendar.midnight(paper.valid_from)
    end = None if paper.valid_until is None else calendar.midnight(paper.valid_until) + DAY
    return matching.Validity(
        code=paper.qualification_code,
        valid_from=None if start <= 0 else min(start, MAX_TICKS - 1),
        # A paper that ended before the round is as good as one that ends when the round begins.
        valid_until=None if end is None or end > MAX_TICKS else max(0, end),
    )


def _busiest(facts: Facts) -> defaultdict[UUID, Counter[int]]:
    """Count the runs and sessions (0) and their minutes (1) on the day of the round that has most of them."""
    days: defaultdict[tuple[UUID, int], Counter[int]] = defaultdict(Counter)
    for block in facts.shapes.blocks:
        start = facts.calendar.floor(block.start_at)
        for holder in (block.worker_id, block.provider_id):
            days[holder, start // DAY][0] += 1
            days[holder, start // DAY][1] += facts.calendar.ceil(block.end_at) - start
    most: defaultdict[UUID, Counter[int]] = defaultdict(Counter)
    for (holder, _), used in days.items():
        most[holder] |= used
    return most


def _used_elsewhere(facts: Facts) -> defaultdict[UUID, Counter[int]]:
    """Count visits (0) and minutes (1) promised in the same weeks but outside the round, and its runs and sessions."""
    used: defaultdict[UUID, Counter[int]] = defaultdict(Counter)
    for seat in facts.commitments:
        if not facts.calendar.start <= seat.start_at < facts.calendar.end:
            for holder in (seat.worker_id, seat.provider_id):
                used[holder][0] += 1
                used[holder][1] += facts.calendar.ceil(seat.end_at) - facts.calendar.floor(seat.start_at)
    for block in facts.shapes.blocks:
        for holder in (block.worker_id, block.provider_id):
            used[holder][0] += 1
            used[holder][1] += facts.calendar.ceil(block.end_at) - facts.calendar.floor(block.start_at)
    return used
