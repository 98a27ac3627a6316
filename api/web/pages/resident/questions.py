"""The questions of a request, one page each: what a page shows, and what its answer does to the draft.

A taker returns the form with what to mend, or None when the draft has taken the answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from litestar.datastructures import FormMultiDict
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import User
from api.i18n import N_
from api.web.forms import FieldError, Form, FormErrors, decode, filled, refused, typed
from api.web.pages.resident import lookups, times
from api.web.pages.resident.drafts import Draft
from api.web.pages.resident.labels import CONSENTS, GENDERS, RELATIONS
from catalog.kernel.errors import Invalid, NotSignedIn
from catalog.kernel.time import Clock
from catalog.services.models import Service

ME, OTHER, NOBODY = "me", "other", "any"


class Asking(NamedTuple):
    """Who is asking for what."""

    session: AsyncSession
    clock: Clock
    service: Service
    draft: Draft
    user: User | None

    @property
    def person(self) -> User:
        """Return who is signed in; questions about people need somebody."""
        if self.user is None:
            raise NotSignedIn("Please sign in first")
        return self.user

    @property
    def beneficiary_id(self) -> UUID:
        """Return for whom it is."""
        return self.draft.beneficiary_id or self.person.person_id


class ForWhom(msgspec.Struct, frozen=True, kw_only=True):
    """Oneself, somebody known, or somebody by name and number; relation and consent where it is not oneself."""

    who: str
    relation: Annotated[str, Meta(max_length=32)] | None = None
    consent: Literal["spoken", "written", "phone", "guardian"] | None = None
    name: Annotated[str, Meta(max_length=80)] = ""
    phone: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What it is about."""

    description: Annotated[str, Meta(max_length=2000)] = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How to get in."""

    access_notes: Annotated[str, Meta(max_length=400)] = ""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Who should come, if possible."""

    gender: Literal["female", "male"] | None = None
    same_helper: str = NOBODY


async def show_times(asking: Asking, form: Form | None) -> dict[str, Any]:
    """Half-days to tap, and a list for exact hours."""
    days = times.days_to_offer(asking.service, asking.clock)
    shown = form or times.shown(asking.draft.windows, days)
    return {"days": days, "listed": times.days_to_list(asking.clock), "form": shown}


async def take_times(asking: Asking, data: FormMultiDict) -> FormErrors | None:
    """Keep the windows."""
    answer = decode(times.Times, data)
    if isinstance(answer, FormErrors):
        return answer
    try:
        asking.draft.windows = times.read_times(asking.service, asking.clock, answer)
    except Invalid as refusal:
        return times.mended(Form(typed(data)), refusal)
    return None


async def show_words(asking: Asking, form: Form | None) -> dict[str, Any]:
    """One box."""
    return {
        "form": form or filled(description=asking.draft.description),
        "needed": not times.needs_times(asking.service),
    }


async def take_words(asking: Asking, data: FormMultiDict) -> FormErrors | None:
    """Keep the words; what is handed to an office cannot do without."""
    answer = decode(Words, data)
    if isinstance(answer, FormErrors):
        return answer
    if not times.needs_times(asking.service):
        if not answer.description:
            return _mend(data, "description", N_("Please say in a few words what it is and where"))
        asking.draft.windows = asking.draft.windows or times.whole_week(asking.clock)
    asking.draft.description = answer.description
    return None


async def show_people(asking: Asking, form: Form | None) -> dict[str, Any]:
    """Oneself, those of the home, those one reads for, somebody else."""
    known = await lookups.known_to(asking.session, asking.person)
    draft = asking.draft
    chosen = _chosen(draft, {one.id for one in known})
    untouched = filled(
        who=chosen,
        relation=draft.relation,
        consent=draft.consent,
        name=draft.beneficiary_name if chosen == OTHER else "",
    )
    return {"known": known, "relations": RELATIONS, "consents": CONSENTS, "form": form or untouched}


def _chosen(draft: Draft, known: set[UUID]) -> str:
    if draft.beneficiary_id is None:
        return ME
    return str(draft.beneficiary_id) if draft.beneficiary_id in known else OTHER


async def take_people(asking: Asking, data: FormMultiDict) -> FormErrors | None:
    """Keep for whom, in which relation, and how that person agreed."""
    answer = decode(ForWhom, data)
    if isinstance(answer, FormErrors):
        return answer
    if answer.who == ME:
        _for(asking.draft, None, "", None, None)
        return None
    missing = _missing(answer)
    if missing:
        return FormErrors(typed(data), missing)
    try:
        id_, name = await _somebody(asking, answer)
    except Invalid as refusal:
        return refused(data, refusal)
    if id_ == asking.person.person_id:
        _for(asking.draft, None, "", None, None)
    else:
        _for(asking.draft, id_, name, answer.relation, answer.consent)
    return None


def _missing(answer: ForWhom) -> tuple[FieldError, ...]:
    asked = {
        "relation": (answer.relation, N_("Please say who this person is to you")),
        "consent": (answer.consent, N_("Please say how this person has agreed")),
    }
    if answer.who == OTHER:
        asked |= {
            "name": (answer.name, N_("Please give the person's name")),
            "phone": (answer.phone, N_("Please give the person's telephone number")),
        }
    return tuple(FieldError(field, message) for field, (given, message) in asked.items() if not given)


async def _somebody(asking: Asking, answer: ForWhom) -> tuple[UUID, str]:
    if answer.who == OTHER:
        found = await lookups.by_name_and_phone(asking.session, answer.name, answer.phone)
        return found.id, found.name
    for known in await lookups.known_to(asking.session, asking.person):
        if str(known.id) == answer.who:
            return known.id, known.name
    raise Invalid("Please choose somebody from the list", field="who")


def _for(draft: Draft, id_: UUID | None, name: str, relation: str | None, consent: Any) -> None:
    if draft.beneficiary_id != id_:  # another person has another door and other helpers
        draft.same_helper, draft.access_notes = None, ""
    draft.beneficiary_id, draft.beneficiary_name = id_, name
    draft.relation, draft.consent = relation, consent


async def show_place(asking: Asking, form: Form | None) -> dict[str, Any]:
    """The home, as far as this person may know it, and what a helper should know at the door."""
    return {
        "home": await visible_home(asking),
        "form": form or filled(access_notes=asking.draft.access_notes),
    }


async def visible_home(asking: Asking) -> Any:
    """Return the address of the beneficiary, for those who live there or read for that person."""
    known = {one.id for one in await lookups.known_to(asking.session, asking.person)}
    if asking.beneficiary_id in {asking.person.person_id, *known}:
        return await lookups.home_of(asking.session, asking.beneficiary_id)
    return None


async def take_place(asking: Asking, data: FormMultiDict) -> FormErrors | None:
    """Keep the notes."""
    answer = decode(Place, data)
    if isinstance(answer, FormErrors):
        return answer
    asking.draft.access_notes = answer.access_notes
    return None


async def show_wishes(asking: Asking, form: Form | None) -> dict[str, Any]:
    """A woman or a man, and those who came before."""
    draft = asking.draft
    return {
        "genders": GENDERS,
        "helpers": await lookups.helpers_of(asking.session, asking.beneficiary_id),
        "form": form or filled(gender=draft.gender or "", same_helper=str(draft.same_helper or NOBODY)),
    }


async def take_wishes(asking: Asking, data: FormMultiDict) -> FormErrors | None:
    """Keep the wishes; only who came before may be asked for again."""
    answer = decode(Wish, data)
    if isinstance(answer, FormErrors):
        return answer
    helpers = {str(h.worker_id): h for h in await lookups.helpers_of(asking.session, asking.beneficiary_id)}
    if answer.same_helper not in {NOBODY, *helpers}:
        return _mend(data, "same_helper", N_("Please choose somebody from the list"))
    chosen = helpers.get(answer.same_helper)
    asking.draft.same_helper = chosen.worker_id if chosen else None
    asking.draft.gender = answer.gender
    return None


def _mend(data: FormMultiDict, field: str, message: str) -> FormErrors:
    return FormErrors(typed(data), (FieldError(field, message),))


class Question(NamedTuple):
    """One page of the request."""

    show: Callable[[Asking, Form | None], Awaitable[dict[str, Any]]]
    take: Callable[[Asking, FormMultiDict], Awaitable[FormErrors | None]]
    about_people: bool = False  # needs somebody signed in


QUESTIONS: Mapping[str, Question] = {
    "time": Question(show_times, take_times),
    "words": Question(show_words, take_words),
    "for": Question(show_people, take_people, about_people=True),
    "where": Question(show_place, take_place, about_people=True),
    "wishes": Question(show_wishes, take_wishes, about_people=True),
}


def first_question(service: Service) -> str:
    """Return what is asked first: when, or what and where."""
    return "time" if times.needs_times(service) else "words"
