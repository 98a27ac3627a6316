"""What speaks for a helper beside skill and way: asked for, known there, of the stairwell, as was wished.

Read from a frozen problem without its ways, so that a page need not unpack tables of a whole district.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from market.ties import TIES
from matching.problem import Problem, Wishes


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a task that names people and places."""

    id: str
    required_gender: str | None = None
    wishes: Wishes = Wishes()
    known_workers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


class Comer(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a worker that tasks may name."""

    id: str
    gender: str | None = None
    languages: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    tasks: tuple[Asked, ...] = ()
    workers: tuple[Comer, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Of `asked` served needs that had such a tie to offer, `met` have it."""

    asked: int = 0
    met: int = 0


class Ties:
    """Tasks and workers of one problem; keys of what is returned are those of `market.ties.TIES`."""

    def __init__(self, tasks: Iterable[Asked], workers: Iterable[Comer]) -> None:
        self.tasks = {task.id: task for task in tasks}
        self.workers = {worker.id: worker for worker in workers}

    @classmethod
    def read(cls, document: bytes) -> "Ties":
        """Return the ties of a frozen problem, given as its bytes."""
        found = msgspec.json.decode(document, type=_Document)
        return cls(found.tasks, found.workers)

    @classmethod
    def of_problem(cls, problem: Problem) -> "Ties":
        """Return the ties of a problem that has been read already."""
        return cls(
            (msgspec.convert(task, Asked, from_attributes=True) for task in problem.tasks),
            (msgspec.convert(worker, Comer, from_attributes=True) for worker in problem.workers),
        )

    def between(self, task_id: str, worker_id: str) -> dict[str, bool]:
        """Say of each tie whether it holds between a task and a worker."""
        task, worker = self.tasks[task_id], self.workers[worker_id]
        gender = task.required_gender or task.wishes.gender
        return {
            "same_helper": worker_id in task.wishes.workers,
            "known": worker_id in task.known_workers,
            "neighbour": not set(task.zones).isdisjoint(worker.anchors),
            "language": task.wishes.language in worker.languages,
            "gender": gender is not None and gender == worker.gender,
        }

    def kept(self, teams: Mapping[str, Sequence[str]], absent: Collection[str] = ()) -> dict[str, Kept]:
        """Count what was wished, and who could be known, for the served tasks of `teams` (task -> workers).

        `absent`: tasks whose residents asked for somebody who is not among the helpers: wished, and not met.
        """
        counts = {kind: [0, 0] for kind in TIES if kind != "neighbour"}
        counts["same_helper"][0] += len(set(absent).intersection(teams))
        for task_id, team in teams.items():
            found = [self.between(task_id, worker) for worker in team]
            for kind in _offered(self.tasks[task_id]):
                enough = all if kind == "gender" else any
                counts[kind][0] += 1
                counts[kind][1] += enough(ties[kind] for ties in found)
        return {kind: Kept(asked=asked, met=met) for kind, (asked, met) in counts.items()}


def _offered(task: Asked) -> list[str]:
    """Return the ties that a task has to offer to anybody; a gender that binds is a rule and no wish."""
    there: dict[str, Any] = {
        "same_helper": task.wishes.workers,
        "known": task.known_workers,
        "language": task.wishes.language,
        "gender": task.wishes.gender,
    }
    return [kind for kind, has in there.items() if has]
