"""Writing needs. Every function works within the caller's transaction and never commits."""

from market.needs.closing import close_need, confirm_done, reopen_need, withdraw_need
from market.needs.looking import back_to_looking, mark_offered, note_unserved, start_looking
from market.needs.more_times import add_times
from market.needs.opening import open_need, open_needs
from market.needs.talking import answer_question, ask_resident, hand_over

__all__ = [
    "add_times",
    "answer_question",
    "ask_resident",
    "back_to_looking",
    "close_need",
    "confirm_done",
    "hand_over",
    "mark_offered",
    "note_unserved",
    "open_need",
    "open_needs",
    "reopen_need",
    "start_looking",
    "withdraw_need",
]
