"""Pages of residents: home, services, asking, one request, my appointments."""

from api.web.pages.resident import asking, catalogue, home, mine, more_times, nearby, needs

ROUTES = [
    *home.ROUTES,
    *catalogue.ROUTES,
    *asking.ROUTES,
    *needs.ROUTES,
    *more_times.ROUTES,
    *mine.ROUTES,
    *nearby.ROUTES,
]
