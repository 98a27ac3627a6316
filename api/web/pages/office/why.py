"""Why the matching decided as it did: for officers, worked out when asked, with those who were compared."""

from typing import Any, NamedTuple
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.explaining import NotNow, Question, RoundIsGone
from api.i18n import N_, Translator, translator
from api.runtime import Runtime
from api.web.formats import Formats
from api.web.pages.office.helpers import HelperName, helper_names, known, need_of
from api.web.render import language_of, page
from api.web.told import moment, told_of
from api.web.words import cause_rows, cause_text
from market.actor import Actor
from market.needs.views import NeedStatus
from matching.explain import Explanation
from matching.explain.document import Alternative

# What would get worse with somebody else: levels of the policy, and two words for no level at all.
WORSE = {
    "mandatory": N_("a visit that must take place would be lost"),
    "service": N_("others would be served less: {n} points"),
    "travel": N_("longer ways: {duration}"),
    "experience": N_("longer ways or unmet wishes: {duration}"),
    "rules": N_("no room in their day beside what they already do"),
    "none": N_("nothing: just as good"),
}


class Compared(NamedTuple):
    """Somebody else who could have come, and what would have got worse."""

    helpers: tuple[HelperName, ...]
    worse: str


@get("/needs/{need_id:uuid}/why", include_in_schema=False)
async def why(
    request: AnyRequest,
    need_id: FromPath[UUID],
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
) -> Template:
    """Show why the last matching decided as it did: what decided, who else could have come, what would help."""
    say = translator(language_of(request))
    async with runtime.database.read() as session:  # given back before the long wait
        need = await need_of(session, need_id, actor)
    found, refusal = await _asked(runtime, say, need)
    async with runtime.database.read() as session:
        details = await _details(session, say, found) if found else None
    return page(
        request,
        "office/why.html",
        need=need,
        told=told_of(found, say.language) if found else None,
        found=found,
        details=details,
        refusal=refusal,
    )


async def _asked(runtime: Runtime, say: Translator, need: NeedStatus) -> tuple[Explanation | None, str]:
    if need.last_round_id is None:
        return None, say.gettext(N_("No matching has looked at this request yet."))
    try:
        question = Question(need.last_round_id, str(need.id), named=True)
        return await runtime.explainer.explain(question), ""
    except (RoundIsGone, NotNow) as refusal:
        return None, say.gettext(refusal.message)


async def _details(session: AsyncSession, say: Translator, found: Explanation) -> dict[str, Any]:
    visit = found.visit
    workers = {worker for one in found.alternatives for worker in one.workers}
    people = await helper_names(session, workers | set(visit.workers if visit else ()))
    causes = [{"cause": cause.cause, "count": cause.count} for cause in found.causes]
    return {
        "visit": visit,
        "visit_at": moment(found, visit.start) if visit else None,
        "visit_helpers": known(people, visit.workers) if visit else (),
        "compared": tuple(
            Compared(known(people, one.workers), _worse(say, one)) for one in found.alternatives
        ),
        "causes": cause_rows(say, causes),
        "relaxations": tuple(tuple(cause_text(say, rule) for rule in rules) for rules in found.relaxations),
    }


def _worse(say: Translator, one: Alternative) -> str:
    if one.level not in WORSE:
        return one.level
    words = WORSE[one.level]
    if "{duration}" in words:
        return say.gettext(words, duration=Formats(say.language).duration(one.price))
    return say.gettext(words, n=one.price) if "{n}" in words else say.gettext(words)


ROUTES = [why]
