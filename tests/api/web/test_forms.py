"""Whatever a browser sends: the struct, or every mistake at its field with what was typed."""

import datetime as dt
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict
from msgspec import Meta

from api.i18n import N_, translator
from api.web.form_text import Mistake, explain, half_width, plain
from api.web.formats import SHANGHAI
from api.web.forms import FieldError, Form, FormErrors, decode, filled, refused, typed
from catalog.kernel.errors import Conflict, Invalid

ID = UUID("0192f0c0-0000-7000-8000-000000000001")


class Pet(StrEnum):
    DOG = "dog"
    CAT = "cat"


class Stars(IntEnum):
    ONE = 1
    FIVE = 5


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Window(Strict, frozen=True, kw_only=True):
    starts_at: Annotated[dt.datetime, Meta(tz=True)]
    ends_at: Annotated[dt.datetime, Meta(tz=True)]


class Wishes(Strict, frozen=True, kw_only=True):
    gender: Literal["female", "male"] | None = None
    stars: Stars | None = None


class Asked(Strict, frozen=True, kw_only=True):
    """One field of every kind that pages use."""

    id: UUID
    title: Annotated[str, Meta(max_length=10)]
    by: UUID | None = None
    note: str | None = None
    floor: Annotated[int, Meta(ge=-2, le=60)] | None = None
    cap_fen: Annotated[int, Meta(ge=0, le=50_000)] | None = None
    weight: Annotated[float, Meta(gt=0)] | None = None
    share: Decimal | None = None
    phone: Annotated[str, Meta(pattern=r"^\+?\d{3,15}$")] | None = None
    pet: Pet | None = None
    consent: bool = False
    solved: bool | None = None
    day: dt.date | None = None
    at: dt.time | None = None
    until: Annotated[dt.datetime, Meta(tz=True)] | None = None
    tags: Annotated[tuple[str, ...], Meta(max_length=2)] = ()
    floors: list[int] = []
    windows: Annotated[tuple[Window, ...], Meta(max_length=2)] = ()
    wishes: Wishes = Wishes()


BASIS = {"id": str(ID), "title": "水龙头"}


def ask(**fields: str | list[str]) -> Asked | FormErrors:
    return decode(Asked, BASIS | {name.replace("__", "-"): value for name, value in fields.items()})


def mistakes(**fields: str | list[str]) -> dict[str, str]:
    answer = ask(**fields)
    assert isinstance(answer, FormErrors), answer
    return {error.field: error.message.format(**error.params) for error in answer.errors}


def read(name: str, text: str | list[str]) -> object:
    answer = ask(**{name: text})
    assert isinstance(answer, Asked), answer
    return getattr(answer, name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("title", "  水 龙 头　", "水 龙 头"),
        ("note", "一\r\n二", "一\n二"),
        ("note", " ", None),
        ("floor", "３", 3),
        ("floor", "-1", -1),
        ("cap_fen", "12", 1200),
        ("cap_fen", "１２。５", 1250),
        ("cap_fen", "¥1，2.5 元", 1250),  # a comma of thousands, wherever it stands, is no digit
        ("weight", "0.5", 0.5),
        ("share", "1.10", Decimal("1.10")),
        ("phone", "138 0000-1234", "13800001234"),
        ("phone", "１２３４５", "12345"),
        ("pet", "dog", Pet.DOG),
        ("consent", "on", True),
        ("consent", ["", "on"], True),  # the hidden twin of a checkbox
        ("consent", "false", False),
        ("solved", "no", False),
        ("solved", "yes", True),
        ("solved", "", None),
        ("day", "2026-11-23", dt.date(2026, 11, 23)),
        ("day", "2026年11月3日", dt.date(2026, 11, 3)),
        ("at", "9:30", dt.time(9, 30)),
        ("at", "９：３０", dt.time(9, 30)),
        ("at", "9点", dt.time(9)),
        ("until", "2026-11-23T09:00", dt.datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)),
        ("until", "2026-11-23T01:00:00Z", dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)),
        ("tags", "lift", ("lift",)),
        ("tags", ["lift", "", "dog"], ("lift", "dog")),
        ("floors", ["１", "2"], [1, 2]),
    ],
)
def test_what_people_type(name: str, text: str | list[str], value: object):
    assert value == read(name, text)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("title", "", "Please fill this in"),
        ("title", "一" * 11, "Please write at most 10 characters"),
        ("id", "seven", "This does not look right; please check it"),
        ("floor", "three", "Please write a whole number, for example 3"),
        ("floor", "1.5", "Please write a whole number, for example 3"),
        ("floor", "9" * 15, "At most 60"),
        ("floor", "9" * 40, "Please write a whole number, for example 3"),
        ("floor", "-3", "At least -2"),
        ("cap_fen", "12.345", "Please write an amount in yuan, for example 12.50"),
        ("cap_fen", "1e3", "Please write an amount in yuan, for example 12.50"),
        ("cap_fen", "501", "At most 500"),
        ("weight", "nan", "Please write a number, for example 12.5"),
        ("weight", "0", "More than 0"),
        ("phone", "no phone", "This is not a telephone number we can call"),
        ("pet", "cow", "This choice does not exist; please choose again"),
        ("solved", "maybe", "This choice does not exist; please choose again"),
        ("day", "2026-02-30", "Please write a date, for example 2026-11-23"),
        ("at", "25:00", "Please write a time, for example 9:30"),
        ("until", "tomorrow", "Please give date and time"),
        ("tags", ["a", "b", "c"], "Please give at most 2"),
        ("floors", ["1", "x"], "Please write a whole number, for example 3"),
    ],
)
def test_what_nobody_understands(name: str, text: str | list[str], message: str):
    assert {name: message} == mistakes(**{name: text})


def test_all_mistakes_at_once_and_everything_typed_is_kept():
    answer = ask(title=" ", floor="x", wishes__gender="other")
    assert isinstance(answer, FormErrors)
    assert ["title", "floor", "wishes-gender"] == [error.field for error in answer.errors]
    assert "x" == answer.value("floor")
    assert answer.error("floor") is not None
    assert answer.error("note") is None


def test_every_message_has_its_chinese():
    known = translator("zh").entries
    answer = ask(
        title="", floor="x", pet="cow", day="x", at="x", until="x", cap_fen="x", weight="x", surprise="1"
    )
    assert isinstance(answer, FormErrors)
    assert [] == [error.message for error in answer.errors if (None, error.message) not in known]


def test_unknown_fields_are_refused_and_the_pages_own_are_not():
    assert {"": "This form has a field we do not know: admin"} == mistakes(admin="1")
    assert isinstance(ask(_csrf_token="x", _step="2"), Asked)
    assert isinstance(decode(Asked, BASIS | {"search": "tap"}, extra={"search"}), Asked)


def test_what_the_page_knows_cannot_be_sent():
    by = UUID(int=7)
    answer = decode(Asked, BASIS, given={"by": by})
    assert isinstance(answer, Asked)
    assert by == answer.by
    assert isinstance(decode(Asked, BASIS | {"by": str(UUID(int=8))}, given={"by": by}), FormErrors)


def test_nested_structs():
    answer = ask(wishes__gender="female", wishes__stars="5")
    assert isinstance(answer, Asked)
    assert Wishes(gender="female", stars=Stars.FIVE) == answer.wishes
    untouched = ask(wishes__gender="", wishes__stars="")
    assert isinstance(untouched, Asked)
    assert Wishes() == untouched.wishes


def test_windows_by_half_day_and_by_hours():
    answer = ask(
        windows__0__date="2026-11-23",
        windows__0__half="afternoon",
        windows__0__from="",
        windows__3__date="2026-11-24",
        windows__3__half="hours",
        windows__3__from="9:15",
        windows__3__to="１１：００",
        windows__5__date="",
    )
    assert isinstance(answer, Asked)
    day, next_day = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
    expected = [(day, dt.time(12), dt.time(18)), (next_day, dt.time(9, 15), dt.time(11))]
    spans = [
        (dt.datetime.combine(at, a, SHANGHAI), dt.datetime.combine(at, b, SHANGHAI)) for at, a, b in expected
    ]
    assert spans == [(window.starts_at, window.ends_at) for window in answer.windows]


def test_windows_as_two_moments():
    answer = ask(windows__0__starts_at="2026-11-23T09:00", windows__0__ends_at="2026-11-23T10:00")
    assert isinstance(answer, Asked)
    assert dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC) == answer.windows[0].ends_at


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"windows__0__half": "morning"}, {"windows-0-date": "Please choose a day"}),
        ({"windows__0__date": "2026-11-23"}, {"windows-0-half": "Please choose a time of day"}),
        (
            {"windows__0__date": "2026-11-23", "windows__0__half": "hours", "windows__0__from": "9:00"},
            {"windows-0-to": "Please give both hours"},
        ),
        (
            {
                "windows__0__date": "2026-11-23",
                "windows__0__half": "hours",
                "windows__0__from": "9:00",
                "windows__0__to": "9:00",
            },
            {"windows-0-to": "The end must be after the start"},
        ),
    ],
)
def test_windows_half_said(fields: dict[str, str], expected: dict[str, str]):
    assert expected == mistakes(**fields)


class Need(Strict, frozen=True, kw_only=True):
    windows: Annotated[tuple[Window, ...], Meta(min_length=1)]
    tags: Annotated[list[str], Meta(min_length=2)]
    first: Window | None = None
    agreed: bool | None


class Lasting(Strict, frozen=True, kw_only=True):
    shown: bool = True
    span: Window | None = None
    pet: Pet = Pet.CAT

    def __post_init__(self) -> None:
        if self.span and self.span.ends_at <= self.span.starts_at:
            raise ValueError(N_("The end must be after the start"))
        if not self.shown and self.pet is Pet.DOG:
            raise Conflict("{pet} must be shown", field="pet", pet="dog")


def test_what_is_missing_altogether():
    answer = decode(Need, {})
    assert isinstance(answer, FormErrors)
    expected = [
        FieldError("windows", "Please choose at least one"),
        FieldError("tags", "Please give at least {n}", {"n": 2}),
    ]
    assert expected == list(answer.errors)  # `agreed` may be None


def test_an_unticked_box_is_false_whatever_the_default():
    assert Lasting(shown=False) == decode(Lasting, {})


def test_mistakes_that_only_the_whole_shows():
    backwards = {"span-starts_at": "2026-11-23T09:00", "span-ends_at": "2026-11-23T08:00"}
    answer = decode(Lasting, backwards)
    assert isinstance(answer, FormErrors)
    assert (FieldError("", "The end must be after the start"),) == answer.errors
    refusal = decode(Lasting, {"pet": "dog"})
    assert isinstance(refusal, FormErrors)
    assert (FieldError("pet", "{pet} must be shown", {"pet": "dog"}),) == refusal.errors


def test_the_refusal_of_a_service_stands_at_its_field():
    form = refused(
        BASIS,
        Invalid("The window is shorter than the service ({minutes} minutes)", field="windows", minutes=30),
    )
    error = form.error("windows")
    assert error is not None
    assert {"minutes": 30} == error.params
    assert "水龙头" == form.value("title")


def test_forms_that_show_what_is_known():
    form = filled(
        name="李敏",
        pet=Pet.DOG,
        notes=["lift", Pet.CAT],
        private=True,
        quiet=False,
        none=None,
        day=dt.date(2026, 1, 2),
    )
    assert ["dog"] == form.all("pet")
    assert ["lift", "cat"] == form.all("notes")
    assert ["on", "", "", "2026-01-02"] == [form.value(name) for name in ("private", "quiet", "none", "day")]
    assert "" == Form().value("anything")


def test_litestar_forms_repeat_their_names_and_may_hold_files():
    data = FormMultiDict([("a", "1"), ("a", "2"), ("file", object()), ("b", "3")])
    assert {"a": ["1", "2"], "file": [], "b": ["3"]} == typed(data)


def test_a_field_of_several_types_is_the_programs_mistake():
    class Odd(msgspec.Struct):
        value: int | str

    with pytest.raises(TypeError, match="several types"):
        decode(Odd, {"value": "1"})


def test_texts():
    assert "a\tb\nc" == plain("\ufeff a\tb\r\nc\x00 \u3000")
    assert "12:30,5" == half_width("１２：３０，５")
    assert isinstance(explain("anything", msgspec.inspect.IntType()), Mistake)


names = st.sampled_from(
    [
        *Asked.__struct_fields__,
        "windows-0-date",
        "windows-0-half",
        "windows-x-from",
        "wishes-gender",
        "windows-0-",
    ]
)


@given(st.dictionaries(names, st.lists(st.text(max_size=12), max_size=3)))
def test_nothing_typed_can_break_it(data: dict[str, list[str]]):
    answer = decode(Asked, data)
    assert isinstance(answer, Asked) or answer.errors
