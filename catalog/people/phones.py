"""Telephone numbers as people type them, in one spelling, so that the same phone is found again."""

import re
import unicodedata

from catalog.kernel.errors import Invalid

MOBILE = re.compile(r"1[3-9]\d{9}")
# Area code with number, number alone, 400/800 services, hotlines (12345, 95588, 120), numbers abroad.
OTHERS = re.compile(r"0\d{2,3}\d{7,8}|[2-8]\d{6,7}|[48]00\d{7}|1\d{2,5}|9[56]\d{3,6}|\+[1-9]\d{6,14}")
HOME = re.compile(r"^(?:\+86|0086)")
NOISE = re.compile(r"[\s\-().·]")


def normal_phone(text: str) -> str:
    """Return the number without spaces, dashes, full-width digits and China's own prefix.

    Raises:
        Invalid: it does not look like a telephone number.
    """
    bare = NOISE.sub("", unicodedata.normalize("NFKC", text))
    number = _at_home(bare)
    if MOBILE.fullmatch(number) or OTHERS.fullmatch(number):
        return number
    raise Invalid("This does not look like a telephone number", field="phone")


def takes_texts(number: str) -> bool:
    """Say whether a normal number is a mobile one (abroad nobody can tell): a code to a hotline reaches nobody."""
    return number.startswith("+") or MOBILE.fullmatch(number) is not None


def _at_home(bare: str) -> str:
    number = HOME.sub("", bare)
    if number == bare:  # "86139..." without the plus is common in exported lists
        return bare[2:] if bare.startswith("86") and MOBILE.fullmatch(bare[2:]) else bare
    if MOBILE.fullmatch(number) or number.startswith(("0", "400", "800")):
        return number
    return "0" + number  # +86 755 ... is 0755 ... at home
