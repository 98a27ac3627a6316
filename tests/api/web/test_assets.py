import gzip
import re
from pathlib import Path

import httpx
import msgspec
import pytest

from api.web.assets import IMMUTABLE, STATIC, Assets, asset, assets
from api.web.render import TEMPLATES, icon
from api.web.sprite import add, icon_names, symbols

TAXONOMY = Path(__file__).parents[3] / "catalog" / "services" / "data" / "taxonomy.json"


async def test_hashed_files_are_kept_for_a_year(http: httpx.AsyncClient):
    answer = await http.get(asset("css/base.css"))
    assert 200 == answer.status_code
    assert IMMUTABLE == answer.headers["cache-control"]
    assert "text/css; charset=utf-8" == answer.headers["content-type"]
    assert "gzip" == answer.headers["content-encoding"]
    assert (STATIC / "css" / "base.css").read_text("utf-8") == answer.text


async def test_without_gzip_the_same_bytes(http: httpx.AsyncClient):
    answer = await http.get(asset("js/linli.js"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert (STATIC / "js" / "linli.js").read_bytes() == answer.content


@pytest.mark.parametrize("address", ["/static/0123456789ab/css/base.css", "/static/css/base.css"])
async def test_other_addresses_of_a_file_are_not_kept(http: httpx.AsyncClient, address: str):
    answer = await http.get(address)
    assert (200, "no-cache") == (answer.status_code, answer.headers["cache-control"])


@pytest.mark.parametrize("name", ["nothing.css", "../app.py", "%2e%2e/app.py", "css", ""])
async def test_nothing_else_is_served(http: httpx.AsyncClient, name: str):
    assert 404 == (await http.get(f"/static/{assets().digest}/{name}")).status_code


def test_the_hash_follows_names_and_contents(tmp_path: Path):
    (tmp_path / "a.css").write_text("a {}")
    first = Assets(tmp_path)
    assert first.digest == Assets(tmp_path).digest
    (tmp_path / "a.css").write_text("b {}")
    second = Assets(tmp_path)
    assert first.digest != second.digest
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert second.digest != Assets(tmp_path).digest
    with pytest.raises(LookupError, match=r"a\.css"):
        Assets(tmp_path).url("a.css")


def test_the_first_page_is_small():
    """The page foundation leaves room for the page: 100 kB over the wire is the promise of a first visit."""
    first = [
        "css/tokens.css",
        "css/base.css",
        "css/components.css",
        "css/print.css",
        "js/linli.js",
        "icons/icons.svg",
        "icons/linli.svg",
    ]
    assert 40_000 > sum(len(assets().files[name].packed) for name in first)
    assert b"<svg" in gzip.decompress(assets().files["icons/icons.svg"].packed)


def test_every_icon_of_the_taxonomy_is_in_the_sprite():
    def icons(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["icon"]} if isinstance(node.get("icon"), str) else set()
            return own.union(*(icons(value) for value in node.values()))
        return set().union(*(icons(value) for value in node)) if isinstance(node, list) else set()

    assert set() == icons(msgspec.json.decode(TAXONOMY.read_bytes())) - icon_names()


def test_every_icon_named_in_a_template_is_in_the_sprite():
    named = re.compile(r"""(?:icon\(|icon_name=)["']([a-z0-9-]+)["']""")
    used = {name for path in TEMPLATES.rglob("*.html") for name in named.findall(path.read_text("utf-8"))}
    assert set() == used - icon_names()
    with pytest.raises(LookupError, match="no-such"):
        icon("no-such")


def test_icons_are_collected(tmp_path: Path):
    (tmp_path / "dot.svg").write_text('<!-- x -->\n<svg\n class="a"\n>\n  <circle r="1" />\n</svg>')
    sprite = tmp_path / "icons.svg"
    add(tmp_path, ["dot"], sprite)
    add(tmp_path, ["dot"], sprite)
    assert ["dot"] == list(symbols(sprite))
    assert '<circle r="1" /></symbol>' in sprite.read_text()
    (tmp_path / "bad.svg").write_text("no picture")
    with pytest.raises(ValueError, match=r"bad\.svg"):
        add(tmp_path, ["bad"], sprite)
