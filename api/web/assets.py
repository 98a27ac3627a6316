"""Static files under an address that changes with their content: `/static/<hash>/css/base.css`, kept for a year.

The hash covers the whole tree, so that a file may name another one relatively. Files are read and compressed once: the
tree is a few hundred kilobytes. A request without the current hash (an old page after an upgrade) gets the current file
and is told not to keep it.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Response, Router, get
from litestar.connection import Request
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

STATIC = Path(__file__).parent / "static"
IMMUTABLE = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_TEXT = (".js", ".css", ".svg", ".webmanifest", ".json", ".txt", ".geojson")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `packed` is empty where compression would not pay."""

    content: bytes
    packed: bytes
    media_type: str


class Assets:
    """The files of one folder, with one hash over all names and contents."""

    def __init__(self, root: Path = STATIC) -> None:
        files = sorted(path for path in root.rglob("*") if path.is_file())
        self.files = {path.relative_to(root).as_posix(): _read(path) for path in files}
        digest = hashlib.sha256()
        for name, asset in self.files.items():
            digest.update(f"{name}\0{len(asset.content)}\0".encode() + asset.content)
        self.digest = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Return the address of `name`; an unknown name is a mistake in a template and raises LookupError."""
        if name not in self.files:
            raise LookupError(f"no static file {name!r}")
        return f"/static/{self.digest}/{name}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(content, mtime=0) if path.suffix in _TEXT else b""
    return Asset(content, packed, media_type)


@lru_cache(maxsize=1)
def assets() -> Assets:
    """Return the application's own files, read once per process."""
    return Assets()


def asset(name: str) -> str:
    """Return the hashed address of a file under `api/web/static`, for example `css/base.css`."""
    return assets().url(name)


@get("/{name:path}", include_in_schema=False, sync_to_thread=False)
def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Send one static file."""
    known = assets()
    digest, _, rest = name.lstrip("/").partition("/")
    current = digest == known.digest
    # without the current hash the first part is an old hash, or already the name of a folder
    found = known.files.get(rest) or (None if current else known.files.get(name.lstrip("/")))
    if found is None:
        raise NotFoundException(f"no static file {name}")
    headers = {"Cache-Control": IMMUTABLE if current else "no-cache", "X-Content-Type-Options": "nosniff"}
    body = found.content
    if found.packed:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"], body = "gzip", found.packed
    return Response(body, media_type=found.media_type, headers=headers)


def static_router() -> Router:
    """Return the router to mount in the application."""
    return Router("/static", route_handlers=[static_file], opt={"exclude_from_auth": True})
