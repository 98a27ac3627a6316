"""Writing rounds: the one door to this room. Every function works within the caller's transaction."""

from market.rounds.freezing import freeze_round, input_root, seed_round
from market.rounds.leases import Lease, LeaseLost, claim_round, give_back, record_plan, renew_lease, spent
from market.rounds.publishing import publish_round
from market.rounds.starting import TRIES, discard_round, fail_round, retry_round, round_of, start_round

__all__ = [
    "TRIES",
    "Lease",
    "LeaseLost",
    "claim_round",
    "discard_round",
    "fail_round",
    "freeze_round",
    "give_back",
    "input_root",
    "publish_round",
    "record_plan",
    "renew_lease",
    "retry_round",
    "round_of",
    "seed_round",
    "spent",
    "start_round",
]
