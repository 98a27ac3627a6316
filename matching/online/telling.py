"""What a plan in memory says of itself: reasons of options, and the whole plan as a document."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from matching.accounts import Accounts, Made
from matching.assemble import told
from matching.online import layout as at
from matching.online.documents import Option, Reason, ReasonCode
from matching.plan import CauseCount, Plan, Route, Stop, Unserved
from matching.problem import Place, Task, Worker
from matching.rules import CAUSES
from matching.solvers.mixed.write import with_waiting
from matching.travel import Mode

if TYPE_CHECKING:
    from matching.online.live import Live

PER_CENT = 100


def reasons(live: "Live", t: int, options: Iterable[Option], *, held: bool) -> list[Option]:
    """Options with their reasons: fewest points lost first, then cost; of two that cost about the same, the smaller load."""
    found = list(options)
    if not found:
        return []
    loads = {option.workers: _load(live, option) for option in found}
    outs = {option.workers: _out(live, t, option) for option in found}
    even = live.settings.even_ticks
    found.sort(key=lambda o: -o.points)
    if (
        len(found) > 1
        and found[0].points == found[1].points
        and not found[1].displaces
        and abs(found[0].cost_ticks - found[1].cost_ticks) <= even
        and len(found[0].changes) == len(found[1].changes)
        and loads[found[1].workers] < loads[found[0].workers]
    ):
        found[:2] = [found[1], found[0]]
    least = {
        "nearest": min(outs.values()),
        "least_detour": min(option.detour_ticks for option in found),
        "least_loaded": min(loads.values()),
    }
    return [
        msgspec.structs.replace(
            option,
            reasons=_reasons(
                live, t, option, (outs[option.workers], loads[option.workers]), least, held=held
            ),
        )
        for option in found
    ]


def _reasons(
    live: "Live", t: int, option: Option, known: tuple[int, int], least: dict[str, int], *, held: bool
) -> tuple[Reason, ...]:
    task, (out, load) = live.tasks[t], known
    people = [live.people[live.person[name]] for name in option.workers]
    late = _late(task, option.start)
    lost = task.priority - option.points
    found: dict[ReasonCode, tuple[bool, int]] = {
        "reserve": (held, task.days_waited),
        "known_face": (bool(set(option.workers) & set(task.known_workers)), len(option.workers)),
        "wish_met": (_met(task, people) > 0, _met(task, people)),
        "anchor": (any(set(task.zones) & set(one.anchors) for one in people), 0),
        "nearest": (out == least["nearest"], out),
        "least_detour": (option.detour_ticks == least["least_detour"], option.detour_ticks),
        "least_loaded": (load == least["least_loaded"], load),
        "on_time": (late == 0, 0),
        "late": (late > 0, late),
        "moves": (
            len(option.changes) > 1 + len(option.displaces),
            len(option.changes) - 1 - len(option.displaces),
        ),
        "displaces": (bool(option.displaces), lost),
        "guessed_way": (_guessed(live, option), 0),
    }
    return tuple(Reason(code=code, value=value) for code, (true, value) in found.items() if true)


def _late(task: Task, start: int) -> int:
    return min((max(0, start - w.latest) for w in task.windows if w.earliest <= start <= w.end), default=0)


def _met(task: Task, people: list[Worker]) -> int:
    """Wishes that everybody who comes meets."""
    wishes = task.wishes
    return (
        (bool(wishes.workers) and all(one.id in wishes.workers for one in people))
        + (wishes.gender is not None and all(one.gender == wishes.gender for one in people))
        + (wishes.language is not None and all(wishes.language in one.languages for one in people))
    )


def _rows(live: "Live", option: Option) -> list[int]:
    return [live.loaded.rows.at[key] for key in zip(option.workers, option.shifts, strict=True)]


def _out(live: "Live", t: int, option: Option) -> int:
    """Ticks from where the shifts start to the task."""
    pairs = [live.store.pair_of(t, row) for row in _rows(live, option)]
    return sum(int(live.store.board.pair[q, at.P_OUT]) for q in pairs)


def _load(live: "Live", option: Option) -> int:
    """Per cent of the time declared (else of the shifts) that is in use already, the most of all these people."""
    node, most = live.store.board.node, 0
    for name in option.workers:
        worker = live.people[live.person[name]]
        rows = [live.loaded.rows.at[name, i] for i in range(len(worker.shifts))]
        busy = sum(int(node[v, at.STAY]) for row in rows for v in live.store.stops(row))
        have = worker.declared_ticks or sum(shift.end - shift.start for shift in worker.shifts)
        most = max(most, PER_CENT * busy // max(1, have))
    return most


def _guessed(live: "Live", option: Option) -> bool:
    """Whether the way from where the first of them starts is a guess, although others are measured."""
    travel = live.loaded.asker.travel
    if travel.estimated:
        return False
    shift = live.loaded.rows.shifts[_rows(live, option)[0]]
    places = live.loaded.asker.places
    t = live.number[option.task]
    return travel.guessed(places[shift.start_place], places[live.tasks[t].place])


def told_plan(live: "Live") -> Plan:
    """The whole plan: routes with their ways, sessions and who waits for them, causes, terms."""
    problem = live.problem
    accounts = Accounts(problem, live.policy)
    made = Made(_routes(live), live.sessions)
    return told(
        problem,
        live.policy,
        routes=made.routes,
        sessions=with_waiting(problem, made),
        unserved=_unserved(live, accounts, made.served),
        solver="online",
        seed=live.base.seed,
        accounts=accounts,
    )


def _unserved(live: "Live", accounts: Accounts, served: set[str]) -> Iterable[Unserved]:
    met = live.needs_met()
    for name, one in sorted(accounts.asked.items()):
        if name not in served:
            causes = _causes(live, one, met) if isinstance(one, Task) else live.causes[name]
            yield Unserved(task=name, causes=causes, mandatory=name in accounts.must)


def _causes(live: "Live", task: Task, met: set[str]) -> tuple[CauseCount, ...]:
    """The causes told before, else those of today; who could come is busy, or waits for another task."""
    left = "busy"
    links = live.loaded.instance.befores.get(live.number[task.id], ())
    if any(live.moves.visit(link.before) is None for link in links):
        left = "precedence"
    if task.need and task.need in met:
        left = "alternative"
    if task.id not in live.causes:
        live.causes[task.id] = live.loaded.asker.ask(task).why()
    counts: dict[str, int] = {}
    for one in live.causes[task.id]:
        cause = left if one.cause in {"busy", "precedence", "alternative"} else one.cause
        counts[cause] = counts.get(cause, 0) + one.count
    return tuple(CauseCount(cause=cause, count=counts[cause]) for cause in CAUSES if cause in counts)


def _routes(live: "Live") -> tuple[Route, ...]:
    """Routes of all shifts in use; ways are looked up together for each mode."""
    store, rows = live.store, live.loaded.rows
    held = live.moves.held
    names, places = list(live.places), live.problem.place_by_id
    stops: dict[int, list[int]] = {}
    for row in range(store.rows):
        found = [v for v in store.stops(row) if int(store.board.node[v, at.TASK]) not in held]
        if found:
            stops[row] = found
    legs: dict[Mode, tuple[list[Place], list[Place], list[int]]] = {}
    for row, nodes in stops.items():
        shift = rows.shifts[row]
        doors = [names[int(store.board.node[v, at.PLACE])] for v in nodes]
        doors = [shift.start_place, *doors, shift.end_place]
        begins, ends, owner = legs.setdefault(rows.modes[row], ([], [], []))
        begins += [places[name] for name in doors[:-1]]
        ends += [places[name] for name in doors[1:]]
        owner += [row] * (len(doors) - 1)
    ways: dict[int, list[tuple[int, int]]] = {}
    for mode, (begins, ends, owner) in sorted(legs.items()):
        ticks, metres = live.problem.travel.pairs(begins, ends, mode)
        for row, leg in zip(owner, np.stack([ticks, metres], axis=1).tolist(), strict=True):
            ways.setdefault(row, []).append(tuple(leg))
    return tuple(_route(live, row, nodes, ways[row]) for row, nodes in stops.items())


def _route(live: "Live", row: int, nodes: list[int], legs: list[tuple[int, int]]) -> Route:
    store, blocks = live.store, live.loaded.blocks
    worker = live.people[live.loaded.rows.worker[row]].id
    now, found = None, []
    for v, (ticks, metres) in zip(nodes, legs, strict=False):
        line = store.board.node[v]
        start, stay = int(line[at.AT]), int(line[at.STAY])
        block = blocks.get(v)
        found.append(
            Stop(
                task=live.tasks[int(line[at.TASK])].id if block is None else block.task,
                arrive=start if now is None else now + ticks,
                start=start,
                end=start + stay,
                travel_ticks=ticks,
                travel_metres=metres,
                kind="visit" if block is None else block.kind,
            )
        )
        now = start + stay
    back, metres = legs[-1]
    shift = live.loaded.rows.nth[row]
    return Route(worker=worker, shift=shift, stops=tuple(found), return_ticks=back, return_metres=metres)
