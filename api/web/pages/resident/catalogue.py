"""What can be asked for: by shelf, by search, and one service in detail."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from api.deps import AnyRequest
from api.i18n import translator
from api.web.pages.resident import finding
from api.web.pages.resident.labels import can_be_asked, price_words, who_words
from api.web.render import language_of, page
from catalog.kernel.db import ReadSession
from catalog.services import queries as services_read

MOST_FOUND = 30


@get("/services", include_in_schema=False)
async def services(
    request: AnyRequest, read: NamedDependency[ReadSession], q: FromQuery[str] = ""
) -> Template:
    """Show all services by category, or those that words find."""
    text = q.strip()[: finding.LONGEST_SEARCH]
    found, alike = await finding.find(read, text, MOST_FOUND) if text else ((), False)
    say = translator(language_of(request))
    return page(
        request,
        "resident/services.html",
        shelves=[] if text else await services_read.browse(read),
        q=text,
        found=found,
        alike=alike,
        danger=finding.dangerous(text),
        price=lambda service: price_words(say, service),
    )


@get("/services/{code:str}", include_in_schema=False)
async def service(request: AnyRequest, code: FromPath[str], read: NamedDependency[ReadSession]) -> Template:
    """Show what one service costs, how long it takes, who may come and with which papers."""
    found = await services_read.service(read, code)
    say = translator(language_of(request))
    papers = {paper.code: paper for paper in await services_read.qualifications(read)}
    return page(
        request,
        "resident/service.html",
        service=found,
        price=price_words(say, found),
        who=who_words(say, found),
        papers=[papers[code] for code in found.qualifications if code in papers],
        can_be_asked=can_be_asked(found),
    )


ROUTES = [services, service]
