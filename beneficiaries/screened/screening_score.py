"""How like two names are, pure: for the watch list, where Urdu and Arabic names arrive in every transliteration.

Both names are folded (names.py), their words paired off best first, and rare words count more than common ones. 100 is the
same name; a name of one word never reaches the mark against a longer one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from beneficiaries.people.names import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that join names, and those that every second man is called by.
_PARTICLES = _words("al el ul ur us ud bin ibn bint son of daughter s d o wa the بن بنت ابن ال")
_COMMON = _words(
    "muhammad ahmed ahmad ali khan abd syed bibi begum hussain hussein hassan shah ullah din mullah haji sheikh shaikh"
    " محمد احمد علی خان عبد سید بی حسین حسن شاہ اللہ دین"
)
_GLIDE = re.compile(r"(?<=[aeou])w(?![aeiou])")
_DOUBLED = re.compile(r"(.)\1+")
_ABD = re.compile(r"abd(?:[aeou]?[lrsndtz]{0,2})?")
_GLUED = re.compile(r"(abd)[aeou]?[lrsndtz]?([a-z]{4,})|(عبد)?ال([^\W\d_]{3,})")
# In the order of use: digraphs first, then single letters of one sound.
_SOUNDS = (
    ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "z"), ("zh", "z"), ("sh", "S"), ("ch", "C"), ("ck", "k"),
    ("q", "k"), ("x", "ks"), ("c", "k"), ("w", "v"), ("j", "J"),
)  # fmt: skip
_ARABIC = str.maketrans("طصثذظضحقأإآ", "تسسزززہکااا", "عءئؤ")
_COMMON_WEIGHT, _UNPAIRED, _ONE_WORD = 0.35, 0.3, 70
_SLIP = 0.92  # from here on two written words differ by a slip of the pen


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name ready to be compared: its words, and by which sounds it is found."""

    text: str
    words: tuple[str, ...]
    sounds: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The sounds by which this name is looked up: of its rare words, or of all where it has none."""
        rare = {sound for word, sound in zip(self.words, self.sounds, strict=True) if word not in _COMMON}
        return frozenset(rare or self.sounds)


@lru_cache(maxsize=65536)
def spelling(name: str) -> Spelling:
    """The name folded into its words. A name of particles alone keeps them."""
    folded = fold(name).split()
    words = [part for word in folded for part in _usual(word) if part not in _PARTICLES] or folded
    return Spelling(name, tuple(words), tuple(map(sound, words)))


def _usual(word: str) -> list[str]:
    """'abdur', 'abdul' and 'abd' are one word; 'abdulrehman' is two, and 'الرحمن' loses its article."""
    if _ABD.fullmatch(word):
        return ["abd"]
    glued = _GLUED.fullmatch(word)
    return [part for part in glued.groups() if part] if glued else [word]


def sound(word: str) -> str:
    """What is left of a word when vowels, doubled letters and the choices of transliteration are gone."""
    text = word.translate(_ARABIC)
    if not text.isascii():
        return text[:1] + re.sub("[اویہے]", "", _DOUBLED.sub(r"\1", text[1:]))
    text = _GLIDE.sub("u", text)
    for letters, one in _SOUNDS:
        text = text.replace(letters, one)
    text = _DOUBLED.sub(r"\1", text)
    first = "a" if text[:1] in tuple("aeiouy") else text[:1]
    return first + re.sub("[aeiouyh]", "", text[1:])


def _weight(word: str) -> float:
    return _COMMON_WEIGHT if word in _COMMON else 1.0


def _bare(word: str) -> str:
    """The sound of 'fazl' for 'fazlur', which is written before another word; nothing for a word without such an end."""
    return sound(word[:-2]) if len(word) > 5 and word.endswith(("ur", "ul", "us")) else ""


def _alike(word: str, sounds: str, other: str, other_sounds: str) -> float:
    """Likeness of two words, 0 to 1: as written, or as they sound."""
    if word == other:
        return 1.0
    if _bare(word) == other_sounds or _bare(other) == sounds:
        return 0.95
    written = JaroWinkler.similarity(word, other)
    if sounds == other_sounds and len(sounds) > 1:
        return max(written, 0.95)
    return written if written >= _SLIP else written / 2


def likeness(one: Spelling, other: Spelling) -> int:
    """How like the two names are, 0 to 100."""
    short, long = sorted((one, other), key=lambda name: len(name.words))
    if not short.words:
        return 0
    pairs = sorted(
        (
            (_alike(word, short.sounds[i], match, long.sounds[j]), -abs(i - j), i, j)
            for i, word in enumerate(short.words)
            for j, match in enumerate(long.words)
        ),
        reverse=True,
    )
    total, weights = _paired(pairs, short.words, long.words)
    score = round(100 * total / weights) if weights else 0
    return min(score, _ONE_WORD) if len(short.words) == 1 < len(long.words) else score


def _paired(
    pairs: Sequence[tuple[float, int, int, int]], short: Sequence[str], long: Sequence[str]
) -> tuple[float, float]:
    """Weighted sum of the best pairs and of all weights; a word of the longer name without a partner counts little."""
    left, right = set[int](), set[int]()
    total = weights = 0.0
    for alike, _, i, j in pairs:
        if i in left or j in right:
            continue
        left.add(i)
        right.add(j)
        weight = max(_weight(short[i]), _weight(long[j]))
        total += alike * weight
        weights += weight
    return total, weights + sum(_UNPAIRED * _weight(word) for j, word in enumerate(long) if j not in right)
