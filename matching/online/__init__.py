"""One request at a time in a plan that stands, and repair around a hole with the fewest changes.

`documents` holds what is asked and answered and imports nothing heavy; `live` keeps a plan in memory; `port` keeps
several of them in a process of its own.
"""


def load() -> None:
    """Load the compiled code, compiling it at the first time (half a minute)."""
    from matching.online.example import rehearse  # noqa: PLC0415 numba takes a second

    rehearse()
