"""What callers fill in to judge a job."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta


class WriteReview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side's word on a job. `solved` is the resident's answer to "is it solved?"; False reopens the need."""

    id: UUID
    job_id: UUID
    stars: Annotated[int, Meta(ge=1, le=5)]
    solved: bool | None = None
    comment: Annotated[str, Meta(max_length=1000)] = ""
