"""What a bad file gets: one sentence that names it and says what to do."""

import pytest

from matching.errors import NetworkError
from matching.travel.network.osm import read
from matching.travel.network.prepare import prepare
from tests.support.streets import FUTIAN, extract

STREET = [([1, 2], {"highway": "residential"})]
TWO = {1: (0, 0), 2: (100, 0)}


def complaint(path, within=None):
    with pytest.raises(NetworkError) as caught:
        prepare(path, within=within)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence


def test_no_such_file(tmp_path):
    assert "there is no such file; name an OpenStreetMap extract" in complaint(tmp_path / "none.osm.pbf")


def test_a_folder(tmp_path):
    assert "is not a file" in complaint(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "nil.osm.pbf").touch()
    assert "the file is empty; fetch it again" in complaint(tmp_path / "nil.osm.pbf")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.osm.pbf", b"This is a page that says: 404 not found.\n" * 30),
        ("zeros.pbf", bytes(5_000)),
        ("page.osm", b"<html></html>"),
        ("half.osm", b"<osm><node id='1'"),
        ("map.geojson", b'{"type": "FeatureCollection"}'),
        ("short.osm.gz", b"\x1f\x8b\x08"),
    ],
)
def test_no_extract(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert "is not an OpenStreetMap extract, or is cut short" in complaint(path)


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01, 0.3, 0.6, 0.9, 0.99, 0.9999])
def test_an_extract_cut_short(tmp_path, share):
    whole = FUTIAN.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: max(1, int(share * len(whole)))])
    sentence = complaint(path)
    assert "cut short" in sentence
    assert "fetch it again" in sentence


def test_an_extract_of_nothing(tmp_path):
    assert "has no streets" in complaint(extract(tmp_path / "a.osm.pbf", {}, []))


def test_an_extract_without_streets(tmp_path):
    path = extract(tmp_path / "a.osm.pbf", TWO, [([1, 2], {"waterway": "river"})])
    assert "has no streets (no way with a usable `highway` tag)" in complaint(path)


def test_streets_for_cars_alone(tmp_path):
    path = extract(tmp_path / "a.osm.pbf", TWO, [([1, 2], {"highway": "motorway"})])
    assert "has no street that can be walked on" in complaint(path)


def test_streets_without_their_nodes(tmp_path):
    path = extract(tmp_path / "a.osm.pbf", {}, STREET)
    assert "none of their nodes with a latitude and longitude on earth" in complaint(path)


def test_latitude_and_longitude_swapped(tmp_path):
    path = extract(tmp_path / "a.opl", {}, [])
    path.write_text("n1 x22.53 y114.01\nn2 x22.53 y114.02\nw1 Thighway=residential Nn1,n2\n")
    assert "swapped" in complaint(path)


def test_a_node_astray(tmp_path):
    path = extract(tmp_path / "a.opl", {}, [])
    path.write_text("n1 x114.01 y22.53\nn2 x114.02 y22.53\nn3 x0 y0\nw1 Thighway=residential Nn1,n2,n3\n")
    assert "from 0.00 to 22.53 north and 0.00 to 114.02 east, too far for one network" in complaint(path)
    assert 2 == prepare(path, within=(22, 114, 23, 115)).vertices


def test_negative_numbers(tmp_path):
    path = extract(tmp_path / "a.opl", {}, [])
    path.write_text("n-1 x114.01 y22.53\nn-2 x114.02 y22.53\nw-1 Thighway=residential Nn-1,n-2\n")
    assert "renumber it with `osmium renumber`" in complaint(path)


@pytest.mark.parametrize("metres", [-1, 30.1, float("nan")])
def test_gaps_out_of_range(metres):
    with pytest.raises(NetworkError, match="Gaps of 0 to 30 m can be joined"):
        prepare(FUTIAN, join_gaps_metres=metres)


@pytest.mark.parametrize("box", [(23, 114, 22, 115), (22, 115, 23, 114), (22, 114, 23, 514)])
def test_a_box_that_is_none(box):
    with pytest.raises(NetworkError, match="south, west, north, east"):
        prepare(FUTIAN, within=box)


def test_a_box_elsewhere():
    assert "none of their nodes inside the box you gave" in complaint(FUTIAN, within=(30, 110, 31, 111))


def test_only_the_nodes_of_streets_are_kept(tmp_path):
    nodes = TWO | {7: (5, 5), 8: (9, 9, {"barrier": "gate"})}
    path = extract(tmp_path / "a.osm.pbf", nodes, [*STREET, ([7, 8], {"building": "yes"})])
    ways, nodes = read(path, lambda *_: None)
    assert [1, 2] == nodes.ids.tolist()
    assert [1, 2] == ways.refs.tolist()


def test_other_formats_are_read_too(tmp_path):
    for name in ("a.osm", "a.osm.gz", "a.osm.bz2", "a.opl", "noname.pbf"):
        assert 1 == prepare(extract(tmp_path / name, TWO, STREET)).edges
