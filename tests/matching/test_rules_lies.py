"""A plan that keeps every rule breaks one as soon as it tells a small lie."""

from hypothesis import HealthCheck, given, settings

from matching.rules import check

from .brute_shaped import best_shaped
from .builders import change
from .shaped import tiny_problems
from .strategies import policies

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def without(items, i):
    return (*items[:i], *items[i + 1 :])


def with_one(items, i, **fields: int):
    return (*items[:i], change(items[i], **fields), *items[i + 1 :])


def lies(plan):
    """Plans that differ in one thing: a stop, a way, a seat, a name on a list, something that is not told."""
    for i, route in enumerate(plan.routes):
        yield "route left out", change(plan, routes=without(plan.routes, i))
        yield "way back", change(plan, routes=with_one(plan.routes, i, return_ticks=route.return_ticks + 1))
        for j, stop in enumerate(route.stops):
            stops = {
                "stop left out": without(route.stops, j),
                "stop twice": (*route.stops[: j + 1], *route.stops[j:]),
                "way": with_one(route.stops, j, travel_metres=stop.travel_metres + 1),
                "end": with_one(route.stops, j, end=stop.end + 1),
                "start": with_one(route.stops, j, start=stop.start - 1),
            }
            for name, told in stops.items():
                yield f"{stop.kind}: {name}", change(plan, routes=with_one(plan.routes, i, stops=told))
    for i, session in enumerate(plan.sessions):
        yield "session left out", change(plan, sessions=without(plan.sessions, i))
        yield "session twice", change(plan, sessions=(*plan.sessions, session))
        for name, told in {
            "seat left out": {"seated": session.seated[1:]},
            "seat twice": {"seated": (*session.seated, session.seated[0])},
            "seated waits": {"waiting": (*session.waiting, session.seated[0])},
            "staff left out": {"staff": session.staff[1:]} if session.staff else {"seated": ()},
        }.items():
            yield name, change(plan, sessions=with_one(plan.sessions, i, **told))
        if session.waiting:
            yield "nobody waits", change(plan, sessions=with_one(plan.sessions, i, waiting=()))
    for i, unserved in enumerate(plan.unserved):
        yield "unserved left out", change(plan, unserved=without(plan.unserved, i))
        yield "unserved twice", change(plan, unserved=(*plan.unserved, unserved))


@given(of=tiny_problems(), policy=policies())
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
def test_every_small_lie_is_found(of, policy):
    _, plan = best_shaped(of, policy)
    assert check(of, plan, policy) == ()
    told = list(lies(plan))
    assert [name for name, lie in told if not check(of, lie, policy)] == []
    assert bool(told) == bool(plan.routes or plan.sessions or plan.unserved)
