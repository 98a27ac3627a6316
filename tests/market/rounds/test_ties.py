"""What speaks for a helper, and how many wishes a plan meets."""

from market.rounds.ties import Kept, Ties
from market.ties import TIES
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    StartWindow,
    Task,
    Wishes,
    Worker,
    encode,
)

HOME = Place(id="home", lat=22.5, lon=114.0)


def ties(*tasks: Task) -> Ties:
    people = (
        Worker(
            id="ann", provider="team", shifts=(), gender="female", languages=("yue",), anchors=("stairs",)
        ),
        Worker(id="bo", provider="team", shifts=(), gender="male", languages=("zh",)),
    )
    problem = Problem(
        id="p",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=(HOME,),
        providers=(Provider(id="team", kind="volunteer_team"),),
        workers=people,
        tasks=tasks,
    )
    found = Ties.of_problem(problem)
    read = Ties.read(encode(problem))
    assert (read.tasks, read.workers) == (found.tasks, found.workers)
    return found


def task(name: str = "t", **changes: object) -> Task:
    return Task(
        **(
            {"id": name, "place": "home", "duration": 30, "windows": (StartWindow(earliest=600, latest=700),)}
            | changes
        )
    )


def test_each_tie_holds_for_whom_it_is_true():
    wishes = Wishes(workers=("ann",), gender="female", language="yue")
    found = ties(task(wishes=wishes, known_workers=("bo",), zones=("block", "stairs")))
    assert found.between("t", "ann") == dict.fromkeys(TIES, True) | {"known": False}
    assert found.between("t", "bo") == dict.fromkeys(TIES, False) | {"known": True}


def test_nothing_asked_is_nothing_met():
    found = ties(task())
    assert not any(found.between("t", "ann").values())
    assert set(found.kept({"t": ("ann",)}).values()) == {Kept()}


def test_a_gender_that_binds_is_no_wish_but_speaks_for_who_comes():
    found = ties(task(required_gender="female"))
    assert found.between("t", "ann")["gender"]
    assert found.kept({"t": ("ann",)})["gender"] == Kept()


def test_one_who_speaks_is_enough_and_all_must_be_women():
    found = ties(task(wishes=Wishes(gender="female", language="yue"), headcount=2))
    both = found.kept({"t": ("ann", "bo")})
    assert (both["language"], both["gender"]) == (Kept(asked=1, met=1), Kept(asked=1, met=0))


def test_only_the_served_count_and_who_asked_for_somebody_absent_is_not_forgotten():
    wishes = Wishes(workers=("ann",))
    found = ties(task("a", wishes=wishes), task("b", wishes=wishes), task("c"), task("d"))
    teams = {"a": ("ann",), "c": ("bo",)}
    assert found.kept(teams)["same_helper"] == Kept(asked=1, met=1)
    assert found.kept(teams, absent=("c", "d"))["same_helper"] == Kept(asked=2, met=1)
