"""Reading needs, each function in a bounded number of statements."""

from market.needs.board import board
from market.needs.listing import needs_of, queue
from market.needs.status import status_of

__all__ = ["board", "needs_of", "queue", "status_of"]
