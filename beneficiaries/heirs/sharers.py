"""Who is shut out of an inheritance (hajb) and which fixed shares the others take (fara'id), pure; Hanafi law.

Sources: Qur'an 4:11, 4:12 and 4:176 and the Sirajiyyah. What is left, too much or too little is divided in inheritance.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from beneficiaries.heirs.kinship import Kin, counted

SPOUSES = (Kin.HUSBAND, Kin.WIFE)
CHILDREN = (Kin.SON, Kin.DAUGHTER, Kin.SONS_SON, Kin.SONS_DAUGHTER)
DAUGHTERS = (Kin.DAUGHTER, Kin.SONS_DAUGHTER)
SIBLINGS = (
    Kin.FULL_BROTHER, Kin.FULL_SISTER, Kin.CONSANGUINE_BROTHER, Kin.CONSANGUINE_SISTER, Kin.UTERINE_BROTHER,
    Kin.UTERINE_SISTER,
)  # fmt: skip
UTERINE = (Kin.UTERINE_BROTHER, Kin.UTERINE_SISTER)
GRANDMOTHERS = (Kin.PATERNAL_GRANDMOTHER, Kin.MATERNAL_GRANDMOTHER)
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

HALF, THIRD, QUARTER, SIXTH, EIGHTH = (Fraction(1, part) for part in (2, 3, 4, 6, 8))
TWO_THIRDS = Fraction(2, 3)


@dataclass(frozen=True, slots=True)
class Claim:
    """A fixed share that these kin take together, in equal parts."""

    kins: tuple[Kin, ...]
    share: Fraction
    why: str


def of(kins: Iterable[Kin], heirs: Mapping[Kin, int]) -> dict[Kin, int]:
    return {kin: heirs[kin] for kin in kins if kin in heirs}


def without_excluded(named: Mapping[Kin, int], steps: list[str]) -> dict[Kin, int]:
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


def fixed_shares(heirs: Mapping[Kin, int], named: Mapping[Kin, int]) -> list[Claim]:
    """The fixed shares (fara'id)."""
    issue = bool(named.keys() & set(CHILDREN))
    found: list[Claim] = []
    if Kin.HUSBAND in heirs:
        why = "because there is a child or son's child" if issue else "because there is no child or son's child"
        found.append(Claim((Kin.HUSBAND,), QUARTER if issue else HALF, f"{why} (Qur'an 4:12)"))
    if Kin.WIFE in heirs:
        why = "because there is a child or son's child" if issue else "because there is no child or son's child"
        found.append(Claim((Kin.WIFE,), EIGHTH if issue else QUARTER, f"{why} (Qur'an 4:12)"))
    if issue:
        found += [
            Claim((kin,), SIXTH, "because there is a child or son's child (Qur'an 4:11)")
            for kin in (Kin.FATHER, Kin.GRANDFATHER)
            if kin in heirs
        ]
    if Kin.MOTHER in heirs:
        found.append(_mothers(heirs, named, issue=issue))
    if grandmothers := tuple(kin for kin in GRANDMOTHERS if kin in heirs):
        found.append(Claim(grandmothers, SIXTH, "the grandmothers' sixth, in equal parts (Sunna)"))
    found += _daughters(heirs)
    found += _sisters(heirs)
    if uterine := tuple(kin for kin in UTERINE if kin in heirs):
        many = sum(heirs[kin] for kin in uterine) > 1
        why = "several together, men and women alike" if many else "being the only one"
        found.append(Claim(uterine, THIRD if many else SIXTH, f"{why} (Qur'an 4:12)"))
    return found


def _mothers(heirs: Mapping[Kin, int], named: Mapping[Kin, int], *, issue: bool) -> Claim:
    """Brothers and sisters lower her share also where they are shut out themselves."""
    if issue:
        return Claim((Kin.MOTHER,), SIXTH, "because there is a child or son's child (Qur'an 4:11)")
    if sum(named.get(kin, 0) for kin in SIBLINGS) > 1:
        return Claim((Kin.MOTHER,), SIXTH, "because there are two or more brothers or sisters (Qur'an 4:11)")
    spouse = HALF if Kin.HUSBAND in heirs else QUARTER if Kin.WIFE in heirs else None
    if spouse is not None and Kin.FATHER in heirs:
        why = "a third of what the spouse leaves, because the father is beside her (the two cases of Umar)"
        return Claim((Kin.MOTHER,), (1 - spouse) * THIRD, why)
    return Claim(
        (Kin.MOTHER,), THIRD, "because there is no child and not more than one brother or sister (Qur'an 4:11)"
    )


def _daughters(heirs: Mapping[Kin, int]) -> list[Claim]:
    found = []
    if Kin.DAUGHTER in heirs and Kin.SON not in heirs:
        found.append(_half_or_two_thirds(Kin.DAUGHTER, heirs, "(Qur'an 4:11)"))
    if Kin.SONS_DAUGHTER in heirs and Kin.SONS_SON not in heirs:
        if Kin.DAUGHTER in heirs:
            found.append(
                Claim((Kin.SONS_DAUGHTER,), SIXTH, "which completes two thirds with the daughter's half (Sunna)")
            )
        else:
            found.append(_half_or_two_thirds(Kin.SONS_DAUGHTER, heirs, "as a daughter, there being none (Qur'an 4:11)"))
    return found


def _sisters(heirs: Mapping[Kin, int]) -> list[Claim]:
    """Sisters without a brother of their own and without daughters; beside those they take what is left."""
    found: list[Claim] = []
    if heirs.keys() & set(DAUGHTERS):
        return found
    if Kin.FULL_SISTER in heirs and Kin.FULL_BROTHER not in heirs:
        found.append(_half_or_two_thirds(Kin.FULL_SISTER, heirs, "(Qur'an 4:176)"))
    if Kin.CONSANGUINE_SISTER in heirs and Kin.CONSANGUINE_BROTHER not in heirs:
        if Kin.FULL_SISTER in heirs:
            why = "which completes two thirds with the full sister's half (Sirajiyyah)"
            found.append(Claim((Kin.CONSANGUINE_SISTER,), SIXTH, why))
        else:
            found.append(_half_or_two_thirds(Kin.CONSANGUINE_SISTER, heirs, "(Qur'an 4:176)"))
    return found


def _half_or_two_thirds(kin: Kin, heirs: Mapping[Kin, int], source: str) -> Claim:
    many = heirs[kin] > 1
    why = "two or more together, without a brother of theirs" if many else "being one, without a brother of hers"
    return Claim((kin,), TWO_THIRDS if many else HALF, f"{why} {source}")
