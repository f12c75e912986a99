"""Shares of inheritance by Hanafi law, pure: an aid beside the court's figures, which always count.

Who is shut out (hajb), the sharers, the residuaries ('asaba), then either a raised divisor ('awl) or a return (radd).
Sources: Qur'an 4:11, 4:12 and 4:176 and the Sirajiyyah, by Abu Hanifa's own opinion where the school differs. Families
it does not know are refused with `ForTheCourt`; what it leaves out even so is in `LIMITS`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from beneficiaries.kinship import Kin, counted, listed
from ledger.errors import BadInput

LIMITS = (
    "This is an aid by Hanafi law. The court's figures count, also where they differ.",
    "It does not know distant kindred, nor brothers' sons, uncles and their sons, who take what is left before any return.",
    "Refer to the court: Shia heirs, an unborn child, a missing heir, an heir of another religion, "
    "an heir who killed the deceased and is barred.",
    "Children of a son or daughter who died first: the court says whether they stand in that parent's place "
    "(Muslim Family Laws Ordinance 1961, s.4); the aid does not apply it.",
)
ORPHANED = (
    "A son's children are named: ask the court whether they take what their dead father would have taken "
    "(Muslim Family Laws Ordinance 1961, s.4). The shares above are without it."
)

MOST_WIVES, MOST_OF_A_KIND = 4, 99
ONE_ONLY = (Kin.HUSBAND, Kin.FATHER, Kin.MOTHER, Kin.GRANDFATHER, Kin.PATERNAL_GRANDMOTHER, Kin.MATERNAL_GRANDMOTHER)
SPOUSES = (Kin.HUSBAND, Kin.WIFE)
CHILDREN = (Kin.SON, Kin.DAUGHTER, Kin.SONS_SON, Kin.SONS_DAUGHTER)
DAUGHTERS = (Kin.DAUGHTER, Kin.SONS_DAUGHTER)
SIBLINGS = (
    Kin.FULL_BROTHER, Kin.FULL_SISTER, Kin.CONSANGUINE_BROTHER, Kin.CONSANGUINE_SISTER, Kin.UTERINE_BROTHER,
    Kin.UTERINE_SISTER,
)  # fmt: skip
UTERINE = (Kin.UTERINE_BROTHER, Kin.UTERINE_SISTER)
GRANDMOTHERS = (Kin.PATERNAL_GRANDMOTHER, Kin.MATERNAL_GRANDMOTHER)
BROTHER_OF = {
    Kin.DAUGHTER: Kin.SON,
    Kin.SONS_DAUGHTER: Kin.SONS_SON,
    Kin.FULL_SISTER: Kin.FULL_BROTHER,
    Kin.CONSANGUINE_SISTER: Kin.CONSANGUINE_BROTHER,
}
# Whoever stands at the right lets the heir at the left have nothing.
_FORBEARS = (Kin.SON, Kin.SONS_SON, Kin.FATHER, Kin.GRANDFATHER)
SHUT_OUT_BY: dict[Kin, tuple[Kin, ...]] = {
    Kin.SONS_SON: (Kin.SON,),
    Kin.SONS_DAUGHTER: (Kin.SON,),
    Kin.GRANDFATHER: (Kin.FATHER,),
    Kin.PATERNAL_GRANDMOTHER: (Kin.MOTHER, Kin.FATHER),
    Kin.MATERNAL_GRANDMOTHER: (Kin.MOTHER,),
    Kin.FULL_BROTHER: _FORBEARS,
    Kin.FULL_SISTER: _FORBEARS,
    Kin.CONSANGUINE_BROTHER: (*_FORBEARS, Kin.FULL_BROTHER),
    Kin.CONSANGUINE_SISTER: (*_FORBEARS, Kin.FULL_BROTHER),
    Kin.UTERINE_BROTHER: (*CHILDREN, Kin.FATHER, Kin.GRANDFATHER),
    Kin.UTERINE_SISTER: (*CHILDREN, Kin.FATHER, Kin.GRANDFATHER),
}
RESIDUARIES = (
    (Kin.SON, Kin.DAUGHTER),
    (Kin.SONS_SON, Kin.SONS_DAUGHTER),
    (Kin.FATHER,),
    (Kin.GRANDFATHER,),
    (Kin.FULL_BROTHER, Kin.FULL_SISTER),
    (Kin.CONSANGUINE_BROTHER, Kin.CONSANGUINE_SISTER),
)  # in the order in which they are called
MALE_WEIGHT = 2

HALF, THIRD, QUARTER, SIXTH, EIGHTH = (Fraction(1, part) for part in (2, 3, 4, 6, 8))
TWO_THIRDS = Fraction(2, 3)


class ForTheCourt(BadInput):
    """The aid must not answer for this family; the text says why. Only a court may."""

    code = "for_the_court"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, fields={"heirs": detail})


@dataclass(frozen=True, slots=True)
class Part:
    """What each person of one kinship takes of the whole; nobody of them anything where `share` is 0."""

    kin: Kin
    number: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Division:
    """The whole divided among a family, in the order in which it was named; `steps` says in sentences how."""

    parts: tuple[Part, ...]
    steps: tuple[str, ...]

    @property
    def divisor(self) -> int:
        """The smallest divisor of which each person takes a whole number of parts."""
        return math.lcm(*(part.share.denominator for part in self.parts))

    def written(self, share: Fraction) -> str:
        """The share over the common divisor: '34/72'."""
        return f"{share.numerator * (self.divisor // share.denominator)}/{self.divisor}"

    def people(self) -> list[Fraction]:
        """The share of each person, one after the other; they make 1."""
        return [part.share for part in self.parts for _ in range(part.number)]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A fixed share that these kin take together, in equal parts."""

    kins: tuple[Kin, ...]
    share: Fraction
    why: str


def divide(family: Mapping[Kin, int]) -> Division:
    """The shares of this family, `family` saying how many of each kinship survive the deceased.

    Raises: ForTheCourt for a family that cannot be, or that only a court may divide.
    """
    named = {kin: number for kin, number in family.items() if number}
    _check(named)
    steps: list[str] = []
    heirs = _without_excluded(named, steps)
    claims = _claims(heirs, named)
    steps += [f"{counted(_of(claim.kins, heirs))}: {claim.share}, {claim.why}." for claim in claims]
    taken = sum((claim.share for claim in claims), Fraction(0))
    rest = _residuaries(heirs)
    totals: dict[Kin, Fraction] = {kin: Fraction(0) for kin in named}
    if taken > 1 or (taken < 1 and not rest):
        claims = _raised(claims, taken, steps) if taken > 1 else _returned(claims, taken, heirs, steps)
    for claim in claims:
        people = sum(heirs[kin] for kin in claim.kins)
        for kin in claim.kins:
            totals[kin] += claim.share * heirs[kin] / people
    if rest:
        _give_rest(rest, max(1 - taken, Fraction(0)), heirs, totals, steps)
    parts = tuple(Part(kin, number, totals[kin] / number) for kin, number in named.items())
    assert sum(totals.values()) == 1 and all(part.share >= 0 for part in parts), named
    steps.append(_summed(Division(parts, ())))
    if named.keys() & {Kin.SONS_SON, Kin.SONS_DAUGHTER}:
        steps.append(ORPHANED)
    return Division(parts, tuple(steps))


def _check(named: Mapping[Kin, int]) -> None:
    """Raises: ForTheCourt."""
    for kin, number in named.items():
        if not 0 < number <= MOST_OF_A_KIND:
            raise ForTheCourt(f"{counted({kin: number})}: give a number from 1 to {MOST_OF_A_KIND}.")
        if kin in ONE_ONLY and number > 1:
            raise ForTheCourt(f"{counted({kin: number})}: there is one {kin.label}. Compare it with the certificate.")
    if named.get(Kin.WIFE, 0) > MOST_WIVES:
        raise ForTheCourt(f"{named[Kin.WIFE]} wives: at most {MOST_WIVES} inherit. The court says who they are.")
    if Kin.WIFE in named and Kin.HUSBAND in named:
        raise ForTheCourt("Husband and wife are both named. The deceased left one or the other.")
    if not named:
        raise ForTheCourt(
            "Nobody is named who inherits as a sharer or residuary. Distant kindred are divided by the court."
        )
    if not set(named) - set(SPOUSES):
        raise ForTheCourt(
            f"Only {counted(named).lower()} is named. What is left does not return to husband or wife while any "
            "other kin live, distant kindred too: the court finds out."
        )


def _of(kins: Iterable[Kin], heirs: Mapping[Kin, int]) -> dict[Kin, int]:
    return {kin: heirs[kin] for kin in kins if kin in heirs}


def _without_excluded(named: Mapping[Kin, int], steps: list[str]) -> dict[Kin, int]:
    """Those who inherit, with a sentence for each of the others (hajb)."""
    heirs = dict(named)
    for kin in named:
        why = _shut_out(kin, named)
        if why:
            steps.append(f"{counted({kin: named[kin]})}: nothing, {why} (hajb).")
            del heirs[kin]
    return heirs


def _shut_out(kin: Kin, named: Mapping[Kin, int]) -> str:
    """Why this kin has nothing, or an empty text."""
    nearer = next((other for other in SHUT_OUT_BY.get(kin, ()) if other in named), None)
    if nearer:
        return f"shut out by the {nearer.label}"
    if kin == Kin.SONS_DAUGHTER and named.get(Kin.DAUGHTER, 0) > 1 and Kin.SONS_SON not in named:
        return "because two daughters take all of the two thirds and no son's son is beside her"
    if kin not in (Kin.CONSANGUINE_BROTHER, Kin.CONSANGUINE_SISTER) or Kin.FULL_SISTER not in named:
        return ""
    if named.keys() & set(DAUGHTERS):
        return "shut out by the full sister, who takes with the daughters what is left"
    if kin == Kin.CONSANGUINE_SISTER and named[Kin.FULL_SISTER] > 1 and Kin.CONSANGUINE_BROTHER not in named:
        return "because two full sisters take all of the two thirds and no brother of hers is beside her"
    return ""


def _claims(heirs: Mapping[Kin, int], named: Mapping[Kin, int]) -> list[_Claim]:
    """The fixed shares (fara'id)."""
    issue = bool(named.keys() & set(CHILDREN))
    found: list[_Claim] = []
    if Kin.HUSBAND in heirs:
        why = "because there is a child or son's child" if issue else "because there is no child or son's child"
        found.append(_Claim((Kin.HUSBAND,), QUARTER if issue else HALF, f"{why} (Qur'an 4:12)"))
    if Kin.WIFE in heirs:
        why = "because there is a child or son's child" if issue else "because there is no child or son's child"
        found.append(_Claim((Kin.WIFE,), EIGHTH if issue else QUARTER, f"{why} (Qur'an 4:12)"))
    if issue:
        found += [
            _Claim((kin,), SIXTH, "because there is a child or son's child (Qur'an 4:11)")
            for kin in (Kin.FATHER, Kin.GRANDFATHER)
            if kin in heirs
        ]
    if Kin.MOTHER in heirs:
        found.append(_mothers(heirs, named, issue=issue))
    if grandmothers := tuple(kin for kin in GRANDMOTHERS if kin in heirs):
        found.append(_Claim(grandmothers, SIXTH, "the grandmothers' sixth, in equal parts (Sunna)"))
    found += _daughters(heirs)
    found += _sisters(heirs)
    if uterine := tuple(kin for kin in UTERINE if kin in heirs):
        many = sum(heirs[kin] for kin in uterine) > 1
        why = "several together, men and women alike" if many else "being the only one"
        found.append(_Claim(uterine, THIRD if many else SIXTH, f"{why} (Qur'an 4:12)"))
    return found


def _mothers(heirs: Mapping[Kin, int], named: Mapping[Kin, int], *, issue: bool) -> _Claim:
    """Brothers and sisters lower her share also where they are shut out themselves."""
    if issue:
        return _Claim((Kin.MOTHER,), SIXTH, "because there is a child or son's child (Qur'an 4:11)")
    if sum(named.get(kin, 0) for kin in SIBLINGS) > 1:
        return _Claim((Kin.MOTHER,), SIXTH, "because there are two or more brothers or sisters (Qur'an 4:11)")
    spouse = HALF if Kin.HUSBAND in heirs else QUARTER if Kin.WIFE in heirs else None
    if spouse is not None and Kin.FATHER in heirs:
        why = "a third of what the spouse leaves, because the father is beside her (the two cases of Umar)"
        return _Claim((Kin.MOTHER,), (1 - spouse) * THIRD, why)
    return _Claim(
        (Kin.MOTHER,), THIRD, "because there is no child and not more than one brother or sister (Qur'an 4:11)"
    )


def _daughters(heirs: Mapping[Kin, int]) -> list[_Claim]:
    found = []
    if Kin.DAUGHTER in heirs and Kin.SON not in heirs:
        found.append(_half_or_two_thirds(Kin.DAUGHTER, heirs, "(Qur'an 4:11)"))
    if Kin.SONS_DAUGHTER in heirs and Kin.SONS_SON not in heirs:
        if Kin.DAUGHTER in heirs:
            found.append(
                _Claim((Kin.SONS_DAUGHTER,), SIXTH, "which completes two thirds with the daughter's half (Sunna)")
            )
        else:
            found.append(_half_or_two_thirds(Kin.SONS_DAUGHTER, heirs, "as a daughter, there being none (Qur'an 4:11)"))
    return found


def _sisters(heirs: Mapping[Kin, int]) -> list[_Claim]:
    """Sisters without a brother of their own and without daughters; beside those they take what is left."""
    found: list[_Claim] = []
    if heirs.keys() & set(DAUGHTERS):
        return found
    if Kin.FULL_SISTER in heirs and Kin.FULL_BROTHER not in heirs:
        found.append(_half_or_two_thirds(Kin.FULL_SISTER, heirs, "(Qur'an 4:176)"))
    if Kin.CONSANGUINE_SISTER in heirs and Kin.CONSANGUINE_BROTHER not in heirs:
        if Kin.FULL_SISTER in heirs:
            why = "which completes two thirds with the full sister's half (Sirajiyyah)"
            found.append(_Claim((Kin.CONSANGUINE_SISTER,), SIXTH, why))
        else:
            found.append(_half_or_two_thirds(Kin.CONSANGUINE_SISTER, heirs, "(Qur'an 4:176)"))
    return found


def _half_or_two_thirds(kin: Kin, heirs: Mapping[Kin, int], source: str) -> _Claim:
    many = heirs[kin] > 1
    why = "two or more together, without a brother of theirs" if many else "being one, without a brother of hers"
    return _Claim((kin,), TWO_THIRDS if many else HALF, f"{why} {source}")


def _residuaries(heirs: Mapping[Kin, int]) -> dict[Kin, int]:
    """The nearest residuaries with their number; a sister comes with her brother, or beside daughters."""
    beside_daughters = bool(heirs.keys() & set(DAUGHTERS))
    for group in RESIDUARIES:
        found = _of(group, heirs)
        sister = group[-1] in SIBLINGS and group[-1] in found and beside_daughters
        if group[0] in found or sister:
            return found
    return {}


def _raised(claims: list[_Claim], taken: Fraction, steps: list[str]) -> list[_Claim]:
    """The divisor is raised to the sum of the parts, so that each sharer loses in proportion ('awl)."""
    divisor = math.lcm(*(claim.share.denominator for claim in claims))
    steps.append(
        f"The shares make {taken * divisor} parts of {divisor}, more than the whole: the divisor is raised from "
        f"{divisor} to {taken * divisor}, so that each loses in proportion ('awl)."
    )
    return [_Claim(claim.kins, claim.share / taken, claim.why) for claim in claims]


def _returned(claims: list[_Claim], taken: Fraction, heirs: Mapping[Kin, int], steps: list[str]) -> list[_Claim]:
    """What is left goes back to the sharers in proportion, never to husband or wife (radd)."""
    spouse = sum((claim.share for claim in claims if claim.kins[0] in SPOUSES), Fraction(0))
    others = [claim for claim in claims if claim.kins[0] not in SPOUSES]
    sharers = listed(counted(_of(claim.kins, heirs)) for claim in others)
    without = ", not to husband or wife" if spouse else ""
    steps.append(
        f"{1 - taken} is left and no residuary of these is there: it returns to {sharers.lower()} in proportion to "
        f"their shares{without} (radd). A brother's son, an uncle or his son would take it instead."
    )
    grown = (1 - spouse) / (taken - spouse)
    return [_Claim(claim.kins, claim.share * (1 if claim.kins[0] in SPOUSES else grown), claim.why) for claim in claims]


def _give_rest(
    rest: Mapping[Kin, int], left: Fraction, heirs: Mapping[Kin, int], totals: dict[Kin, Fraction], steps: list[str]
) -> None:
    """What the sharers leave, a man taking twice a woman's part."""
    weights = {kin: number * (1 if kin in BROTHER_OF else MALE_WEIGHT) for kin, number in rest.items()}
    who, shares_too = counted(rest), any(totals[kin] for kin in rest)
    for kin, weight in weights.items():
        totals[kin] += left * weight / sum(weights.values())
    if left:
        how = ", a man twice a woman's part" if len(rest) > 1 else ", in equal parts" if sum(rest.values()) > 1 else ""
        beside = ", being residuaries beside daughters" if rest.keys() <= BROTHER_OF.keys() else ""
        steps.append(f"{who}: {'besides, ' if shares_too else ''}what is left, {left}{beside}{how} ('asaba).")
        return
    shared = set(UTERINE) & heirs.keys() and Kin.FULL_BROTHER in rest
    why = " They have no part in the uterine brothers' and sisters' third either (Himariyya)." if shared else ""
    steps.append(f"{who}: nothing{' more' if shares_too else ''} as residuary, the shares take the whole.{why}")


def _summed(found: Division) -> str:
    each = [
        f"{part.kin.label} {found.written(part.share)}" + (" each" if part.number > 1 else "") for part in found.parts
    ]
    return f"Of {found.divisor} part{'s' if found.divisor > 1 else ''}: {', '.join(each)}."
