"""What a round aims at, in this order: serve most, then short ways, wishes met and known faces, in minutes."""

from matching.policy import Policy

POLICY = Policy(version="2", levels=("service", "experience"))
"""One tick is one minute of a helper's way: an unmet wish is worth a quarter of an hour, never a person's turn."""
