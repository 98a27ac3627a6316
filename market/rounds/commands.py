"""What callers fill in to start a round."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta


class StartRound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Match the open needs below a territory for `days` days from `first_day`.

    `seconds`: how long the solver may think. `deterministic`: the same input gives the same plan.
    `only_need_id`: one need alone, its other places kept as they are.
    """

    id: UUID
    territory_id: UUID
    first_day: date
    days: Annotated[int, Meta(ge=1, le=7)] = 1
    seconds: Annotated[int, Meta(ge=1, le=600)] = 20
    deterministic: bool = False
    auto_publish: bool = False
    only_need_id: UUID | None = None
