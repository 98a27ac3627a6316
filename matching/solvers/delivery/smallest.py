"""One depot, one door, one worker: what compiled code is made ready with."""

from matching.delivery import Delivery, Depot
from matching.problem import Horizon, Place, Problem, Provider, Shift, StartWindow, Worker

SMALLEST = Problem(
    id="smallest",
    horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
    places=(Place(id="canteen", lat=0.0, lon=0.0), Place(id="door", lat=0.001, lon=0.0)),
    providers=(Provider(id="team", kind="volunteer"),),
    workers=(
        Worker(
            id="one",
            provider="team",
            shifts=(Shift(start=480, end=900, start_place="door", end_place="door"),),
            max_leg_ticks=60,
            capacity=2,
        ),
    ),
    depots=(Depot(id="canteen", place="canteen", ready=(StartWindow(earliest=600, latest=700),)),),
    deliveries=tuple(
        Delivery(
            id=f"meal {i}", place="door", windows=(StartWindow(earliest=660, latest=750),), fresh_ticks=30
        )
        for i in range(2)
    ),
)
