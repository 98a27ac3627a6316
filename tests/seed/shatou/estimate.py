"""A rough answer, apart from the product's solver, to: how many of a world's needs could be served tomorrow?

Greedy, straight lines (1.5 x + 250 m), hardest needs first. It shows that the demo is neither hopeless nor trivial.
"""

from collections import Counter

import numpy as np

from catalog.services.taxonomy import load_taxonomy
from seed.shatou.geo import metres

SPEED = {"walk": 66.0, "walk_slow": 48.0, "ebike": 200.0, "car": 300.0}


def minutes(mode, far):
    return int(np.ceil((1.5 * far + 250) / SPEED[mode]))


class Day:
    """The day of one worker, filled step by step."""

    def __init__(self, worker, provider, day) -> None:
        self.worker, self.provider = worker, provider
        away = day in worker.absences
        self.spans = (
            []
            if away
            else [(s.start_minute, s.end_minute) for s in worker.availability if s.weekday == day.weekday()]
        )
        papers = [*worker.credentials, *provider.credentials]
        self.papers = {
            c.qualification
            for c in papers
            if c.valid_from <= day and (not c.valid_until or c.valid_until >= day)
        }
        self.skills = {skill.code: skill.level for skill in worker.skills}
        self.place = np.array([worker.lat, worker.lon])
        self.taken = []

    def cause(self, need, service):
        """The first reason why this worker cannot be asked at all."""
        far = float(metres(self.place, np.array([need.lat, need.lon])))
        if self.provider.kind not in service.providers or (
            self.provider.services and service.code not in self.provider.services
        ):
            return "kind"
        if any(self.skills.get(s.skill, 0) < s.level for s in service.skills):
            return "skill"
        if self.provider.state != "active" or not set(service.qualifications) <= self.papers:
            return "papers"
        if service.shape == "visit" and far > min(self.worker.reach_metres, service.reach_metres):
            return "reach"
        if not self.starts(need, service):
            return "hours"
        return None

    def starts(self, need, service):
        """Possible starts on a grid of 15 minutes, travel from and to home counted around every job."""
        walk = 0
        if service.shape == "visit":
            walk = minutes(self.worker.travel_mode, float(metres(self.place, np.array([need.lat, need.lon]))))
        length = need.duration_minutes
        if len(self.taken) >= self.worker.max_tasks_day:
            return set()
        if sum(b - a for a, b in self.taken) + length + 2 * walk > self.worker.max_minutes_day:
            return set()
        return {
            at
            for window in need.windows
            for at in range(window.start_minute, window.end_minute - length + 1, 5)
            if any(a + walk <= at and at + length + walk <= b for a, b in self.spans)
            and all(at + length + walk <= a or at - walk >= b for a, b in self.taken)
        }

    def book(self, need, service, at):
        walk = 0
        if service.shape == "visit":
            walk = minutes(self.worker.travel_mode, float(metres(self.place, np.array([need.lat, need.lon]))))
        self.taken.append((at - walk, at + need.duration_minutes + walk))


def serve(world):
    """Needs served, and for the rest the commonest last obstacle."""
    providers = {provider.id: provider for provider in world.providers}
    days = [Day(worker, providers[worker.provider_id], world.day) for worker in world.workers]
    taxonomy = load_taxonomy()
    able = {}
    causes = {}
    for need in (need for need in world.needs if need.lane == "service"):
        service = taxonomy.service(need.service)
        why = [day.cause(need, service) for day in days]
        able[need] = [day for day, cause in zip(days, why, strict=True) if cause is None]
        causes[need] = Counter(cause for cause in why if cause)
    served, unserved = [], Counter()
    for need in sorted(able, key=lambda need: (len(able[need]), need.id.int)):
        service = taxonomy.service(need.service)
        starts = [(day, day.starts(need, service)) for day in able[need]]
        count = Counter(at for _, options in starts for at in options)
        good = [at for at, n in sorted(count.items()) if n >= need.people_needed]
        if good:
            team = [day for day, options in starts if good[0] in options]
            team.sort(key=lambda day: len(day.taken))
            for day in team[: need.people_needed]:
                day.book(need, service, good[0])
            served.append(need)
        else:
            last = [c for c in ("hours", "reach", "papers", "skill") if causes[need][c]]
            unserved[need.service, last[0] if not able[need] and last else "competition"] += 1
    return served, unserved, able


def share(world):
    served, _, able = serve(world)
    return len(served) / len(able)
