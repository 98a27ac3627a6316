"""Writing offers. Every function works within the caller's transaction and never commits."""

from market.offers.answering import accept_offer, decline_offer, expire_offer, see_offer
from market.offers.sending import send_offer, send_offers
from market.offers.withdrawing import withdraw_offers

__all__ = [
    "accept_offer",
    "decline_offer",
    "expire_offer",
    "see_offer",
    "send_offer",
    "send_offers",
    "withdraw_offers",
]
