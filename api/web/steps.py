"""A step that a button asks for: it is done, or its refusal is said where the reader was."""

from collections.abc import Awaitable, Callable

from litestar.response import Redirect

from api.web.render import see_other
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import LinliError


async def done(
    session: WriteSession, step: Callable[[], Awaitable[object]], words: str, back: str
) -> Redirect:
    """Take a step and say so; what is refused is said where the reader was."""
    try:
        async with session.begin_nested():
            await step()
    except LinliError as refusal:
        if refusal.status in {401, 403, 404}:
            raise
        return see_other(back, refusal.message, kind="bad", **{k: str(v) for k, v in refusal.params.items()})
    return see_other(back, words)
