"""Local search: ruin and recreate over routes, compiled, on several threads."""

from matching.solvers.local.search import Search, Settings, load, loaded

__all__ = ["Search", "Settings", "load", "loaded"]
