"""Pages of residents: home, services, asking, one request, my appointments, meals, classes."""

from api.web.pages.resident import (
    asking,
    catalogue,
    classes,
    home,
    meals,
    mine,
    more_times,
    nearby,
    needs,
    why,
)

ROUTES = [
    *home.ROUTES,
    *catalogue.ROUTES,
    *asking.ROUTES,
    *needs.ROUTES,
    *more_times.ROUTES,
    *why.ROUTES,
    *meals.ROUTES,
    *classes.ROUTES,
    *mine.ROUTES,
    *nearby.ROUTES,
]
