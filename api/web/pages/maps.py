"""The ground of maps: cells of streets under an address that names the network, kept by browsers for good.

Open to everybody: a street network is public data, and nothing else is in a cell.
"""

import asyncio

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api.deps import AnyRequest
from api.runtime import runtime_of
from api.web.assets import IMMUTABLE
from api.web.maps.ground import FAR, NEAR, ground_of, prefix_of


@get("/map/{prefix:str}/{z:int}/{x:int}/{y:int}", include_in_schema=False, opt={"exclude_from_auth": True})
async def cell(
    request: AnyRequest, prefix: FromPath[str], z: FromPath[int], x: FromPath[int], y: FromPath[int]
) -> Response[bytes]:
    """Send one cell; an address of another network or format gets today's streets and is told not to keep them."""
    network = await asyncio.to_thread(lambda: runtime_of(request).streets.network)
    if network is None or z not in {NEAR, FAR}:
        raise NotFoundException("no such part of a map")
    headers = {"Cache-Control": IMMUTABLE if prefix == prefix_of(network) else "no-cache"}
    headers |= {"ETag": f'"{prefix_of(network)}-{z}-{x}-{y}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    found = (await asyncio.to_thread(ground_of, network)).cell(z, x, y)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, media_type="application/json", headers=headers)
    return Response(
        found.packed, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"}
    )


ROUTES = [cell]
