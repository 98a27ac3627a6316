"""Writing about gatherings. Every function works within the caller's transaction and never commits."""

from market.gatherings.enrolling import enrol, enrol_many, take_seat, withdraw_enrolment
from market.gatherings.fairs import accept_fair, propose_fairs, reject_fair
from market.gatherings.holding import cancel_gathering, close_gathering, note_held, open_enrolment
from market.gatherings.proposing import propose_gathering

__all__ = [
    "accept_fair",
    "cancel_gathering",
    "close_gathering",
    "enrol",
    "enrol_many",
    "note_held",
    "open_enrolment",
    "propose_fairs",
    "propose_gathering",
    "reject_fair",
    "take_seat",
    "withdraw_enrolment",
]
