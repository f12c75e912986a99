"""How alike two people are by what the register holds of them, as a score of 0 to 100 with its reasons in words; pure.

The score is no proof. It says whom an officer should compare with the papers.
"""

from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA, JaroWinkler

from beneficiaries.people.names import fold
from beneficiaries.people.sounds import Word, heavy, is_urdu, words_of

# Of one hundred: the name says most, the father or husband next. Place and age part people who share both.
NAME, RELATIVE, AGE, DISTRICT = 45, 30, 15, 10
# Below these a name, or a father's or husband's name, is another one, whatever else agrees.
OTHER_NAME, OTHER_RELATIVE = 0.72, 0.66
NAMES_ONLY = 70  # the most in two districts without both ages: a name and a father's name are shared by many
ANOTHER = 45  # the most for somebody with another name, another father or another sex
WORD_IS_SAME = 0.8  # two words closer than this are one word, spelled twice
JOINED = 0.9  # the same for names written as one word
BY_SOUND = 0.97  # words that sound the same and are spelled otherwise
BY_BONES = 0.88  # words that agree in Urdu and Latin letters, where short vowels cannot be compared
LIGHT_WEIGHT = 0.15
SLIPS = 2  # digits of a CNIC that a clerk may have mistyped


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is compared. `cnic` and `phone` are whole; nothing of them goes into the reasons."""

    name: str
    relative_name: str
    gender: str
    district: int | None
    province: int | None
    name_urdu: str = ""
    relation: str = ""
    born_on: date | None = None
    cnic: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` 0 to 100; `reasons` say what agrees and what does not, the weightiest first."""

    score: int
    reasons: tuple[str, ...]


def names_alike(one: str, other: str) -> float:
    """0 to 1: how alike two names are in sound and spelling, in any order of their words, in Latin or Urdu letters."""
    if not one or not other:
        return 0.0
    # Of words that fit equally well the first is taken, so the order of the names must not matter.
    one, other = sorted((one, other))
    if fold(one) == fold(other):
        return 1.0
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return 0.0
    mixed = is_urdu(one) != is_urdu(other)
    parted = _by_words(first, second, mixed=mixed)
    if len(first) == len(second):
        return parted
    # "Gul Naz" and "Gulnaz", "Abdul Rehman" and "Abdulrehman".
    joined = max(
        _word(_joined(first), _joined(second), mixed=mixed),
        _word(_joined(heavy(first)), _joined(heavy(second)), mixed=mixed),
    )
    return max(parted, joined if joined >= JOINED else 0.0)


def likeness(one: Particulars, other: Particulars) -> Likeness:
    """Compares two people. Two that hold different CNICs are two people, unless a slip of the pen explains it."""
    slips = _slips(one.cnic, other.cnic)
    if slips > SLIPS:
        return Likeness(0, ("Each has a CNIC of their own",))
    name = max(
        names_alike(one.name, other.name),
        names_alike(one.name_urdu, other.name_urdu),
        names_alike(one.name, other.name_urdu),
        names_alike(one.name_urdu, other.name),
    )
    relative = names_alike(one.relative_name, other.relative_name)
    place, where = _place(one, other)
    age, when = _age(one.born_on, other.born_on)
    score = NAME * name + RELATIVE * relative + AGE * age + DISTRICT * place
    reasons = [_said("name", one.name, other.name, name), _said_relative(one, other, relative), where, when]
    if one.phone and one.phone == other.phone:
        score, reasons = score + 5, [*reasons, "Same telephone"]
    if slips > 0:
        score += 5
        reasons.append(f"The CNICs differ in {slips} digit{'' if slips == 1 else 's'} only")
    limit = _limit(one, other, name=name, relative=relative, age=age, place=place)
    if _other_sex(one, other):
        reasons.append("Not the same sex")
    return Likeness(round(min(score, limit, 100)), tuple(reasons))


def _limit(one: Particulars, other: Particulars, *, name: float, relative: float, age: float, place: float) -> float:
    """The most the score may be where one thing speaks against it, however much the rest agrees."""
    if name < OTHER_NAME or relative < OTHER_RELATIVE or _other_sex(one, other) or age == 0:
        return ANOTHER
    unknown = one.born_on is None or other.born_on is None
    return NAMES_ONLY if unknown and place < 1 else 100


def _other_sex(one: Particulars, other: Particulars) -> bool:
    """X goes with every other: an older paper of the same person may say M or F."""
    return {one.gender, other.gender} == {"F", "M"}


def _by_words(first: tuple[Word, ...], second: tuple[Word, ...], *, mixed: bool) -> float:
    """The weight of the words that have a partner on the other side, over the weight of all."""
    pairs = sorted(
        ((_word(a, b, mixed=mixed), i, j) for i, a in enumerate(first) for j, b in enumerate(second)), reverse=True
    )
    mine: dict[int, float] = {}
    theirs: dict[int, float] = {}
    for score, i, j in pairs:
        if score >= WORD_IS_SAME and i not in mine and j not in theirs:
            mine[i] = theirs[j] = score
    if not any(first[i] in heavy(first) for i in mine):
        return 0.0
    sides = ((first, mine), (second, theirs))
    found = sum(_weight(words, i) * score for words, matched in sides for i, score in matched.items())
    whole = sum(_weight(words, i) for words, _ in sides for i in range(len(words)))
    return min(found / whole, 1.0)  # the two sums add the same weights in another order, so by rounding it may exceed 1


def _joined(words: tuple[Word, ...]) -> Word:
    return Word(*("".join(parts) for parts in zip(*words, strict=True)))


def _weight(words: tuple[Word, ...], place: int) -> float:
    """What a word says of who it is: the first heavy one is the given name, a tribe's or a family's may be left out."""
    word, telling = words[place], heavy(words)
    if word.light and telling != words:
        return LIGHT_WEIGHT
    return 1.0 if word == telling[0] else 0.6


def _word(one: Word, other: Word, *, mixed: bool) -> float:
    """0 to 1, by sound and by spelling, for a slip of the pen may sound like anything."""
    if one.plain == other.plain:
        return 1.0
    if one.heard == other.heard:
        return BY_SOUND
    if mixed:
        return BY_BONES if one.bones == other.bones and len(one.bones) > 1 else 0.0
    if one.light != other.light:
        return 0.0
    return max(_spelled(one.heard, other.heard), _spelled(one.plain, other.plain))


def _spelled(one: str, other: str) -> float:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 3:
        return 0.0
    same = 1 - OSA.distance(one, other) / longer
    return max(same, JaroWinkler.similarity(one, other) * same**0.5) if longer > 3 else same


def _slips(one: str, other: str) -> int:
    """In how many places two CNICs differ, neighbours swapped counting as one; 0 where one is not known."""
    if not one or not other:
        return 0
    return sum(a != b for a, b in zip(one, other, strict=True)) if OSA.distance(one, other) != 1 else 1


def _place(one: Particulars, other: Particulars) -> tuple[float, str]:
    if one.district == other.district:
        return 1.0, "Same district"
    return (0.5, "Another district, same province") if one.province == other.province else (0.2, "Another province")


def _age(one: date | None, other: date | None) -> tuple[float, str]:
    """Ages are often told by guess, so a few years say little; ten years are another person."""
    if one is None or other is None:
        return 0.6, "A date of birth is missing to compare"
    if one == other:
        return 1.0, "Born on the same day"
    years = abs((one - other).days) / 365.25
    said = (
        f"Born {years:.0f} year{'' if round(years) == 1 else 's'} apart"
        if years >= 0.5
        else "Born in the same year or so"
    )
    for most, part in ((1.1, 0.95), (2.1, 0.85), (3.1, 0.75), (5.1, 0.5), (7.1, 0.2)):
        if years <= most:
            return part, said
    return 0.0, said


def _said(what: str, one: str, other: str, alike: float) -> str:
    if one == other:
        return f"Same {what}"
    if alike >= OTHER_NAME:
        return f"Alike {what}: {one} / {other}"
    return f"Another {what}: {one} / {other}"


def _said_relative(one: Particulars, other: Particulars, alike: float) -> str:
    what = "father's or husband's name"
    if one.relative_name == other.relative_name:
        return f"Same {what}"
    word = "Alike" if alike >= OTHER_RELATIVE else "Another"
    return f"{word} {what}: {one.relative_name} / {other.relative_name}"
