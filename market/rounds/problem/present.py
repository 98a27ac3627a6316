"""Wishes and memories in terms of who is there: the helpers of a round as people, whatever provider sends them."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from catalog.services.models import Service
from catalog.services.taxonomy import load_taxonomy
from market.needs.models import Need
from market.rounds.problem.bonds import Bonds
from market.rounds.problem.people import People
from matching.problem import Wishes


class Present:
    """The helpers of a round, by person and by skill."""

    def __init__(self, people: People) -> None:
        self.people = {helper.worker.id: helper.worker.person_id for helper in people.helpers}
        self.workers: dict[UUID, list[UUID]] = defaultdict(list)
        for worker_id, person_id in self.people.items():
            self.workers[person_id].append(worker_id)
        self.skills = people.skills

    def wishes(self, need: Need) -> Wishes:
        """Return what is wished and does not bind; somebody who is not among the helpers cannot be planned for."""
        wished = need.wishes.get("same_helper")
        person = self.people.get(UUID(wished)) if wished else None
        gender = None if binding_gender(need) else need.wishes.get("gender")
        return Wishes(
            workers=self._of(need, () if person is None else (person,)),
            gender=gender,
            language=need.wishes.get("language"),
        )

    def known(self, need: Need, service: Service, bonds: Bonds) -> tuple[str, ...]:
        """Return who has been at the beneficiary's before and can do this."""
        there = self._of(need, bonds.visited.get(need.beneficiary_id, ()))
        return tuple(worker for worker in there if self._able(UUID(worker), service))

    def _of(self, need: Need, people: Iterable[UUID]) -> tuple[str, ...]:
        found = {str(worker) for person in people for worker in self.workers.get(person, ())}
        return tuple(sorted(found.difference(need.refused_workers)))

    def _able(self, worker: UUID, service: Service) -> bool:
        levels = self.skills.get(worker, {})
        return all(levels.get(wanted["skill"], 0) >= wanted["level"] for wanted in service.skills)


def binding_gender(need: Need) -> str | None:
    """A wish for a woman or a man binds where the service touches the body; elsewhere it stays a wish."""
    known = load_taxonomy().by_code.get(need.service_code)
    wished: str | None = need.wishes.get("gender")
    return wished if known is not None and known.gender_wish else None
