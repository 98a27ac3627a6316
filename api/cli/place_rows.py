"""Places in a table: what its columns are called in both languages, and how each cell is read."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from api.i18n import N_
from catalog.territory.commands import PutTerritory
from catalog.territory.models import PlaceKind
from matching.travel.coordinates import SYSTEMS, System, convert

DIGITS: Final = 7  # of a degree: 1 cm
MOST: Final = 20  # aliases or tags of one place
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("编码", "代码"),
    "kind": ("type", "类型", "级别", "层级"),
    "parent_code": ("parent", "上级", "上级编码", "上级代码"),
    "name_zh": ("name", "名称", "中文名", "中文名称"),
    "name_en": ("英文名", "英文名称"),
    "lat": ("latitude", "纬度"),
    "lon": ("lng", "longitude", "经度"),
    "coordinate_system": ("坐标系",),
    "floors": ("层数", "楼层数", "总层数"),
    "has_lift": ("lift", "电梯", "有电梯", "有无电梯"),
    "aliases": ("别名",),
    "tags": ("标签",),
    "governance": ("治理类型",),
    "theme": ("主题",),
    "phone": ("电话",),
    "entry_notes": ("进门说明", "入口说明"),
}
"""The columns of a table of places in the order of the export, and what else they are called."""

NEEDED: Final = ("code", "kind", "parent_code", "name_zh")
NAMES: Final = {word: name for name, others in COLUMNS.items() for word in (name, *others)}
KINDS: Final = {
    "区": PlaceKind.DISTRICT,
    "县": PlaceKind.DISTRICT,
    "街道": PlaceKind.STREET,
    "镇": PlaceKind.STREET,
    "乡": PlaceKind.STREET,
    "社区": PlaceKind.COMMUNITY,
    "村": PlaceKind.COMMUNITY,
    "小区": PlaceKind.COMPOUND,
    "大院": PlaceKind.COMPOUND,
    "楼栋": PlaceKind.BUILDING,
    "楼": PlaceKind.BUILDING,
    "单元": PlaceKind.UNIT,
} | {kind.value: kind for kind in PlaceKind}
ANSWERS: Final = dict.fromkeys(("yes", "y", "true", "1", "是", "有"), True) | dict.fromkeys(
    ("no", "n", "false", "0", "否", "无", "没有"), False
)
SYSTEM_NAMES: Final[Mapping[str, System]] = {
    "wgs84": "wgs84",
    "gps": "wgs84",
    "gcj02": "gcj02",
    "火星": "gcj02",
    "高德": "gcj02",
    "腾讯": "gcj02",
    "bd09": "bd09",
    "百度": "bd09",
}
SEPARATORS: Final = re.compile(r"[;；|]")
FORMULA: Final = re.compile(r"[=@]|#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
"""How cells begin that a spreadsheet would run, or could not work out: no place is called so."""


class CellError(ValueError):
    """A cell that cannot be read; an English sentence with parameters."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message, self.params = message, params


class Problem(NamedTuple):
    """What is wrong in a line (from 1), in a column as the file calls it ("" for the whole line)."""

    line: int
    column: str
    message: str
    params: Mapping[str, object]


class Line(NamedTuple):
    """A line of the table that could be read: its place, in WGS-84 when `Table.places` hands it out."""

    number: int
    values: dict[str, Any]


class Table(NamedTuple):
    """A table as it was read. `heads`: what the file calls each of our columns; `ignored`: heads that are none of ours."""

    lines: Sequence[Line]
    problems: Sequence[Problem]
    heads: Mapping[str, str]
    ignored: Sequence[str]

    @property
    def located(self) -> bool:
        """Whether there is any coordinate."""
        return any(line.values.get("lat") is not None for line in self.lines)

    def places(self, system: System) -> list[PutTerritory]:
        """The places with coordinates in WGS-84; `system` is that of lines that name none."""
        rows = [{"coordinate_system": system} | _known(line.values) for line in self.lines]
        for source in SYSTEMS:
            _to_wgs84([row for row in rows if row["coordinate_system"] == source], source)
        return [PutTerritory(**row) for row in rows]


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the system out where the line names none."""
    return {key: value for key, value in values.items() if key != "coordinate_system" or value}


def _to_wgs84(rows: Sequence[dict[str, Any]], source: System) -> None:
    if source == "wgs84":
        return
    placed = [row for row in rows if row.get("lat") is not None and row.get("lon") is not None]
    lat = np.array([row["lat"] for row in placed], np.float64)
    lon = np.array([row["lon"] for row in placed], np.float64)
    moved = convert(lat, lon, source, "wgs84")
    for row, y, x in zip(placed, *(part.round(DIGITS).tolist() for part in moved), strict=True):
        row["lat"], row["lon"] = y, x


def read_table(content: bytes) -> Table:
    """Read a CSV file: UTF-8 with or without a mark, or GB 18030 as spreadsheets in China write it.

    Raises:
        CellError: the file is no table of places at all.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        ours = _columns(heads)
        lines, problems, before = [], [], reader.line_num
        for cells in reader:
            number, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                values, wrong = _line(number, cells, heads, ours)
                lines.append(Line(number, values))
                problems += wrong
    except csv.Error as error:
        raise CellError(
            N_("Line {line} is no line of a table ({reason})"), line=reader.line_num, reason=str(error)
        ) from error
    if not lines:
        raise CellError(N_("The table has no line below its heads"))
    ignored = [head for head in heads if head and _plain(head) not in NAMES]
    return Table(
        lines, [*problems, *_repeated(lines, ours, heads)], {n: heads[i] for n, i in ours.items()}, ignored
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CellError(N_("This is no table: save it as CSV in UTF-8"))


def _plain(head: str) -> str:
    return re.sub(r"[\s_-]+", "_", head.strip().casefold())


def _columns(heads: Sequence[str]) -> dict[str, int]:
    """Return where each of our columns stands."""
    found: dict[str, int] = {}
    for index, head in enumerate(heads):
        name = NAMES.get(_plain(head))
        if name in found:
            twice = {"first": heads[found[name]], "second": head}
            raise CellError(N_("Two columns say the same: {first} and {second}"), **twice)
        if name is not None:
            found[name] = index
    if missing := [f"{name} ({COLUMNS[name][-1]})" for name in NEEDED if name not in found]:
        raise CellError(N_("The first line lacks: {columns}"), columns=", ".join(missing))
    if ("lat" in found) != ("lon" in found):
        raise CellError(N_("A table has both columns lat and lon or none"))
    return found


def _line(
    number: int, cells: Sequence[str], heads: Sequence[str], ours: Mapping[str, int]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    wrong = []
    if len(cells) > len(heads):
        wrong.append(Problem(number, "", N_("there are more cells than heads"), {}))
    for name, index in ours.items():
        text = cells[index].strip() if index < len(cells) else ""
        try:
            values[name] = READERS[name](text)
        except CellError as error:
            wrong.append(Problem(number, heads[index], error.message, error.params))
    if not wrong and (values.get("lat") is None) != (values.get("lon") is None):
        wrong.append(Problem(number, heads[ours["lat"]], N_("a place has both coordinates or none"), {}))
    if values.get("name_en", "") is None:
        del values["name_en"]  # the Chinese name stands in
    return values, wrong


def _repeated(lines: Sequence[Line], ours: Mapping[str, int], heads: Sequence[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line in lines:
        code = line.values.get("code")
        if code is not None and first.setdefault(code, line.number) != line.number:
            told = {"code": code, "line": first[code]}
            yield Problem(line.number, heads[ours["code"]], N_("{code} stands in line {line} already"), told)


def _text(most: int, least: int = 1, *, needed: bool = False) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if not text and not needed:
            return None
        if not text:
            raise CellError(N_("is empty"))
        if FORMULA.match(text):
            raise CellError(N_("{text} is a formula or the error of one: paste its value"), text=text)
        if len(text) < least:
            raise CellError(N_("{text} is too short: {least} characters or more"), text=text, least=least)
        if len(text) > most:
            raise CellError(
                N_("is too long: {most} characters at most, not {length}"), most=most, length=len(text)
            )
        return text

    return read


def _code(text: str) -> str | None:
    if text and not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}", text):
        raise CellError(N_("{text} is no code: letters, digits, points and dashes, 64 at most"), text=text)
    return text or None


def _own_code(text: str) -> str | None:
    return _code(_text(10_000, needed=True)(text) or "")


def _kind(text: str) -> PlaceKind:
    kind = KINDS.get(text.casefold())
    if kind is None:
        raise CellError(
            N_("{text} is no kind of place: {kinds}"),
            text=text or "-",
            kinds=", ".join(f"{kind.value} {KINDS_ZH[kind]}" for kind in PlaceKind),
        )
    return kind


KINDS_ZH: Final = {kind: next(word for word, found in KINDS.items() if found is kind) for kind in PlaceKind}


def _degrees(most: int) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            raise CellError(N_("{text} is no number of degrees"), text=text) from None
        if not abs(value) <= most:
            swapped = N_(
                "{text} is not between -{most} and {most} degrees; are latitude and longitude swapped?"
            )
            raise CellError(swapped, text=text, most=most)
        return value

    return read


def _system(text: str) -> System | None:
    known = re.sub(r"[\s_-]", "", text.casefold())
    if known and known not in SYSTEM_NAMES:
        raise CellError(
            N_("{text} is no coordinate system: {systems}"), text=text, systems=", ".join(SYSTEMS)
        )
    return SYSTEM_NAMES.get(known)


def _floors(text: str) -> int | None:
    if text and not (text.isdecimal() and 1 <= int(text) <= 200):  # noqa: PLR2004 as the command has it
        raise CellError(N_("{text} is no number of floors from 1 to 200"), text=text)
    return int(text) if text else None


def _answer(text: str) -> bool | None:
    if text and text.casefold() not in ANSWERS:
        raise CellError(N_("{text} is neither yes (有) nor no (无)"), text=text)
    return ANSWERS.get(text.casefold())


def _list(one: Callable[[str], str | None]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        parts = [part.strip() for part in SEPARATORS.split(text)]
        found = tuple(dict.fromkeys(word for part in parts if (word := one(part))))
        if len(found) > MOST:
            raise CellError(N_("has more than {most} entries"), most=MOST)
        return found

    return read


def _tag(text: str) -> str | None:
    if text and not re.fullmatch(r"(?=.{1,32}$)[a-z0-9]+([_-][a-z0-9]+)*", text):
        raise CellError(N_("{text} is no tag: small letters and digits, with _ or - between"), text=text)
    return text or None


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "code": _own_code,
    "kind": _kind,
    "parent_code": _code,
    "name_zh": _text(120, needed=True),
    "name_en": _text(120),
    "lat": _degrees(90),
    "lon": _degrees(180),
    "coordinate_system": _system,
    "floors": _floors,
    "has_lift": _answer,
    "aliases": _list(_text(120)),
    "tags": _list(_tag),
    "governance": _tag,
    "theme": _text(64),
    "phone": _text(32, 3),
    "entry_notes": _text(400),
}
