"""The checker answers every plan document with violations, however wrong it is."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.plan import (
    Assignment,
    CauseCount,
    GroupTerms,
    LevelReport,
    Plan,
    Route,
    Session,
    Staff,
    Stop,
    Unserved,
    decode_plan,
    encode_plan,
)
from matching.policy import policy_hash
from matching.problem import problem_hash
from matching.rules import CAUSES, check

from .shaped import shaped_problems
from .strategies import policies
from .written import written

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
NUMBERS = st.one_of(st.integers(-2, 30), st.integers(0, 3), st.sampled_from([-(10**9), 10**9]))


def lists(items, most=3):
    return st.just(()) if items is None else st.lists(items, max_size=most).map(tuple)


def names(things, wild):
    """Ids of these things; `wild`: now and then one that does not exist. None where there is nothing to name."""
    known = [thing.id for thing in things] + ["nobody"] * wild
    return st.sampled_from(known) if known else None


def built(kind, **fields: Any):
    """None where there is nothing to name in some field."""
    return None if None in fields.values() else st.builds(kind, **fields)


@st.composite
def stops(draw, of, wild, opened):
    """Stops in odd orders, at odd times; `opened`: gatherings that may be led."""
    things = {"visit": of.tasks, "load": of.depots, "deliver": of.deliveries, "lead": opened}
    kind = draw(st.sampled_from([kind for kind, some in things.items() if some or wild]))
    things = things[kind]
    return Stop(
        task=draw(names(things, wild)),
        kind=kind,
        arrive=draw(NUMBERS),
        start=draw(NUMBERS),
        end=draw(NUMBERS),
        travel_ticks=draw(NUMBERS),
        travel_metres=draw(NUMBERS),
    )


@st.composite
def plans(draw, of, policy):
    """Any document that a plan may be; half of them name nothing that does not exist."""
    wild = draw(st.booleans())
    number = NUMBERS if wild else st.just(0)
    workers = names(of.workers, wild)
    asked = names((*of.tasks, *of.deliveries, *of.enrolments), wild)
    seated = lists(names(of.enrolments, wild))
    sessions = draw(
        lists(
            built(
                Session,
                gathering=names(of.gatherings, wild),
                occasion=number,
                staff=lists(built(Staff, role=number, workers=lists(workers))),
                seated=seated,
                waiting=seated,
            )
        )
    )
    opened = {session.gathering for session in sessions}
    led = [gathering for gathering in of.gatherings if gathering.id in opened]
    route = built(
        Route,
        worker=workers,
        shift=number,
        stops=lists(stops(of, wild, led) if wild or of.tasks or of.depots or led else None, 5),
        return_ticks=NUMBERS,
        return_metres=NUMBERS,
    )
    visits = built(Assignment, task=names(of.tasks, wild), start=NUMBERS, workers=lists(workers))
    return Plan(
        problem=draw(st.sampled_from([problem_hash(of), "0"])),
        policy=draw(st.sampled_from([policy_hash(policy), ""])),
        solver="wild",
        seed=0,
        assignments=draw(lists(visits)),
        routes=draw(lists(route)),
        sessions=sessions,
        unserved=draw(
            lists(
                built(
                    Unserved,
                    task=asked,
                    causes=lists(
                        st.builds(CauseCount, cause=st.sampled_from([*CAUSES[:3], "moon"]), count=NUMBERS)
                    ),
                    mandatory=st.booleans(),
                )
            )
        ),
        levels=draw(
            lists(
                st.builds(
                    LevelReport,
                    name=st.sampled_from(["mandatory", "service", "travel", "experience", "moon"]),
                    value=NUMBERS,
                    bound=NUMBERS,
                    gap_ppm=NUMBERS,
                    status=st.just("feasible"),
                )
            )
        ),
        groups=draw(
            lists(
                st.builds(
                    GroupTerms,
                    group=st.sampled_from(["old", "moon"]),
                    asked=NUMBERS,
                    served=NUMBERS,
                    points=NUMBERS,
                    travel_ticks=NUMBERS,
                )
            )
        ),
        terms=draw(st.dictionaries(st.sampled_from(["asked", "trips", "walk_ticks", "moon"]), NUMBERS)),
    )


@given(of=shaped_problems(), policy=policies(), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_the_checker_never_raises(of, policy, data):
    plan = data.draw(plans(of, policy))
    assert decode_plan(encode_plan(plan)) == plan
    found = check(of, plan, policy)
    assert all(violation.rule in CAUSES and violation.message for violation in found)
    if plan.problem != problem_hash(of):
        assert found


@given(of=shaped_problems(), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
def test_the_empty_plan_is_allowed_and_no_stop_more(of, data):
    """Whatever one stop is added, an order is missing: its assignment, its load, its session."""
    empty = written(of, {})
    assert check(of, empty) == ()
    if not of.workers:
        return
    worker = data.draw(st.sampled_from(of.workers))
    if not (of.tasks or of.depots):
        return
    stop = data.draw(stops(of, wild=False, opened=()))
    route = Route(worker=worker.id, shift=0, stops=(stop,), return_ticks=0, return_metres=0)
    more = Plan(
        **{name: getattr(empty, name) for name in Plan.__struct_fields__ if name != "routes"}, routes=(route,)
    )
    assert {violation.rule for violation in check(of, more)} & {"routes", "depot"}
