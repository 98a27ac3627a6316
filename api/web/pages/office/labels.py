"""Codes of needs in an officer's words."""

from api.i18n import N_, Translator
from catalog.services.models import Lane
from market.needs.models import Channel

CHANNELS: dict[Channel, str] = {
    Channel.PAGE: N_("on this site"),
    Channel.PHONE: N_("by telephone"),
    Channel.PAPER: N_("on paper"),
    Channel.VISIT: N_("on a home visit"),
    Channel.RELATIVE: N_("through a relative"),
    Channel.IMPORT: N_("imported"),
}
LANES: dict[Lane, str] = {
    Lane.SERVICE: N_("Service by a helper"),
    Lane.ISSUE: N_("Matter for an office"),
    Lane.DELIBERATION: N_("Matter for the residents' meeting"),
}
CONSENT: dict[str, str] = {
    "spoken": N_("agreed in person"),
    "phone": N_("agreed on the telephone"),
    "written": N_("agreed in writing"),
    "guardian": N_("the guardian agreed"),
}
GENDER: dict[str, str] = {"female": N_("a woman should come"), "male": N_("a man should come")}
RELATIONS: dict[str, str] = {
    "parent": N_("the mother or father of the person who asks"),
    "spouse": N_("wife or husband"),
    "child": N_("the child of the person who asks"),
    "relative": N_("relative"),
    "neighbour": N_("neighbour"),
    "friend": N_("friend"),
    "other": N_("somebody whom the person who asks looks after"),
}


def relation_words(say: Translator, relation: str | None) -> str | None:
    """Return what the beneficiary is to the requester; what was typed freely stays as it is."""
    return say.gettext(RELATIONS[relation]) if relation in RELATIONS else relation
