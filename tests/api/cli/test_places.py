"""`linli places`: a stranger's first community, corrections, and the way out and in again."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from api.cli.place_rows import COLUMNS, KINDS, NAMES, CellError, read_table
from api.i18n import translator
from catalog.kernel.db import Database
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.queries import subtree
from matching.travel.coordinates import convert
from matching.travel.earth import line_metres
from matching.travel.plausible import HINTS, MESSAGES, WHOLE
from tests.support.databases import sqlite_file_url
from tests.support.streets import futian_file

EXAMPLE = Path(__file__).parents[3] / "docs/examples/places.csv"
HEAD = "code,kind,parent_code,name_zh,lat,lon,floors,has_lift,tags"
TOWN = f"""{HEAD}
d,district,,区,,,,,
s,street,d,街道,,,,,
c,community,s,社区,36.66,117.01,,,
y,compound,c,小区,36.66,117.01,,,"old;gated"
b1,building,y,1栋,36.6601,117.01,6,no,
b2,building,y,2栋,36.6602,117.01,6,no,
b3,building,y,3栋,36.6603,117.01,18,yes,
"""


async def rows_in(url: str) -> dict[str, Territory]:
    database = Database(url)
    try:
        async with database.read() as session:
            return {row.code: row for row in await subtree(session, "")}
    finally:
        await database.dispose()


def stored(url: str) -> dict[str, Territory]:
    return asyncio.run(rows_in(url))


def written(folder: Path, text: str | bytes, name: str = "places.csv") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_first_community_in_an_empty_database(linli, empty_database_url):
    done = linli("places", "import", str(EXAMPLE), LINLI_DATABASE_URL=empty_database_url)
    assert (0, "Places: 12 new, 0 changed, 0 as before\n", "") == (done.exit_code, done.stdout, done.stderr)
    found = stored(empty_database_url)
    stairs = found["example-c1-b1-u1"]
    assert (
        stairs.path
        == "example-district/example-street/example-c1/example-c1-yard/example-c1-b1/example-c1-b1-u1/"
    )
    assert stairs.community_id == found["example-c1"].id
    assert (found["example-c2-b1"].floors, found["example-c2-b1"].has_lift) == (18, True)
    assert found["example-c1-yard"].aliases == ["泉边里小区", "老机床宿舍"]
    again = linli("places", "import", str(EXAMPLE), LINLI_DATABASE_URL=empty_database_url)
    assert again.stdout.startswith("Places: 0 new, 0 changed, 12 as before")


def test_changed_cells_change_and_other_columns_stay(linli, tmp_path, sqlite_url):
    linli(
        "places", "import", written(tmp_path, TOWN), "--coordinates", "wgs84", LINLI_DATABASE_URL=sqlite_url
    )
    mended = "名称,上级,类型,编码,电话\n一号楼,y,楼栋,b1,0531-5\n2栋,y,楼,b2,\n"
    done = linli("places", "import", written(tmp_path, mended), LINLI_DATABASE_URL=sqlite_url)
    assert done.stdout.startswith("Places: 0 new, 1 changed, 1 as before\n  b1: name_zh, phone")
    house = stored(sqlite_url)["b1"]
    assert (house.name_zh, house.phone, house.floors, house.lat) == ("一号楼", "0531-5", 6, 36.6601)


def test_a_dry_run_writes_nothing(linli, tmp_path, sqlite_url):
    file = written(tmp_path, TOWN)
    told = linli(
        "places", "import", file, "--coordinates", "wgs84", "--dry-run", LINLI_DATABASE_URL=sqlite_url
    )
    assert (0, True) == (told.exit_code, "Places: 7 new" in told.stdout and "dry run" in told.stdout)
    assert {} == stored(sqlite_url)


def test_out_and_in_again_is_the_same(linli, seeded_url, tmp_path):
    file = str(tmp_path / "out.csv")
    assert 0 == linli("places", "export", "-o", file, LINLI_DATABASE_URL=seeded_url).exit_code
    assert Path(file).read_bytes().startswith(b"\xef\xbb\xbf")
    done = linli("places", "import", file, LINLI_DATABASE_URL=seeded_url)
    assert (0, "Places: 0 new, 0 changed, 312 as before\n", "") == (done.exit_code, done.stdout, done.stderr)
    fresh = sqlite_file_url(tmp_path / "fresh.db")
    assert "Places: 312 new" in linli("places", "import", file, LINLI_DATABASE_URL=fresh).stdout
    old, new = stored(seeded_url), stored(fresh)
    for name in (*COLUMNS, "path"):
        if name != "parent_code":
            assert {code: getattr(row, name) for code, row in old.items()} == {
                code: getattr(row, name) for code, row in new.items()
            }


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_by_way_of_a_chinese_map(linli, seeded_url, tmp_path, system):
    file = str(tmp_path / "map.csv")
    linli("places", "export", "-o", file, "--coordinates", system, LINLI_DATABASE_URL=seeded_url)
    assert {system} == {row["coordinate_system"] for row in table(Path(file).read_bytes())}
    # into the same database nothing is new; into another one it comes within 0.1 m, with its source on record
    assert "312 as before" in linli("places", "import", file, LINLI_DATABASE_URL=seeded_url).stdout
    fresh = sqlite_file_url(tmp_path / "fresh.db")
    linli("places", "import", file, LINLI_DATABASE_URL=fresh)
    old, new = stored(seeded_url), stored(fresh)
    assert max(line_metres((old[c].lat, old[c].lon), (new[c].lat, new[c].lon)) for c in old) < 0.1
    assert {system} == {row.coordinate_system for row in new.values()}


def test_the_example_read_off_a_chinese_map(linli, tmp_path, sqlite_url):
    lat, lon = convert(36.6601, 117.01, "wgs84", "gcj02")
    file = written(tmp_path, f"{HEAD},坐标系\nc,社区,,社区,{lat},{lon},,,,GCJ-02\n")
    assert 0 == linli("places", "import", file, LINLI_DATABASE_URL=sqlite_url).exit_code
    place = stored(sqlite_url)["c"]
    assert line_metres((36.6601, 117.01), (place.lat, place.lon)) < 0.02
    assert "gcj02" == place.coordinate_system


def test_coordinates_of_an_unknown_system_are_a_question(linli, tmp_path, sqlite_url):
    done = linli("places", "import", written(tmp_path, TOWN), LINLI_DATABASE_URL=sqlite_url)
    assert (2, "") == (done.exit_code, done.stdout)
    assert "In which system are these coordinates? Say --coordinates wgs84" in done.stderr
    both = written(tmp_path, f"{HEAD},coordinate_system\nc,community,,社区,36.6,117,,,,bd09\n")
    done = linli("places", "import", both, "--coordinates", "gcj02", LINLI_DATABASE_URL=sqlite_url)
    assert "--coordinates says gcj02, the table itself bd09" in done.stderr
    without = written(tmp_path, "code,kind,parent,name\nc,community,,社区\n")
    assert 0 == linli("places", "import", without, LINLI_DATABASE_URL=sqlite_url).exit_code


BAD = f"""{HEAD}
d,district,,区,,,,,
s,street,d,街道,114.03,22.5,,,
c c,community,s,,36.66,,0,maybe,Old
d,village,,又一个,x,117.01,,,
"""


def test_every_bad_cell_is_named_and_nothing_written(linli, tmp_path, sqlite_url):
    done = linli(
        "places", "import", written(tmp_path, BAD), "--coordinates", "wgs84", LINLI_DATABASE_URL=sqlite_url
    )
    assert 2 == done.exit_code
    lines = done.stderr.splitlines()
    assert [
        "line 3, column lat: 114.03 is not between -90 and 90 degrees; are latitude and longitude swapped?",
        "line 4, column code: c c is no code: letters, digits, points and dashes, 64 at most",
        "line 4, column name_zh: is empty",
        "line 4, column floors: 0 is no number of floors from 1 to 200",
        "line 4, column has_lift: maybe is neither yes (有) nor no (无)",
        "line 4, column tags: Old is no tag: small letters and digits, with _ or - between",
    ] == lines[:6]
    assert lines[6].startswith("line 5, column kind: village is no kind of place: district 区, street 街道")
    assert lines[7:9] == [
        "line 5, column lat: x is no number of degrees",
        "line 5, column code: d stands in line 2 already",
    ]
    assert lines[-1].endswith("places.csv: nothing was written")
    assert {} == stored(sqlite_url)


def test_what_the_tree_does_not_allow_is_named_by_line_in_chinese(linli, tmp_path, sqlite_url):
    wrong = "编码,类型,上级编码,名称\n\nd,区,,区\nb,楼栋,d,楼\nu,单元,nowhere,单元\nx,小区,b,小区\n"
    done = linli("places", "import", written(tmp_path, wrong), LINLI_DATABASE_URL=sqlite_url, LINLI_LANG="zh")
    assert [
        "第 4 行，上级编码 列：楼栋须在社区之内",
        "第 5 行，上级编码 列：没有地点 nowhere",
        "第 6 行，上级编码 列：小区不能在楼栋之下",
    ] == done.stderr.splitlines()[:3]
    assert {} == stored(sqlite_url)


def test_kind_and_parent_stay(linli, tmp_path, sqlite_url):
    linli(
        "places", "import", written(tmp_path, TOWN), "--coordinates", "wgs84", LINLI_DATABASE_URL=sqlite_url
    )
    wrong = "code,kind,parent,name\nb1,unit,b2,1\nb2,building,c,2\n"
    done = linli("places", "import", written(tmp_path, wrong), LINLI_DATABASE_URL=sqlite_url)
    assert [
        "line 2, column kind: b1 is a building already, and stays one",
        "line 3, column parent: b2 lies below another place already",
    ] == done.stderr.splitlines()[:2]


def shifted(*codes: str) -> str:
    """The town, with some lines as a Chinese map would give them."""
    lines = []
    for row in csv.reader(TOWN.splitlines()):
        if row[0] in codes:
            row[4:6] = map(str, convert(float(row[4]), float(row[5]), "wgs84", "gcj02"))
        lines.append(",".join(row).replace("old;gated", '"old;gated"'))
    return "\n".join(lines)


def test_a_house_from_another_map_is_listed_and_strict_refuses_it(linli, tmp_path, sqlite_url):
    command = ("places", "import", written(tmp_path, shifted("b2")), "--coordinates", "wgs84")
    strict = linli(*command, "--strict", LINLI_DATABASE_URL=sqlite_url)
    assert (2, {}) == (strict.exit_code, stored(sqlite_url))
    done = linli(*command, LINLI_DATABASE_URL=sqlite_url)
    assert 0 == done.exit_code
    assert "Places that lie oddly: 1" in done.stderr
    assert "2栋 (b2) lies 5" in done.stderr
    assert "may be GCJ-02, the system of Chinese maps" in done.stderr
    told = json.loads(linli(*command, "--json", LINLI_DATABASE_URL=sqlite_url).stdout)
    assert [("b2", "group", "gcj02")] == [(f["id"], f["kind"], f["hint"]) for f in told["flags"]]
    assert (7, [], None) == (told["put"]["same"], told["put"]["added"], told["whole"])


def test_new_houses_are_held_against_those_that_are_there(linli, tmp_path, sqlite_url):
    linli(
        "places", "import", written(tmp_path, TOWN), "--coordinates", "wgs84", LINLI_DATABASE_URL=sqlite_url
    )
    lat, lon = convert(36.6601, 117.01, "wgs84", "bd09")
    file = written(tmp_path, f"code,kind,parent,name,lat,lon\nb4,building,y,4栋,{lat},{lon}\n")
    done = linli("places", "import", file, "--coordinates", "gcj02", LINLI_DATABASE_URL=sqlite_url)
    assert "(b4) lies" in done.stderr


def test_a_whole_file_in_another_system_is_told_by_the_streets(linli, seeded_url, tmp_path):
    file, network = tmp_path / "map.csv", str(futian_file(tmp_path))
    linli("places", "export", "-o", str(file), "--coordinates", "gcj02", LINLI_DATABASE_URL=seeded_url)
    lie = file.read_text("utf-8-sig").replace("gcj02", "wgs84")
    fresh = sqlite_file_url(tmp_path / "fresh.db")
    done = linli("places", "import", written(tmp_path, lie), LINLI_DATABASE_URL=fresh, LINLI_NETWORK=network)
    assert done.stderr.startswith(
        "The coordinates may all be GCJ-02, the system of Chinese maps, a shift of 610 m"
    )
    assert "from the nearest street" in done.stderr
    assert "BD-09" not in done.stderr
    assert "more" in done.stderr
    right = linli(
        "places",
        "import",
        str(file),
        LINLI_DATABASE_URL=sqlite_file_url(tmp_path / "right.db"),
        LINLI_NETWORK=network,
    )
    assert "" == right.stderr
    # known places that all move by the same way tell it without streets
    again = linli("places", "import", written(tmp_path, lie), "--dry-run", LINLI_DATABASE_URL=seeded_url)
    assert again.stderr.startswith("The coordinates may all be GCJ-02")


def test_points_for_a_map(linli, tmp_path, sqlite_url):
    linli(
        "places", "import", written(tmp_path, TOWN), "--coordinates", "wgs84", LINLI_DATABASE_URL=sqlite_url
    )
    shown = linli(
        "places", "export", "--format", "geojson", "--territory", "y", LINLI_DATABASE_URL=sqlite_url
    )
    document = json.loads(shown.stdout)
    assert ("FeatureCollection", "wgs84") == (document["type"], document["coordinate_system"])
    yard, first = document["features"][:2]
    assert ["y", "b1", "b2", "b3"] == [feature["id"] for feature in document["features"]]
    assert {"type": "Point", "coordinates": [117.01, 36.6601]} == first["geometry"]
    assert (["old", "gated"], "c", "y") == (
        yard["properties"]["tags"],
        yard["properties"]["parent_code"],
        first["properties"]["parent_code"],
    )
    whole = json.loads(linli("places", "export", "--format", "geojson", LINLI_DATABASE_URL=sqlite_url).stdout)
    assert whole["features"][0]["geometry"] is None
    refused = linli("places", "export", "--territory", "atlantis", LINLI_DATABASE_URL=sqlite_url)
    assert (2, True) == (refused.exit_code, "atlantis" in refused.stderr)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_as_spreadsheets_write_them(encoding):
    found = read_table("编码,类型,上级编码,名称,备注\r\nc,社区,,泉边社区,!\r\n".encode(encoding))
    assert (["备注"], "泉边社区", 2) == (
        found.ignored,
        found.lines[0].values["name_zh"],
        found.lines[0].number,
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The first line lacks: code"),
        (b"code,kind\n", "The first line lacks: parent_code"),
        (b"code,kind,parent,name\n", "no line below its heads"),
        (b"code,kind,parent,name,lat\nc,community,,c,1\n", "both columns lat and lon"),
        (
            "code,编码,kind,parent,name\nc,c,community,,c\n".encode(),
            "Two columns say the same: code and 编码",
        ),
        (b"PK\x03\x04\x00\x00\xff\xff", "save it as CSV"),
        (b'code,kind,parent,name\n"c,community,,c\n', "Line 2 is no line of a table"),
    ],
)
def test_what_is_no_table_of_places(content, told):
    with pytest.raises(CellError) as refusal:
        read_table(content)
    assert told in refusal.value.message.format(**refusal.value.params)


@pytest.mark.parametrize("cell", ["=1+1", '"=HYPERLINK(""http://a.example"")"', "@SUM(A1)", "#REF!", "#N/A"])
def test_formulas_of_spreadsheets_are_no_names(cell):
    found = read_table(f"code,kind,parent,name\nc,community,,{cell}\n".encode())
    (problem,) = found.problems
    assert ("name", 2) == (problem.column, problem.line)
    assert "is a formula or the error of one" in problem.message


def test_a_number_sign_in_a_name_is_no_formula():
    found = read_table("code,kind,parent,name\nc,community,,#1楼\n".encode())
    assert ((), "#1楼") == (tuple(found.problems), found.lines[0].values["name_zh"])


def test_a_cell_over_several_lines_counts_them():
    found = read_table(b'code,kind,parent,name,entry_notes\nc,community,,c,"ring\ntwice"\nd,nothing,,d,\n')
    assert [2, 4] == [line.number for line in found.lines]
    assert [4] == [problem.line for problem in found.problems]


def test_both_languages_know_every_column_kind_and_flag():
    assert set(COLUMNS) == set(NAMES.values())
    assert set(PlaceKind) == set(KINDS.values())
    chinese = translator("zh")
    for sentence in (*MESSAGES.values(), *HINTS.values(), *WHOLE.values()):
        assert sentence != chinese.gettext(sentence)


def test_a_file_that_is_not_there(linli):
    done = linli("places", "import", "atlantis.csv")
    assert (2, True) == (done.exit_code, "atlantis.csv" in done.stderr)
