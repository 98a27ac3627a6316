"""What a visit costs besides its ways: wishes, continuity, anchors, over-qualification, money."""

from matching.policy import Policy
from matching.problem import Problem, Task, Worker

HUNDRED_YUAN = 10_000
HOUR_SECONDS = 3_600


class Prices:
    """Prices of visits in ticks of the level experience, and their costs in fen."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem, self.policy = problem, policy
        self._known: dict[tuple[int, int], int] = {}
        self.rates = {
            p.id: {r.service: (r.visit_fen, r.hour_fen) for r in p.rates} for p in problem.providers
        }

    def of(self, task: int, worker: int) -> int:
        """Ticks of one worker at one task."""
        pair = task, worker
        if pair not in self._known:
            self._known[pair] = self._of(task, worker)
        return self._known[pair]

    def _of(self, task: int, worker: int) -> int:
        asked, person, policy = self.problem.tasks[task], self.problem.workers[worker], self.policy
        ticks = policy.wish_ticks * unmet(asked, person)
        if asked.known_workers and person.id not in asked.known_workers:
            ticks += policy.continuity_ticks
        if asked.zones and person.anchors and set(asked.zones).isdisjoint(person.anchors):
            ticks += policy.anchor_ticks
        if policy.overlevel_ticks and asked.skills:
            has = {skill.skill: skill.level for skill in person.skills}
            ticks += policy.overlevel_ticks * sum(
                max(0, has.get(s.skill, s.level) - s.level) for s in asked.skills
            )
        return ticks + policy.hundred_yuan_ticks * (self.fen(task, worker) // HUNDRED_YUAN)

    def fen(self, task: int, worker: int) -> int:
        """What one worker at one task costs, hours rounded up to the next fen."""
        asked = self.problem.tasks[task]
        rates = self.rates[self.problem.workers[worker].provider]
        visit, hour = rates.get(asked.service, rates.get("", (0, 0)))
        seconds = asked.duration * self.problem.horizon.tick_seconds
        return visit + -(-hour * seconds // HOUR_SECONDS)


def unmet(task: Task, worker: Worker) -> int:
    """How many wishes of a task a worker does not meet."""
    wishes = task.wishes
    return (
        (bool(wishes.workers) and worker.id not in wishes.workers)
        + (wishes.gender is not None and worker.gender != wishes.gender)
        + (wishes.language is not None and wishes.language not in worker.languages)
    )
