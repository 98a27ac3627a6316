"""Case codes: what a person reads out on the telephone."""

from hashlib import sha256
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else: no 0 O 1 I L U
LENGTH = 8


def case_code(need_id: UUID, attempt: int = 0) -> str:
    """Return the code of a need; another one for each `attempt`, since two needs may hash alike."""
    number = int.from_bytes(sha256(need_id.bytes + attempt.to_bytes(2)).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def tidy_code(written: str) -> str:
    """Return a code as it is stored, however somebody wrote it: `k7-p2 ...` in small letters, with gaps."""
    return "".join(letter for letter in written.upper() if letter.isalnum())
