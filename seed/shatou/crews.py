"""Providers of the street in the proportions of five published accounts, and what each kind is like.

Per 400 workers: in-service members most numerous, volunteer teams of about ten, red partners of one to five people,
self-organisations, registered social organisations, linked units that lend people, property firms as a fallback.
"""

from msgspec import Struct


class Kind(Struct, frozen=True, kw_only=True):
    """What providers of one kind have in common. `focuses` are taken in turn; `minutes` is the pledged week's range."""

    workers: int
    crew: tuple[int, ...]
    focuses: tuple[str, ...]
    second: tuple[str, ...] = ()
    residents: tuple[int, int] | None = None
    rhythm: str
    mode: tuple[str, ...]
    reach: tuple[int, int]
    day: tuple[int, int]
    minutes: tuple[int, int]
    names: tuple[tuple[str, str], ...]
    fallback: bool = False


_NEIGHBOURLY = (
    "companion",
    "errands",
    "escort",
    "phone-tutor",
    "handy",
    "barber",
    "outing",
    "tidy",
    "paperwork",
)
_SHOPS = (
    "electrician plumber barber-shop cleaner electrician plumber carer locksmith cook deep-cleaner nurse fitter mover "
    "electrician canteen masseur tailor carer cleaner plumber computer-shop wheel-mender locksmith electrician "
    "deep-cleaner canteen carer cook mover plumber"
)

KINDS = {
    "in_service_member": Kind(
        workers=150,
        crew=(),
        focuses=(
            *_NEIGHBOURLY,
            "companion",
            "errands",
            "phone-tutor",
            "study",
            "lawyer",
            "escort",
            "doctor",
            "job-adviser",
        ),
        second=("companion", "errands", "handy", "phone-tutor", "paperwork"),
        residents=(25, 59),
        rhythm="evenings",
        mode=("walk", "walk", "walk", "ebike"),
        reach=(1000, 1600),
        day=(2, 330),
        minutes=(90, 240),
        names=(("在职党员服务队", "In-service Members"),),
    ),
    "red_partner": Kind(
        workers=76,
        crew=(2, 3, 1, 2, 4, 3, 2, 2, 1, 5),
        focuses=tuple(_SHOPS.split()),
        rhythm="shop",
        mode=("ebike", "ebike", "ebike", "walk"),
        reach=(1800, 3000),
        day=(6, 480),
        minutes=(1200, 2400),
        names=(("便民店", "Neighbourhood Shop"), ("服务部", "Services"), ("工作室", "Studio")),
    ),
    "volunteer_team": Kind(
        workers=90,
        crew=(10, 11, 9),
        focuses=(
            "companion",
            "errands",
            "escort",
            "barber",
            "phone-tutor",
            "handy",
            "outing",
            "tidy",
            "study",
        ),
        second=("companion", "errands", "escort", "outing", "handy"),
        residents=(45, 74),
        rhythm="mornings",
        mode=("walk",),
        reach=(800, 1500),
        day=(3, 330),
        minutes=(150, 360),
        names=(("志愿服务队", "Volunteer Team"),),
    ),
    "self_organisation": Kind(
        workers=32,
        crew=(4,),
        focuses=("barber", "mender", "phone-tutor", "errands", "companion", "handy", "teacher", "barber"),
        second=("companion", "errands"),
        residents=(50, 76),
        rhythm="mornings",
        mode=("walk",),
        reach=(700, 1200),
        day=(3, 240),
        minutes=(120, 300),
        names=(("互助组", "Mutual Aid Group"), ("邻里社", "Neighbours' Club")),
    ),
    "social_organisation": Kind(
        workers=20,
        crew=(5,),
        focuses=("carer", "social-worker", "counsellor", "fitter"),
        second=("escort", "companion"),
        rhythm="office",
        mode=("ebike", "walk"),
        reach=(2500, 3500),
        day=(4, 420),
        minutes=(1200, 1800),
        names=(("社区服务中心", "Community Service Centre"), ("社工站", "Social Work Station")),
    ),
    "linked_unit": Kind(
        workers=16,
        crew=(4,),
        focuses=("health-nurse", "gas-inspector", "lawyer", "housing-clerk", "counsellor", "doctor"),
        rhythm="office",
        mode=("ebike",),
        reach=(2500, 4000),
        day=(3, 240),
        minutes=(180, 480),
        names=(("共建单位", "Linked Unit"),),
    ),
    "property_firm": Kind(
        workers=16,
        crew=(8,),
        focuses=("caretaker",),
        rhythm="office",
        mode=("walk", "ebike"),
        reach=(1200, 2000),
        day=(6, 420),
        minutes=(900, 1500),
        names=(("物业服务处", "Property Services"),),
        fallback=True,
    ),
}
