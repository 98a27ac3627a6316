"""Add Lucide icons to the sprite: `python -m api.web.sprite <lucide-static>/icons phone clock ...`.

The sprite is one file of `<symbol>`s so that a page asks for one picture file; see static/icons/README.md.
"""

import re
import sys
from functools import lru_cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "icons" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="(?P<name>[a-z0-9-]+)".*?</symbol>', re.DOTALL)
_BODY = re.compile(r"<svg.*?>(?P<body>.*)</svg>", re.DOTALL)
_FRAME = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def symbols(sprite: Path = SPRITE) -> dict[str, str]:
    """Return icon name -> its `<symbol>` element."""
    if not sprite.exists():
        return {}
    return {match["name"]: match[0] for match in _SYMBOL.finditer(sprite.read_text("utf-8"))}


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names that `icon()` accepts in a template."""
    return frozenset(symbols())


def add(icons: Path, names: list[str], sprite: Path = SPRITE) -> None:
    """Write the named icons of the folder `icons` into the sprite, in alphabetical order."""
    merged = symbols(sprite)
    for name in names:
        match = _BODY.search((icons / f"{name}.svg").read_text("utf-8"))
        if match is None:
            raise ValueError(f"{name}.svg is not one <svg> element")
        body = re.sub(r"\s*\n\s*", "", match["body"].strip())
        merged[name] = f'<symbol id="{name}" {_FRAME}>{body}</symbol>'
    lines = "\n".join(merged[name] for name in sorted(merged))
    sprite.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{lines}\n</svg>\n', "utf-8")


if __name__ == "__main__":
    add(Path(sys.argv[1]), sys.argv[2:])
