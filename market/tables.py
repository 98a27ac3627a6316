"""All tables on one metadata: what migrations and fresh test databases are made from."""
# ruff: noqa: F401 modules are imported for their tables

import catalog.people.models
import catalog.providers.models
import catalog.services.models
import catalog.territory.models
import catalog.venues.models
import market.events
import market.gatherings.models
import market.jobs.models
import market.meals.models
import market.needs.models
import market.notices.models
import market.offers.models
import market.reviews.models
import market.rounds.models
from catalog.kernel.base import Base

metadata = Base.metadata
