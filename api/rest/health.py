"""For whoever keeps the service running: is the process there, and can it work."""

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.runtime import Runtime

TRIED = (SQLAlchemyError, RedisError, OSError)


class Health(msgspec.Struct, frozen=True):
    """`ok`, or what does not answer."""

    status: str


@get("/health", include_in_schema=False)
async def health() -> Health:
    """Say that the process answers."""
    return Health("ok")


@get("/ready", include_in_schema=False)
async def ready(runtime: NamedDependency[Runtime]) -> Response[Health]:
    """Say whether the database and the stores answer; 503 keeps a load balancer away."""
    try:
        async with runtime.database.read() as session:
            await session.execute(text("SELECT 1"))
        await runtime.tokens.get("ready")
    except TRIED as error:
        return Response(Health(type(error).__name__), status_code=HTTP_503_SERVICE_UNAVAILABLE)
    return Response(Health("ok"))


ROUTES = [health, ready]
