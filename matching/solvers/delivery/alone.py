"""What keeps a worker from a delivery that is all they do."""

from collections import Counter

import numpy as np

from matching.policy import Policy
from matching.problem import Delivery, Problem
from matching.rules import CAUSES
from matching.solvers.delivery import layout as at
from matching.solvers.delivery.case import Case


class Alone:
    """Causes of all deliveries; what could be decided for many at once is."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.index = {d.id: i for i, d in enumerate(problem.deliveries)}
        self.case = Case(problem, Policy(levels=("service",)))
        self.place = {i: n for n, i in enumerate(self.case.index)}
        door = self.case.model.door
        self.doors: dict[int, list[tuple[int, int]]] = {}
        for r, w in enumerate(self.case.worker):
            self.doors.setdefault(int(w), []).extend((r, d) for d in np.flatnonzero(door[:, r]).tolist())

    def causes(self, delivery: str) -> Counter[str]:
        """How many workers each cause keeps away."""
        i = self.index[delivery]
        asked, codes = self.problem.deliveries[i], self.case.candidates.causes[i]
        found: Counter[str] = Counter()
        for w, code in enumerate(codes.tolist()):
            found[CAUSES[code - 1] if code else self._cause(asked, i, w)] += 1
        return found

    def _cause(self, asked: Delivery, i: int, w: int) -> str:
        """Of a worker who could come to the door."""
        if self.problem.workers[w].capacity < asked.units:
            return "capacity"
        item = self.place[i]
        origin = self.case.model.origin[item]
        doors = [(r, d) for r, d in self.doors.get(w, ()) if origin[d]]
        if not doors:
            return "depot"
        return "busy" if any(self._fits(item, r, d) for r, d in doors) else "fresh"

    def _fits(self, item: int, r: int, d: int) -> bool:
        """Whether one trip with this delivery alone keeps time and freshness."""
        model = self.case.model
        q = int(model.lookup[item, r])
        if q < 0:
            return False
        row, depot, asked = model.row[r], model.depot[d], model.item[item]
        way = model.way[row[at.MODE]]
        step, back = int(way[depot[at.D_PLACE], asked[at.PLACE]]), int(way[asked[at.PLACE], row[at.STOP]])
        load = self._load(d, int(row[at.BEGIN] + way[row[at.START], depot[at.D_PLACE]]))
        while load is not None and step <= row[at.LEG_LIMIT]:
            left = load + int(depot[at.LOADING])
            start = self._start(q, left + step)
            if start is None:
                return False
            if start - left <= asked[at.FRESH]:
                return bool(start + asked[at.STAY] + back <= row[at.END])
            load = self._load(d, start - int(asked[at.FRESH] + depot[at.LOADING]))
        return False

    def _load(self, d: int, now: int) -> int | None:
        first, last = self.case.model.depot[d : d + 2, at.READY].tolist()
        ready = self.case.model.ready[first:last].tolist()
        return next((max(now, low) for low, high in ready if now <= high), None)

    def _start(self, q: int, now: int) -> int | None:
        line = int(self.case.model.pair[q, at.WINDOW])
        while True:
            low, high, _, _, last = self.case.model.window[line].tolist()
            if now <= high:
                return int(max(now, low))
            if last:
                return None
            line += 1
