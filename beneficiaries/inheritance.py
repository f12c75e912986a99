"""Shares of inheritance by Hanafi law, pure: an aid beside the court's figures, which always count.

Who is shut out (hajb), the sharers, the residuaries ('asaba), then either a raised divisor ('awl) or a return (radd).
Sources: Qur'an 4:11, 4:12 and 4:176 and the Sirajiyyah, by Abu Hanifa's own opinion where the school differs. Families
it does not know are refused with `ForTheCourt`; what it leaves out even so is in `LIMITS`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from beneficiaries.heirs.kinship import Kin, counted, listed
from beneficiaries.heirs.sharers import DAUGHTERS, SIBLINGS, SPOUSES, UTERINE, Claim, fixed_shares, of, without_excluded
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
# A woman who takes what is left beside her brother, half of what he takes.
HALF_OF_A_BROTHER = frozenset({Kin.DAUGHTER, Kin.SONS_DAUGHTER, Kin.FULL_SISTER, Kin.CONSANGUINE_SISTER})
RESIDUARIES = (
    (Kin.SON, Kin.DAUGHTER),
    (Kin.SONS_SON, Kin.SONS_DAUGHTER),
    (Kin.FATHER,),
    (Kin.GRANDFATHER,),
    (Kin.FULL_BROTHER, Kin.FULL_SISTER),
    (Kin.CONSANGUINE_BROTHER, Kin.CONSANGUINE_SISTER),
)  # in the order in which they are called
MALE_WEIGHT = 2


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


def divide(family: Mapping[Kin, int]) -> Division:
    """The shares of this family, `family` saying how many of each kinship survive the deceased.

    Raises: ForTheCourt for a family that cannot be, or that only a court may divide.
    """
    named = {kin: number for kin, number in family.items() if number}
    _check(named)
    steps: list[str] = []
    heirs = without_excluded(named, steps)
    claims = fixed_shares(heirs, named)
    steps += [f"{counted(of(claim.kins, heirs))}: {claim.share}, {claim.why}." for claim in claims]
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


def _residuaries(heirs: Mapping[Kin, int]) -> dict[Kin, int]:
    """The nearest residuaries with their number; a sister comes with her brother, or beside daughters."""
    beside_daughters = bool(heirs.keys() & set(DAUGHTERS))
    for group in RESIDUARIES:
        found = of(group, heirs)
        sister = group[-1] in SIBLINGS and group[-1] in found and beside_daughters
        if group[0] in found or sister:
            return found
    return {}


def _raised(claims: list[Claim], taken: Fraction, steps: list[str]) -> list[Claim]:
    """The divisor is raised to the sum of the parts, so that each sharer loses in proportion ('awl)."""
    divisor = math.lcm(*(claim.share.denominator for claim in claims))
    steps.append(
        f"The shares make {taken * divisor} parts of {divisor}, more than the whole: the divisor is raised from "
        f"{divisor} to {taken * divisor}, so that each loses in proportion ('awl)."
    )
    return [Claim(claim.kins, claim.share / taken, claim.why) for claim in claims]


def _returned(claims: list[Claim], taken: Fraction, heirs: Mapping[Kin, int], steps: list[str]) -> list[Claim]:
    """What is left goes back to the sharers in proportion, never to husband or wife (radd)."""
    spouse = sum((claim.share for claim in claims if claim.kins[0] in SPOUSES), Fraction(0))
    others = [claim for claim in claims if claim.kins[0] not in SPOUSES]
    sharers = listed(counted(of(claim.kins, heirs)) for claim in others)
    without = ", not to husband or wife" if spouse else ""
    steps.append(
        f"{1 - taken} is left and no residuary of these is there: it returns to {sharers.lower()} in proportion to "
        f"their shares{without} (radd). A brother's son, an uncle or his son would take it instead."
    )
    grown = (1 - spouse) / (taken - spouse)
    return [Claim(claim.kins, claim.share * (1 if claim.kins[0] in SPOUSES else grown), claim.why) for claim in claims]


def _give_rest(
    rest: Mapping[Kin, int], left: Fraction, heirs: Mapping[Kin, int], totals: dict[Kin, Fraction], steps: list[str]
) -> None:
    """What the sharers leave, a man taking twice a woman's part."""
    weights = {kin: number * (1 if kin in HALF_OF_A_BROTHER else MALE_WEIGHT) for kin, number in rest.items()}
    who, shares_too = counted(rest), any(totals[kin] for kin in rest)
    for kin, weight in weights.items():
        totals[kin] += left * weight / sum(weights.values())
    if left:
        how = ", a man twice a woman's part" if len(rest) > 1 else ", in equal parts" if sum(rest.values()) > 1 else ""
        beside = ", being residuaries beside daughters" if rest.keys() <= HALF_OF_A_BROTHER else ""
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
