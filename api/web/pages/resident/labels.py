"""Codes of the catalogue in a resident's words: prices, who may come, relations, wishes, answers."""

from api.i18n import N_, Translator
from api.web.formats import Formats
from catalog.services.models import Lane, Service, Shape

PRICES = {
    "free": N_("Free"),
    "low": N_("Only what it costs, {price} at most"),
    "guided": N_("At the community's price, {price} at most"),
    "market": N_("At the usual price, {price} at most"),
}
WHO_COMES = {
    "red_partner": N_("Partner shops of the community"),
    "in_service_member": N_("Party members who help where they live"),
    "volunteer_team": N_("Volunteer teams"),
    "social_organisation": N_("Social work organisations"),
    "self_organisation": N_("Groups of neighbours"),
    "linked_unit": N_("Offices and firms that have joined in"),
    "property_firm": N_("The property firm"),
}
RELATIONS = (
    ("parent", N_("my mother or father")),
    ("spouse", N_("my wife or husband")),
    ("child", N_("my child")),
    ("relative", N_("another relative")),
    ("neighbour", N_("a neighbour")),
    ("friend", N_("a friend")),
    ("other", N_("somebody I look after")),
)
CONSENTS = (
    ("spoken", N_("Told me so")),
    ("phone", N_("Told me so by telephone")),
    ("written", N_("Has written it down")),
    ("guardian", N_("I am the guardian")),
)
GENDERS = (("", N_("Anybody qualified")), ("female", N_("Rather a woman")), ("male", N_("Rather a man")))
STARS = (
    ("5", N_("Very good")),
    ("4", N_("Good")),
    ("3", N_("All right")),
    ("2", N_("Not so good")),
    ("1", N_("Bad")),
)
BOOKED_LATER = frozenset({Shape.GROUP, Shape.DELIVERY})
# What is asked most in S3 and what older people name first; all others are one tap further.
PICTURES = (
    "plumbing-drip",
    "lamp-and-socket",
    "house-cleaning",
    "bedside-haircut",
    "hospital-escort",
    "shopping-errand",
    "blood-pressure-visit",
    "phone-help",
)


def price_words(say: Translator, service: Service) -> str:
    """Return what a resident pays at most, in one line."""
    cap = service.price_cap_fen
    return say.gettext(
        PRICES[service.price_kind], **({"price": Formats(say.language).money(cap)} if cap else {})
    )


def who_words(say: Translator, service: Service) -> str:
    """Return who may come, in one line."""
    gap = "、" if say.language == "zh" else ", "
    return gap.join(say.gettext(WHO_COMES[kind]) for kind in service.provider_kinds)


def proxy_words(say: Translator, relation: str | None, consent: str | None) -> str:
    """Return who the beneficiary is to the asker and how that person agreed, in one line."""
    labels = (dict(RELATIONS).get(relation or ""), dict(CONSENTS).get(consent or ""))
    return " · ".join(say.gettext(label) for label in labels if label)


def can_be_asked(service: Service) -> bool:
    """Say whether a request is made of it; seats in sessions and delivery rounds have pages of their own."""
    return service.active and (service.lane != Lane.SERVICE or service.shape not in BOOKED_LATER)
