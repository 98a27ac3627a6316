"""How long somebody has been waiting, beside how long is promised: in words, and by a paint that never speaks alone."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from api.i18n import N_, Translator
from api.web.formats import Formats
from market.needs.models import Urgency
from market.states import NeedState

Level = Literal["calm", "soon", "late"]

HALF_WAY = 0.5
SETTLED = frozenset({NeedState.ARRANGED, NeedState.UNDER_WAY, NeedState.TO_CONFIRM, NeedState.CLOSED})
DAY = timedelta(days=1)

URGENCIES: dict[Urgency, str] = {
    Urgency.NORMAL: N_("Normal"),
    Urgency.SAME_DAY: N_("Same day"),
    Urgency.URGENT: N_("Urgent"),
}


class Age(NamedTuple):
    """What a cell of the queue says: two short sentences and how pressing they are."""

    level: Level
    waiting: str
    due: str


def age_of(
    say: Translator, *, created_at: datetime, due_at: datetime, state: NeedState, now: datetime
) -> Age:
    """Return how long a need has been waiting and what is left of the time promised."""
    waiting = say.gettext(N_("waiting {span}"), span=span_words(say, now - created_at))
    if state in SETTLED:
        return Age("calm", waiting, "")
    if now > due_at:
        return Age("late", waiting, say.gettext(N_("late by {span}"), span=span_words(say, now - due_at)))
    left = say.gettext(N_("{span} left"), span=span_words(say, due_at - now))
    used = (now - created_at) / (due_at - created_at) if due_at > created_at else 1
    return Age("soon" if used >= HALF_WAY else "calm", waiting, left)


def span_words(say: Translator, span: timedelta) -> str:
    """Return a span as people say it: minutes, then hours, then days."""
    if span >= DAY:
        return say.ngettext("{n} day", "{n} days", span.days)
    minutes = max(1, int(span.total_seconds() // 60))
    return Formats(say.language).duration(minutes if minutes < 60 else minutes // 60 * 60)  # noqa: PLR2004
