"""Cuts the Urdu typefaces of the papers out of Noto's files, into funds/papers/fonts/ (see the README there).

Usage: python scripts/build_urdu_fonts.py DIRECTORY_WITH_TTF_FILES

The directory holds the files that NAMES names; Debian's package fonts-noto-core has them. A new character: add it to
CHARACTERS, run, commit the files.
"""

import sys
from pathlib import Path

import uharfbuzz as hb

FONTS = Path(__file__).resolve().parent.parent / "funds/papers/fonts"
NAMES = ("NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold", "NotoNastaliqUrdu-Bold")
LETTERS = "ءآأؤإئابتثجحخدذرزسشصضطظعغفقلمنوٱٹپچڈڑژکگںھہۂۃیےۓ"
# Letters of Arabic keyboards that names in the register may hold; each is drawn as it is written.
ARABIC = "كهىيةۀ"
MARKS = "ًٌٍَُِّْٰٖٓٔٗؐؑؒؓؔ"
SIGNS = " ،؛؟۔٪٫٬؍"
DIGITS = "۰۱۲۳۴۵۶۷۸۹"
# Left out: they make one glyph of several letters, as of the last three of اللہ, which readers of PDF cannot turn back.
LIGATURES = ("liga", "dlig", "aalt")
# Without ASCII, which Noto Sans draws, and without any invisible format character.
CHARACTERS = LETTERS + ARABIC + MARKS + SIGNS + DIGITS


def cut(source: bytes) -> bytes:
    """The font with CHARACTERS and every glyph that its shaping tables make of them, without hinting."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.set(set(map(ord, CHARACTERS)))
    for feature in LIGATURES:
        wanted.layout_feature_tag_set.discard(int.from_bytes(feature.encode("ascii"), "big"))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    found = hb.subset(hb.Face(hb.Blob(source)), wanted)
    missing = [character for character in CHARACTERS if ord(character) not in set(found.unicodes)]
    if missing:
        raise ValueError(f"The font has no {', '.join(missing)}; is this the file of fonts-noto-core?")
    return found.blob.data


def main(directory: Path) -> None:
    """Writes the three files. Raises FileNotFoundError for a file the directory does not have."""
    for name in NAMES:
        small = cut((directory / f"{name}.ttf").read_bytes())
        (FONTS / f"{name}.ttf").write_bytes(small)
        sys.stdout.write(f"{name}: {hb.Face(hb.Blob(small)).glyph_count} glyphs, {len(small)} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python scripts/build_urdu_fonts.py DIRECTORY_WITH_TTF_FILES")
    main(Path(sys.argv[1]))
