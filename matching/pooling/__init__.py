"""Pooling: single needs that lie close together become a fair 便民市集, where that serves more or takes less time.

A pure library over `matching.solve.solve`: whoever asks says which services may be pooled and where and when; what comes
back are changed problems with their figures beside those of home visits, for an officer to accept or not.
"""

from matching.pooling.entry import PoolOptions, pool_bytes
from matching.pooling.figures import Figures
from matching.pooling.proposals import FairProposal, propose_fairs

__all__ = ["FairProposal", "Figures", "PoolOptions", "pool_bytes", "propose_fairs"]
