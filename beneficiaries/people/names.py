"""Names folded for search, pure: spellings that a clerk would call the same name give the same text.

Nothing folded is ever shown or printed; the register keeps each name as it was written.
"""

import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Letters that keyboards write in several ways: Arabic and Farsi yeh and kaf, the forms of heh and alef, noon ghunna.
_SAME = {"ی": "يىېۍ", "ک": "كڪ", "ہ": "هھةۃەۀ", "ا": "ٱ", "ن": "ں"}
# A hamza of its own, the stretching stroke, apostrophes.
_SILENT = "ءٴـ'’‘ʼʻ`´"
_LETTERS = str.maketrans(
    {letter: one for one, letters in _SAME.items() for letter in letters} | dict.fromkeys(_SILENT, "")
)

_MUHAMMAD = _words(
    "muhammad mohammad mohammed muhammed mohamed mohamad muhamad muhamed mohammd muhammd mohd muhd mhd md"
)
_SAYED = _words("sayed sayyed sayyid saiyid sayid saeyd syid")
# Forms of address before a name and after it; "late" and مرحوم tell of a death, not of a name.
_BEFORE = _words(
    "mr mrs ms miss mst mstt musammat mussamat mussammat musamat dr doctor prof professor janab jnb haji hajji hajj alhaj"
    " hafiz qari maulana molana maulvi molvi moulvi late marhoom marhum advocate adv engr engineer"
    " جناب محترم محترمہ مسماہ مسمات مسٹر مسز مس ڈاکٹر پروفیسر حاجی الحاج حافظ قاری مولانا مولوی مرحوم مرحومہ"
)
_AFTER = _words("sahib saheb sahab sahiba sb marhoom marhum late advocate صاحب صاحبہ مرحوم مرحومہ")
_INITIAL = "m"  # "M. Yaqub" is Muhammad Yaqub


def fold(text: str) -> str:
    """The name as it is compared: one case, no marks or honorifics, one letter for each letter, single blanks; NFC.

    A name of honorifics alone keeps its last one, so that only what has no letter or digit folds to nothing.
    """
    words = _plain(text).split()
    while len(words) > 1 and words[0] in _BEFORE:
        del words[0]
    while len(words) > 1 and words[-1] in _AFTER:
        del words[-1]
    if len(words) > 1 and words[0] == _INITIAL:
        words[0] = "muhammad"
    return unicodedata.normalize("NFC", " ".join(map(_usual, words)))


def searchable(*names: str) -> str:
    """What a search looks in: each name folded, and as it was written in small letters, so that parts of it fit too."""
    parts = [form for name in names if name for form in (fold(name), unicodedata.normalize("NFC", name.casefold()))]
    return " | ".join(dict.fromkeys(part for part in parts if part))


def _usual(word: str) -> str:
    if word in _MUHAMMAD:
        return "muhammad"
    return "syed" if word in _SAYED else word


def _plain(text: str) -> str:
    """Letters and digits alone: compatibility forms resolved, marks and invisible signs gone, all else a blank."""
    plain = text.translate(_LETTERS)
    for _ in range(2):  # folding case can bring forth what must be resolved again
        plain = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(map(_kept, unicodedata.normalize("NFKD", plain).translate(_LETTERS)))


def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind[0] in "LN":
        return char
    # Marks, zero-width signs and directions stand inside a word without parting it.
    return "" if kind in ("Mn", "Me", "Cf") else " "
