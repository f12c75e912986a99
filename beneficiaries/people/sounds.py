"""Names as they are heard, pure: Latin and Urdu spellings of one name give the same or nearly the same letters.

Coarser than `names.fold`: these letters find and score people who may be one, they search nothing and are never shown.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from beneficiaries.people.names import fold

# Letters of the Arabic script as Pakistani papers write them in Latin; short vowels are not written in Urdu.
_URDU = {
    "ا": "a", "آ": "a", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s", "ج": "j", "چ": "ch",
    "ح": "h", "ہ": "h", "ھ": "h", "خ": "kh", "د": "d", "ڈ": "d", "ذ": "z", "ز": "z", "ض": "z", "ظ": "z", "ژ": "z", "ر": "r",
    "ڑ": "r", "ش": "sh", "ع": "", "غ": "gh", "ف": "f", "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": "w",
    "ی": "y", "ے": "e", "ڻ": "n", "ٻ": "b", "ڄ": "j", "ڙ": "r", "ښ": "sh", "ځ": "z", "څ": "s", "ړ": "r", "ډ": "d", "ټ": "t",
    "ڼ": "n",
}  # fmt: skip
_FROM_URDU = str.maketrans(_URDU)

# One way to write each sound, in this order: "Yaqoob" and "Yaqub", "Zaynab" and "Zainab" become one.
_HEARD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(found), heard)
    for found, heard in (
        ("(?<=q)ue$", ""),  # Rafique, Rafiq
        (r"([^eo])\1+", r"\1"),  # Hassan, Hasan; but ee and oo are sounds of their own
        ("ee|ie", "i"),
        ("ph", "f"),
        ("gh", "g"),
        ("kh", "x"),
        ("ck|q", "k"),
        ("v", "w"),
        ("th", "t"),
        ("dh", "d"),
        ("bh", "b"),
        ("jh", "j"),
        ("oo|ou|o", "u"),
        ("eh", "ah"),  # Rehman, Rahman
        ("aye|ayi|ai|ay|ei|ey|ae", "E"),
        ("iy|(?<=.)y(?=$|[^aeiuE])", "i"),
        ("e", "a"),  # Ahmed, Ahmad
        ("h$", ""),  # Fatimah, Fatima
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS = re.compile(r"(?<=.)[aeiouyEwh]")
_FIRST_VOWEL = re.compile("^[aeiouE]")
_DOUBLE = re.compile(r"(.)\1+")
_AIN_FIRST = re.compile("\\bع")
_WHOLE = {"mhmd": "muhammad", "byby": "bibi", "bygm": "begum", "khan": "khan", "khatwn": "khatoon", "syd": "syed"}
_COMMONEST = "muhamad"
_BIBI = re.compile(r"\b(?:by by|bi bi|bee bee)\b")


class Word(NamedTuple):
    """One word of a name: as it is spelled, as it sounds, and without its vowels.

    The bones are what Urdu and Latin spellings of one name have in common.
    """

    plain: str
    heard: str
    bones: str

    @property
    def light(self) -> bool:
        """Whether it comes and goes from paper to paper, and so says little of who it is."""
        return self.heard in LIGHT


def words_of(name: str) -> tuple[Word, ...]:
    """The words of a name in their order; of an Urdu name the consonants with the long vowels."""
    plain = _BIBI.sub("bibi", _AIN_FIRST.sub("a", fold(name)).translate(_FROM_URDU))
    return tuple(word for word in map(_word, plain.split()) if word.heard)


def heavy(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words that tell people apart; all of them where there is no such word."""
    return tuple(word for word in words if not word.light) or words


def sound_of(name: str, relative_name: str) -> str:
    """The telling words of both names as they sound: what the database compares to find people who may be one."""
    return " ".join(word.heard for text in (name, relative_name) for word in heavy(words_of(text)))


def is_urdu(name: str) -> bool:
    """Whether the name is written in the Arabic script."""
    return any(letter in _URDU for letter in name)


@lru_cache(maxsize=20_000)
def _word(plain: str) -> Word:
    heard = plain = _WHOLE.get(plain, plain)
    for pattern, sound in _HEARD:
        heard = pattern.sub(sound, heard)
    if OSA.distance(heard, _COMMONEST, score_cutoff=1) <= 1:
        heard = _COMMONEST  # with a slip of the pen it would pass for a telling name
    return Word(plain, heard, _DOUBLE.sub(r"\1", _VOWELS.sub("", _FIRST_VOWEL.sub("a", heard))))


_LIGHT_NAMES = (
    "Muhammad Bibi Begum Khan Khatoon Khanum Bano Banu Mian Mirza Malik Sardar Chaudhry Chaudhary Rana Syed Shah Mai Jan"
    " Din Ud Ul Al"
)
LIGHT = frozenset(word.heard for word in words_of(_LIGHT_NAMES))
