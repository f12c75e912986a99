"""Builds config/static/icons.svg, a sprite of only the icons the pages use, from an unpacked bootstrap-icons package.

Usage: python scripts/build_sprite.py DIRECTORY_WITH_SVG_FILES
A new icon: add its name to ICONS, run, commit the sprite. `{% icon %}` refuses a name that is not in the sprite.
"""

import re
import sys
from pathlib import Path

ICONS = [
    "arrow-repeat",
    "arrow-return-left",
    "arrow-right",
    "bank",
    "box-arrow-right",
    "cash",
    "check",
    "check-circle-fill",
    "check-lg",
    "chevron-left",
    "chevron-right",
    "circle",
    "clock",
    "clock-history",
    "download",
    "exclamation-circle-fill",
    "exclamation-triangle-fill",
    "eye",
    "file-earmark-pdf",
    "file-earmark-text",
    "hourglass-split",
    "info-circle-fill",
    "key",
    "list",
    "lock-fill",
    "pen-fill",
    "pencil-square",
    "people",
    "person-circle",
    "plus-lg",
    "printer",
    "question-circle",
    "receipt",
    "search",
    "shield-check",
    "shield-fill-check",
    "shield-fill-x",
    "slash-circle",
    "table",
    "x-circle-fill",
    "x-lg",
]
SPRITE = Path(__file__).resolve().parent.parent / "config" / "static" / "icons.svg"
INNER = re.compile(r'<svg[^>]*viewBox="(?P<box>[^"]+)"[^>]*>(?P<body>.*)</svg>', re.DOTALL)


def symbol(name: str, source: str) -> str:
    """One icon file as a `<symbol>` whose id is the icon's name."""
    found = INNER.search(source)
    if not found:
        raise ValueError(f"{name}.svg has no viewBox; is this the bootstrap-icons directory?")
    body = re.sub(r"\s*\n\s*", "", found["body"]).strip()
    return f'<symbol id="{name}" viewBox="{found["box"]}">{body}</symbol>'


def main(directory: Path) -> None:
    """Writes the sprite. Raises FileNotFoundError naming an icon the package does not have."""
    symbols = [symbol(name, (directory / f"{name}.svg").read_text()) for name in sorted(ICONS)]
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    sys.stdout.write(f"{len(symbols)} icons, {SPRITE.stat().st_size} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python scripts/build_sprite.py DIRECTORY_WITH_SVG_FILES")
    main(Path(sys.argv[1]))
