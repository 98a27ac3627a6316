"""Where people go after signing in: back to what they wanted, or to the first page of their role."""

from urllib.parse import urlsplit

LANDINGS = (("officer", "/office"), ("admin", "/office"), ("provider", "/work"))


def local_path(wanted: str | None) -> str | None:
    r"""Return `wanted` if it is a path of this site; anything that could lead elsewhere is None.

    Browsers read `//host`, `/\host` and control characters as ways to other sites.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/sign-", "/api/")):
        return None
    if "\\" in wanted or any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted):  # noqa: PLR2004
        return None
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else None


def landing(roles: tuple[str, ...]) -> str:
    """Return the first page of a person with these roles."""
    return next((path for role, path in LANDINGS if role in roles), "/")
