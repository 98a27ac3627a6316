"""The one adapter from HTML form data to msgspec structs: `decode(OpenNeed, await request.form(), given={...})`.

The answer is the struct, or `FormErrors`: what was typed and every mistake at its field, ready for the same page again.
How fields are named and typed:

- nested structs by a hyphen (`wishes-gender`), lists of structs by number (`windows-0-…`), lists of values by repetition;
- a struct of two datetimes (a window) may come as `-date` and `-half` (morning, afternoon, evening, hours: `-from` `-to`);
- blank means not given: the default, None, or "please fill this in"; a checkbox that is not sent is False;
- numbers named `…_fen` are typed in yuan; fields named `phone` or `…_phone` lose spaces and hyphens;
- times without a zone are in the community's zone; full-width digits and punctuation are read like half-width ones;
- names that begin with `_` (CSRF token, buttons) belong to the page and are ignored.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import inspect as shapes

from api.i18n import N_
from api.web.form_text import Mistake, explain, plain, read_scalar
from api.web.formats import SHANGHAI
from catalog.kernel.errors import LinliError

T = TypeVar("T", bound=msgspec.Struct)
Typed: TypeAlias = Mapping[str, list[str]]

HALF_DAYS = {
    "morning": (dt.time(8), dt.time(12)),
    "afternoon": (dt.time(12), dt.time(18)),
    "evening": (dt.time(18), dt.time(21)),
}
_WINDOW_PARTS = ("date", "half", "from", "to")
_ABSENT: Any = object()
_LISTS = (shapes.ListType, shapes.VarTupleType, shapes.SetType, shapes.FrozenSetType)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` is its HTML id, "" when it concerns the whole form."""

    field: str
    message: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """What the fields of a page show: typed values and errors. `Form()` is an untouched form."""

    values: Typed = dataclasses.field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    def value(self, name: str) -> str:
        """Return the first value typed into `name`, or nothing."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> list[str]:
        """Return every value of `name` (checkboxes)."""
        return self.values.get(name, [])

    def error(self, name: str) -> FieldError | None:
        """Return the first error of `name`."""
        return next((error for error in self.errors if error.field == name), None)


@dataclass(frozen=True)
class FormErrors(Form):
    """A form that cannot be used yet: it has at least one error."""


def filled(**values: Any) -> Form:
    """Return a form that shows `values`: `filled(name=person.name, notes=["lift"], private=True)`."""
    return Form({name: _shown(value) for name, value in values.items()})


def _shown(value: Any) -> list[str]:
    if isinstance(value, (list, tuple, set, frozenset)):
        return [text for item in value for text in _shown(item)]
    if value is None or value is False:
        return []
    if isinstance(value, (dt.date, dt.time)):
        return [value.isoformat()]
    return ["on" if value is True else str(value.value if isinstance(value, Enum) else value)]


def refused(data: Any, error: LinliError) -> FormErrors:
    """Return the form as it was typed, with a refusal of the service at the field that it names."""
    return FormErrors(typed(data), (FieldError(error.field or "", error.message, dict(error.params)),))


def typed(data: Any) -> dict[str, list[str]]:
    """Return name -> texts of a Litestar form, a mapping or pairs; files are left out."""
    pairs: Iterable[tuple[str, Any]]
    pairs = data.items() if isinstance(data, Mapping) else data  # a multi-dict's items repeat their names
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        texts = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
        found.setdefault(name, []).extend(texts)
    return found


def decode(
    kind: type[T],
    data: Any,
    *,
    given: Mapping[str, Any] | None = None,
    zone: ZoneInfo = SHANGHAI,
    extra: Collection[str] = (),
) -> T | FormErrors:
    """Read `kind` out of form data.

    `given` holds what the page knows better than the browser (who is signed in): such a name in the form is refused.
    `extra` names further inputs of the page that are no part of the struct.
    """
    given = given or {}
    values = typed(data)
    reader = _Reader(values, zone)
    raw = reader.struct(kind, "", skip=given) | dict(given)
    if kind.__struct_config__.forbid_unknown_fields:
        reader.refuse_unknown(extra)
    if reader.errors:
        return FormErrors(values, tuple(reader.errors))
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        return FormErrors(values, (_of_whole(error),))
    except LinliError as error:
        return refused(values, error)


_PATH = re.compile(r"^(?P<why>.*?) - at `\$(?P<path>.*)`$", re.DOTALL)


def _of_whole(error: msgspec.ValidationError) -> FieldError:
    """Place an error that only the finished struct shows (its `__post_init__`)."""
    match = _PATH.match(str(error))
    why, path = (match["why"], match["path"]) if match else (str(error), "")
    name = re.sub(r"\[(\d+)\]", r"-\1", path).replace(".", "-").strip("-")
    cause = error.__cause__
    if isinstance(cause, LinliError):
        return FieldError(cause.field or name, cause.message, dict(cause.params))
    # the sentence of a ValueError in __post_init__ is a message id like any other
    return FieldError(name, why if cause is not None else N_("Please put this right"))


@dataclass
class _Reader:
    """Walks a struct's fields over what was typed; collects mistakes instead of stopping at the first."""

    typed: Typed
    zone: ZoneInfo
    errors: list[FieldError] = dataclasses.field(default_factory=list)
    read: set[str] = dataclasses.field(default_factory=set)

    def struct(self, kind: type[msgspec.Struct], prefix: str, skip: Collection[str] = ()) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        shape = cast("shapes.StructType", shapes.type_info(kind))
        hints = {item.name: item.type for item in msgspec.structs.fields(kind)}
        window = self._window(shape, prefix) if self._is_window(shape, prefix) else {}
        for item in shape.fields:
            if item.name in skip or item.encode_name in window:
                continue
            value = self._field(item, hints[item.name], prefix + item.encode_name)
            if value is not _ABSENT:
                raw[item.encode_name] = value
        return raw | window

    def refuse_unknown(self, extra: Collection[str]) -> None:
        for name in self.typed:
            if name not in self.read and name not in extra and not name.startswith("_"):
                self._mistake("", N_("This form has a field we do not know: {name}"), name=name[:60])

    def _field(self, item: shapes.Field, hint: Any, name: str) -> Any:
        shape, optional = _unwrap(item.type)
        if isinstance(shape, shapes.StructType):
            return self._nested(item, shape, name, optional=optional)
        if isinstance(shape, _LISTS):
            return self._list(item, shape, name)
        texts = self._texts(name)
        if isinstance(shape, shapes.BoolType) and not optional:
            return bool(texts) and texts[-1].lower() not in {"", "0", "no", "false", "off"}
        text = texts[-1] if texts else ""
        if not text:
            return self._blank(item, shape, name, optional=optional)
        return self._scalar(text, shape, hint, name)

    def _texts(self, name: str) -> list[str]:
        self.read.add(name)
        return [plain(text) for text in self.typed.get(name, ())]

    def _blank(self, item: shapes.Field, shape: shapes.Type, name: str, *, optional: bool) -> Any:
        if not item.required:
            return _ABSENT
        if optional:
            return None
        # nobody types an id
        chooses = isinstance(shape, (shapes.EnumType, shapes.LiteralType, shapes.BoolType, shapes.UUIDType))
        self._mistake(name, N_("Please choose one") if chooses else N_("Please fill this in"))
        return _ABSENT

    def _scalar(self, text: str, shape: shapes.Type, hint: Any, name: str) -> Any:
        try:
            value = read_scalar(text, shape, name, self.zone)
            return msgspec.convert(value, hint, strict=False)
        except Mistake as error:
            mistake = error
        except msgspec.ValidationError as error:
            mistake = explain(str(error), shape, name)
        self._mistake(name, mistake.message, **mistake.params)
        return _ABSENT

    def _nested(self, item: shapes.Field, shape: shapes.StructType, name: str, *, optional: bool) -> Any:
        said = any(
            plain(text) for key, texts in self.typed.items() if key.startswith(f"{name}-") for text in texts
        )
        if not said and (optional or not item.required):
            self.read |= {key for key in self.typed if key.startswith(f"{name}-")}
            return _ABSENT if not item.required else None
        return self.struct(shape.cls, f"{name}-")

    def _list(self, item: shapes.Field, shape: Any, name: str) -> Any:
        of, _ = _unwrap(shape.item_type)
        if isinstance(of, shapes.StructType):
            values: list[Any] = [self.struct(of.cls, f"{name}-{index}-") for index in self._numbers(name)]
        else:
            values = [self._item(text, of, name) for text in self._texts(name) if text]
        if not values and not item.required:
            return _ABSENT
        least, most = shape.min_length or 0, shape.max_length
        if len(values) < least and not any(error.field.startswith(name) for error in self.errors):
            self._few(name, least)
        elif most is not None and len(values) > most:
            self._mistake(name, N_("Please give at most {n}"), n=most)
        return values

    def _few(self, name: str, least: int) -> None:
        if least == 1:
            self._mistake(name, N_("Please choose at least one"))
        else:
            self._mistake(name, N_("Please give at least {n}"), n=least)

    def _item(self, text: str, shape: shapes.Type, name: str) -> Any:
        try:
            return read_scalar(text, shape, name, self.zone)
        except Mistake as mistake:
            self._mistake(name, mistake.message, **mistake.params)
            return text

    def _numbers(self, name: str) -> list[int]:
        """Return the indexes that say something; an untouched row of the form is not a row."""
        row = re.compile(re.escape(name) + r"-(\d{1,3})-.+")
        matches = [(match, texts) for key, texts in self.typed.items() if (match := row.fullmatch(key))]
        self.read |= {match[0] for match, texts in matches if not any(plain(text) for text in texts)}
        return sorted({int(match[1]) for match, texts in matches if any(plain(text) for text in texts)})

    def _is_window(self, shape: shapes.StructType, prefix: str) -> bool:
        moments = [item for item in shape.fields if isinstance(_unwrap(item.type)[0], shapes.DateTimeType)]
        return len(moments) == 2 and any(prefix + part in self.typed for part in _WINDOW_PARTS)  # noqa: PLR2004 - start and end

    def _window(self, shape: shapes.StructType, prefix: str) -> dict[str, Any]:
        """Read day and half-day, or day and hours, into the struct's two datetimes."""
        names = [
            item.encode_name
            for item in shape.fields
            if isinstance(_unwrap(item.type)[0], shapes.DateTimeType)
        ]
        day = self._part(prefix + "date", shapes.DateType(), N_("Please choose a day"))
        half = (self._texts(prefix + "half") or [""])[-1]
        texts = [(self._texts(prefix + part) or [""])[-1] for part in ("from", "to")]
        half = half or ("hours" if any(texts) else "")
        start: dt.time | None
        end: dt.time | None
        if half in HALF_DAYS:
            start, end = HALF_DAYS[half]
        elif half == "hours":
            start = self._part(prefix + "from", shapes.TimeType(), N_("Please give both hours"))
            end = self._part(prefix + "to", shapes.TimeType(), N_("Please give both hours"))
            if start is not None and end is not None and end <= start:
                self._mistake(prefix + "to", N_("The end must be after the start"))
        else:
            self._mistake(prefix + "half", N_("Please choose a time of day"))
            return dict.fromkeys(names)
        if day is None or start is None or end is None:
            return dict.fromkeys(names)
        return {
            name: dt.datetime.combine(day, time, self.zone)
            for name, time in zip(names, (start, end), strict=True)
        }

    def _part(self, name: str, shape: shapes.Type, when_blank: str) -> Any:
        text = (self._texts(name) or [""])[-1]
        if not text:
            self._mistake(name, when_blank)
            return None
        value = self._scalar(text, shape, dt.date if isinstance(shape, shapes.DateType) else dt.time, name)
        return None if value is _ABSENT else value

    def _mistake(self, place: str, message: str, **params: Any) -> None:
        self.errors.append(FieldError(place, message, params))


def _unwrap(shape: shapes.Type) -> tuple[shapes.Type, bool]:
    """Return the type without `| None` and annotations, and whether None was allowed."""
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    if not isinstance(shape, shapes.UnionType):
        return shape, False
    kinds = [_unwrap(part)[0] for part in shape.types if not isinstance(part, shapes.NoneType)]
    if len(kinds) != 1:
        raise TypeError(f"a form field cannot be one of several types: {shape}")
    return kinds[0], len(kinds) < len(shape.types)
