"""What a person typed, read as the value meant; and in plain words what is wrong with it."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import inspect as shapes

from api.i18n import N_

WHOLE = N_("Please write a whole number, for example 3")
NUMBER = N_("Please write a number, for example 12.5")
AMOUNT = N_("Please write an amount in yuan, for example 12.50")
DATE = N_("Please write a date, for example 2026-11-23")
TIME = N_("Please write a time, for example 9:30")
MOMENT = N_("Please give date and time")
CHOICE = N_("This choice does not exist; please choose again")
OTHERWISE = N_("This does not look right; please check it")
BAD_PHONE = N_("This is not a telephone number we can call")
FEN = 100
_LARGEST = 2**53  # what every part of the system, JSON in a browser included, can hold


class Mistake(Exception):
    """One thing to mend; `message` is an English message id."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, Any] = params


def plain(text: str) -> str:
    """Return the text without outer blanks, with one kind of line end, without NUL and invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
    return "".join(kept).strip(" \t\n\u3000\u200b\ufeff")


def half_width(text: str) -> str:
    """Return １２：３０ as 12:30, 12。5 as 12.5."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").replace("、", ",").strip()


def is_money(name: str) -> bool:
    """Tell whether the number of this name counts fen and is typed in yuan."""
    return name.endswith("_fen")


def is_phone(name: str) -> bool:
    """Tell whether the text of this name is a telephone number."""
    return name.rsplit("-", 1)[-1].endswith("phone")


def read_scalar(text: str, shape: shapes.Type, name: str, zone: ZoneInfo) -> Any:  # noqa: C901, PLR0911 - one line per type
    """Return the value for msgspec to check; raises Mistake with the kind of thing expected."""
    match shape:
        case shapes.IntType():
            return _fen(text) if is_money(name) else _whole(text)
        case shapes.FloatType():
            return float(_decimal(text, NUMBER))
        case shapes.DecimalType():
            return _decimal(text, NUMBER)
        case shapes.DateTimeType():
            return _moment(text, zone)
        case shapes.DateType():
            return _date(text)
        case shapes.TimeType():
            return _clock(text)
        case shapes.EnumType(cls=kind):
            return _choice(text, [member.value for member in kind])
        case shapes.LiteralType(values=values):
            return _choice(text, list(values))
        case shapes.BoolType():
            return _yes(text)
        case shapes.StrType() if is_phone(name):
            return re.sub(r"[\s\-‐-―()]", "", half_width(text))
        case _:
            return text


def explain(why: str, shape: shapes.Type, name: str = "") -> Mistake:
    """Return msgspec's refusal as a sentence for people."""
    if isinstance(shape, shapes.StrType) and is_phone(name):
        return Mistake(BAD_PHONE)
    limit = re.fullmatch(r"Expected `.*?`( of length)? (>=|<=|>|<) (-?[\d.e+]+)", why)
    if limit:
        return _limit(limit[2], limit[3], of_length=bool(limit[1]), name=name)
    return Mistake(OTHERWISE)


def _limit(sign: str, bound: str, *, of_length: bool, name: str) -> Mistake:
    if of_length:
        few, many = N_("Please write at least {n} characters"), N_("Please write at most {n} characters")
        return Mistake(few if sign.startswith(">") else many, n=int(bound))
    number = float(bound) / FEN if is_money(name) else float(bound)
    words = {
        ">=": N_("At least {n}"),
        "<=": N_("At most {n}"),
        ">": N_("More than {n}"),
        "<": N_("Less than {n}"),
    }
    return Mistake(words[sign], n=int(number) if number.is_integer() else number)


def _decimal(text: str, otherwise: str) -> Decimal:
    digits = re.sub(r"[\s,¥￥元]", "", half_width(text))
    if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", digits):
        raise Mistake(otherwise)
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise Mistake(otherwise) from error


def _whole(text: str) -> int:
    number = _decimal(text, WHOLE)
    if number != int(number) or abs(number) > _LARGEST:
        raise Mistake(WHOLE)
    return int(number)


def _fen(text: str) -> int:
    fen = _decimal(text, AMOUNT) * FEN
    if fen != int(fen) or not math.isfinite(fen) or abs(fen) > _LARGEST:
        raise Mistake(AMOUNT)
    return int(fen)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(half_width(text).replace("/", "-"))
    except ValueError as error:
        raise Mistake(MOMENT) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _date(text: str) -> str:
    match = _DAY.fullmatch(half_width(text))
    if match is None:
        raise Mistake(DATE)
    year, month, day = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day).date().isoformat()  # noqa: DTZ001 - a calendar day has no zone
    except ValueError as error:
        raise Mistake(DATE) from error


_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.点时]([0-5]\d)?分?(?::[0-5]\d)?")


def _clock(text: str) -> str:
    match = _CLOCK.fullmatch(half_width(text))
    if match is None:
        raise Mistake(TIME)
    return f"{int(match[1]):02}:{match[2] or '00'}:00"


def _choice(text: str, values: list[Any]) -> Any:
    for value in values:
        if text == str(value):
            return value
    raise Mistake(CHOICE)


def _yes(text: str) -> bool:
    if text.lower() in {"on", "yes", "true", "1"}:
        return True
    if text.lower() in {"off", "no", "false", "0"}:
        return False
    raise Mistake(CHOICE)
