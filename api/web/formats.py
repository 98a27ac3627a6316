"""Dates, durations, money, distances and telephone numbers as Chinese and English readers write them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from api.i18n import N_, Language, Translator, bilingual, translator

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = 12
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_PARTS_ZH = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
HALF_DAY_NAMES = {"morning": N_("Morning"), "afternoon": N_("Afternoon"), "evening": N_("Evening")}


@dataclass(frozen=True)
class Formats:
    """Formatting in one language and one time zone; `fmt` in every template. Times given must be aware."""

    language: Language
    zone: ZoneInfo = SHANGHAI

    @property
    def _t(self) -> Translator:
        return translator(self.language)

    def date(self, moment: dt.datetime | dt.date, *, year: bool = False) -> str:
        """11月23日 周一; Mon 23 Nov."""
        day = self._local(moment) if isinstance(moment, dt.datetime) else moment
        if self.language == "zh":
            return f"{day.year}年" * year + f"{day.month}月{day.day}日 周{_WEEKDAYS_ZH[day.weekday()]}"
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}" + f" {day.year}" * year

    def time(self, moment: dt.datetime | dt.time) -> str:
        """上午9:00, 下午1:30, 中午12:00; 9:00, 13:30, 12:00. Chinese says the part of the day and counts to twelve."""
        clock = self._local(moment) if isinstance(moment, dt.datetime) else moment
        return (_day_part(clock.hour) if self.language == "zh" else "") + self._digits(clock)

    def datetime(self, moment: dt.datetime, *, year: bool = False) -> str:
        """11月23日 周一 上午9:00; Mon 23 Nov, 9:00."""
        gap = " " if self.language == "zh" else ", "
        return self.date(moment, year=year) + gap + self.time(moment)

    def window(self, start: dt.datetime, end: dt.datetime) -> str:
        """11月23日 周一 上午9:00–11:00; the day is repeated only when it changes."""
        first, last = self._local(start), self._local(end)
        if first.date() != last.date():
            return f"{self.datetime(start)} – {self.datetime(end)}"
        same_part = self.language == "en" or _day_part(first.hour) == _day_part(last.hour)
        return f"{self.datetime(start)}–{self._digits(last) if same_part else self.time(last)}"

    def minutes(self, of_day: int) -> str:
        """中午12:00; 12:00. Minutes after midnight."""
        return self.time(dt.time(of_day // 60 % 24, of_day % 60))

    def weekday(self, day: int) -> str:
        """周一; Mon. From 0, Monday."""
        return f"周{_WEEKDAYS_ZH[day]}" if self.language == "zh" else _WEEKDAYS_EN[day]

    def weekdays(self, days: Iterable[int]) -> str:
        """周一至周五; Mon to Fri. Days that do not follow one another are listed."""
        chosen = sorted(set(days))
        if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:  # noqa: PLR2004 two are a list
            gap = "至" if self.language == "zh" else " – "
            return f"{self.weekday(chosen[0])}{gap}{self.weekday(chosen[-1])}"
        return ("、" if self.language == "zh" else ", ").join(map(self.weekday, chosen))

    def half_day(self, half: str) -> str:
        """上午; Morning. `half` is morning, afternoon or evening."""
        return self._t.gettext(HALF_DAY_NAMES[half])

    def duration(self, minutes: float) -> str:
        """1 小时 30 分钟; 1 h 30 min. Minutes, rounded."""
        hours, rest = divmod(round(minutes), 60)
        if not hours:
            return self._t.gettext(N_("{n} min"), n=rest)
        if not rest:
            return self._t.gettext(N_("{n} h"), n=hours)
        return self._t.gettext(N_("{h} h {n} min"), h=hours, n=rest)

    def ago(self, then: dt.datetime, now: dt.datetime) -> str:
        """3 分钟前; within a day in words, after that the date and time."""
        minutes = int((now - then).total_seconds() // 60)
        if minutes < 1:
            return self._t.gettext(N_("just now"))
        if minutes < 24 * 60:
            return self._t.gettext(N_("{duration} ago"), duration=self.duration(_round_hours(minutes)))
        return self.datetime(then)

    def money(self, fen: int | None) -> str:
        """¥12.00; 免费 for nothing. Integer fen."""
        return f"¥{fen / 100:,.2f}" if fen else self._t.gettext(N_("Free"))

    def number(self, value: float, digits: int = 0) -> str:
        """12,345 in both languages."""
        return f"{value:,.{digits}f}"

    def percent(self, part: float, whole: float = 1) -> str:
        """43%; an em dash where there is no denominator."""
        return f"{100 * part / whole:.0f}%" if whole else "—"

    def distance(self, metres: float) -> str:
        """480 米, 1.2 公里; 480 m, 1.2 km. Metres, rounded to tens below one kilometre."""
        if metres < 995:  # noqa: PLR2004 - what rounds to 1,000 m is said in kilometres
            return self._t.gettext(N_("{n} m"), n=round(metres / 10) * 10 if metres >= 10 else round(metres))  # noqa: PLR2004
        return self._t.gettext(N_("{n} km"), n=f"{metres / 1000:.1f}")

    def walk(self, minutes: float, metres: float | None = None, *, estimated: bool = False) -> str:
        """路上约 8 分钟（480 米）; about 8 min away (480 m), by whatever means. Next door has no metres."""
        words = self._t.gettext(N_("about {duration} away"), duration=self.duration(max(1, minutes)))
        bracket = "（{}）" if self.language == "zh" else " ({})"
        if metres is not None and metres >= 10:  # noqa: PLR2004 - rounded, it would be none
            words += bracket.format(self.distance(metres))
        if estimated:
            words += ("" if self.language == "zh" else " ") + self._t.gettext(N_("(estimate)"))
        return words

    def phone(self, number: str) -> str:
        """138 0000 1234; hotlines and landlines as they were written."""
        return f"{number[:3]} {number[3:7]} {number[7:]}" if _is_mobile(number) else number

    def masked_phone(self, number: str) -> str:
        """138****1234; short numbers keep only their last two digits."""
        return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****" + number[-2:]  # noqa: PLR2004

    def name(self, thing: Any, name: str = "name") -> str:
        """`thing.name_zh` or `thing.name_en`; `name` may be another stem such as `summary`."""
        return bilingual(thing, self.language, name)

    def iso(self, moment: dt.datetime) -> str:
        """For the `datetime` attribute of `<time>`."""
        return moment.isoformat()

    def _local(self, moment: dt.datetime) -> dt.datetime:
        if moment.tzinfo is None:
            raise ValueError("a naive time cannot be shown: whose clock is it?")
        return moment.astimezone(self.zone)

    def _digits(self, clock: dt.datetime | dt.time) -> str:
        hour = clock.hour - 12 if self.language == "zh" and clock.hour > NOON else clock.hour
        return f"{hour}:{clock.minute:02}"


def _day_part(hour: int) -> str:
    return next(name for end, name in _DAY_PARTS_ZH if hour < end)


def _round_hours(minutes: int) -> int:
    return minutes if minutes < 60 else minutes // 60 * 60  # noqa: PLR2004


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and number.isdigit() and number.startswith("1")  # noqa: PLR2004
