"""What people are good at: a focus is a handful of services of the taxonomy that one person can do.

Skills and papers follow from the taxonomy; a service that the provider's kind may not give drops out.
"""

from catalog.services.taxonomy import Service, load_taxonomy

FOCUS = {
    # businesses
    "electrician": (
        "appliance-repair",
        "lamp-and-socket",
        "power-cut-check",
        "aircon-cleaning",
        "free-repair-day",
    ),
    "plumber": ("plumbing-drip", "drain-unblocking", "furniture-repair"),
    "locksmith": ("lock-repair", "furniture-repair"),
    "mover": ("furniture-moving", "carrying-upstairs"),
    "fitter": ("grab-rail-fitting", "furniture-repair"),
    "cleaner": ("house-cleaning",),
    "deep-cleaner": ("house-cleaning", "window-cleaning", "pest-control"),
    "carer": ("bath-assistance", "foot-care", "respite-care"),
    "nurse": ("nurse-visit", "blood-pressure-visit"),
    "masseur": ("neck-massage", "foot-care"),
    "cook": ("cooking-at-home",),
    "canteen": ("elder-meal-delivery", "canteen-meal", "cooking-at-home"),
    "tailor": ("clothes-mending",),
    "wheel-mender": ("wheelchair-repair",),
    "computer-shop": ("computer-help",),
    # A shop may not be paid for the free haircut at home: its barbers give it through a self-organisation.
    "barber-shop": ("neck-massage", "bedside-haircut"),
    "barber": ("bedside-haircut", "free-haircut-day"),
    # neighbours
    "companion": ("companionship-visit", "daily-call", "home-visit"),
    "errands": ("prescription-pickup", "shopping-errand", "carrying-upstairs"),
    "escort": ("hospital-escort", "prescription-pickup"),
    "phone-tutor": ("phone-help", "phone-help-call"),
    "handy": ("smoke-detector-check", "knife-sharpening", "carrying-upstairs"),
    "paperwork": ("paperwork-help",),
    "study": ("study-companion", "after-school-class"),
    "outing": ("wheelchair-outing", "carrying-upstairs"),
    "tidy": ("tidying-help", "shopping-errand"),
    "teacher": ("senior-class", "phone-help"),
    "mender": ("clothes-mending", "knife-sharpening", "handicraft-session"),
    # professionals
    "lawyer": ("legal-advice",),
    "doctor": ("health-advice",),
    "job-adviser": ("job-guidance",),
    "counsellor": ("counselling",),
    "social-worker": ("social-worker-visit", "home-visit", "companionship-visit"),
    "health-nurse": ("blood-pressure-visit", "health-station"),
    "gas-inspector": ("gas-stove-check", "smoke-detector-check"),
    "housing-clerk": ("rental-registration", "job-guidance", "paperwork-help"),
    "caretaker": (
        "plumbing-drip",
        "drain-unblocking",
        "lamp-and-socket",
        "furniture-moving",
        "carrying-upstairs",
    ),
}


def services(focus: str, kind: str) -> list[Service]:
    """The services of a focus that a provider of this kind may give."""
    taxonomy = load_taxonomy()
    return [s for s in (taxonomy.service(code) for code in FOCUS[focus]) if kind in s.providers]


def skill_levels(focuses: tuple[str, ...], kind: str) -> dict[str, int]:
    """The least level per skill that all services of these focuses ask for, sorted by skill."""
    levels: dict[str, int] = {}
    for focus in focuses:
        for need in (need for service in services(focus, kind) for need in service.skills):
            levels[need.skill] = max(levels.get(need.skill, 1), need.level)
    return dict(sorted(levels.items()))


def papers(focuses: tuple[str, ...], kind: str, holder: str) -> list[tuple[str, int | None]]:
    """Qualifications that the worker or the provider must hold, with their validity in months."""
    wanted = {
        code for focus in focuses for service in services(focus, kind) for code in service.qualifications
    }
    return [
        (q.code, q.validity_months)
        for q in load_taxonomy().qualifications
        if q.code in wanted and q.holder == holder
    ]
