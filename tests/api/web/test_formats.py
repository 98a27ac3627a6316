"""Times are Monday 23 November 2026 in Shanghai, eight hours ahead of UTC."""

import datetime as dt
from types import SimpleNamespace

import pytest

from api.web.formats import Formats

ZH, EN = Formats("zh"), Formats("en")


def at(hour: int, minute: int = 0, day: int = 23) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZH.zone).astimezone(dt.UTC)


def test_days_and_times():
    assert ("11月23日 周一", "Mon 23 Nov") == (ZH.date(at(9)), EN.date(at(9)))
    assert ("2026年11月23日 周一", "Mon 23 Nov 2026") == (
        ZH.date(dt.date(2026, 11, 23), year=True),
        EN.date(at(9), year=True),
    )
    assert ("11月23日 周一 上午9:00", "Mon 23 Nov, 9:00") == (ZH.datetime(at(9)), EN.datetime(at(9)))
    assert "周二" in ZH.date(at(23, 59, day=24))  # the day in Shanghai, not in UTC


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "凌晨0:05"),
        (6, "早上6:05"),
        (8, "上午8:05"),
        (12, "中午12:05"),
        (13, "下午1:05"),
        (15, "下午3:05"),
        (21, "晚上9:05"),
    ],
)
def test_parts_of_the_day(hour: int, words: str):
    assert words == ZH.time(dt.time(hour, 5))


def test_next_door_is_no_distance():
    assert ("路上约 1 分钟", "about 1 min away") == (ZH.walk(0.4, 4), EN.walk(0.4, 4))


def test_windows_say_only_what_changes():
    assert "11月23日 周一 上午9:00–11:00" == ZH.window(at(9), at(11))
    assert "11月23日 周一 上午9:00–下午2:00" == ZH.window(at(9), at(14))
    assert "11月23日 周一 下午2:00–5:30" == ZH.window(at(14), at(17, 30))
    assert "Mon 23 Nov, 9:00–14:00" == EN.window(at(9), at(14))
    assert "Mon 23 Nov, 22:00 – Tue 24 Nov, 6:00" == EN.window(at(22), at(6, day=24))
    assert ("下午", "Afternoon") == (ZH.half_day("afternoon"), EN.half_day("afternoon"))


def test_naive_times_are_refused():
    with pytest.raises(ValueError, match="naive"):
        ZH.datetime(dt.datetime(2026, 11, 23, 9))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (25.4, "25 分钟", "25 min"),
        (60, "1 小时", "1 h"),
        (90, "1 小时 30 分钟", "1 h 30 min"),
    ],
)
def test_durations(minutes: float, zh: str, en: str):
    assert (zh, en) == (ZH.duration(minutes), EN.duration(minutes))


def test_how_long_ago():
    now = at(12)
    assert "刚刚" == ZH.ago(at(12), now)
    assert "3 分钟前" == ZH.ago(at(11, 57), now)
    assert "2 h ago" == EN.ago(at(9, 10), now)
    assert "11月21日 周六 中午12:00" == ZH.ago(at(12, day=21), now)


def test_money_numbers_and_shares():
    assert ("¥12.00", "¥1,234.56", "免费", "Free", "免费") == (
        ZH.money(1200),
        ZH.money(123456),
        ZH.money(0),
        EN.money(0),
        ZH.money(None),
    )
    assert ("12,345", "6.4") == (ZH.number(12345), ZH.number(6.41, 1))
    assert ("43%", "—") == (ZH.percent(3, 7), ZH.percent(3, 0))


@pytest.mark.parametrize(
    ("metres", "zh", "en"),
    [(4, "4 米", "4 m"), (483, "480 米", "480 m"), (997, "1.0 公里", "1.0 km"), (1240, "1.2 公里", "1.2 km")],
)
def test_distances(metres: float, zh: str, en: str):
    assert (zh, en) == (ZH.distance(metres), EN.distance(metres))


def test_walks():
    assert ("路上约 8 分钟（480 米）", "about 8 min away (480 m)") == (ZH.walk(8, 480), EN.walk(8, 480))
    assert "路上约 1 分钟" == ZH.walk(0.2)


def test_an_estimated_walk_says_so():
    assert "路上约 8 分钟（480 米）（估算）" == ZH.walk(8, 480, estimated=True)
    assert "about 1 min away (estimate)" == EN.walk(0.2, estimated=True)


def test_telephone_numbers():
    assert ("138 0000 1234", "12345", "0755-8300 0000") == (
        ZH.phone("13800001234"),
        ZH.phone("12345"),
        ZH.phone("0755-8300 0000"),
    )
    assert ("138****1234", "****45") == (ZH.masked_phone("13800001234"), ZH.masked_phone("12345"))


def test_names_in_the_readers_language():
    thing = SimpleNamespace(name_zh="理发", name_en="Haircut", summary_zh="上门")
    assert ("理发", "Haircut", "上门") == (ZH.name(thing), EN.name(thing), EN.name(thing, "summary"))
    assert ("理发", "Haircut") == (
        ZH.name({"name": {"zh": "理发", "en": "Haircut"}}),
        EN.name({"name_en": "Haircut"}),
    )
    assert "王师傅" == EN.name(SimpleNamespace(name="王师傅"))
    assert "" == EN.name({})
