"""The calculator of shares: textbook cases, corners of Hanafi law, refusals, and any family at all."""

from decimal import Decimal
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiaries.heirs.kinship import Kin, kin_of, read_family
from beneficiaries.heirs.sharers import SPOUSES
from beneficiaries.heirs.shares import rows
from beneficiaries.inheritance import LIMITS, MOST_WIVES, ONE_ONLY, ORPHANED, ForTheCourt, divide
from ledger.errors import BadInput
from ledger.money import CEILING
from tests.beneficiaries import heir_oracle

pytestmark = pytest.mark.once


def each(family: str) -> dict[str, str]:
    """The share of each person by kinship, reduced."""
    return {part.kin.value: str(part.share) for part in divide(read_family(family)).parts}


def over(family: str) -> str:
    """The shares over the common divisor, in the order of the family."""
    found = divide(read_family(family))
    return " ".join(found.written(part.share) for part in found.parts)


# Numbered as in the project's domain notes; sources are named there.
CASES = {
    "1": ("wife=1,son=4,daughter=4", "12/96 14/96 7/96"),
    "2": ("wife=1,son=1,daughter=3", "5/40 14/40 7/40"),
    "3": ("wife=1,son=3,daughter=4", "10/80 14/80 7/80"),
    "4": ("husband=1,mother=1,daughter=2,full_brother=3", "3/13 2/13 4/13 0/13"),
    "5": ("husband=1,father=1,mother=1,daughter=1", "3/13 2/13 2/13 6/13"),
    "6": ("wife=1,father=1,mother=1,daughter=2", "3/27 4/27 4/27 8/27"),
    "7": ("wife=1,father=1,mother=1,daughter=1", "3/24 5/24 4/24 12/24"),
    "8": ("husband=1,daughter=1", "1/4 3/4"),
    "9": ("husband=1,daughter=3", "1/4 1/4"),
    "10": ("daughter=1,sons_daughter=1", "3/4 1/4"),
    "11, to 8": ("husband=1,full_sister=1,uterine_sister=2", "3/8 3/8 1/8"),
    "11, to 9": ("husband=1,full_sister=2,uterine_sister=2", "3/9 2/9 1/9"),
    "11, to 10": ("husband=1,full_sister=2,uterine_sister=2,mother=1", "3/10 2/10 1/10 1/10"),
    "12": ("wife=1,full_sister=2,mother=1", "3/13 4/13 2/13"),
    "13": ("daughter=1,full_brother=1,wife=4", "16/32 12/32 1/32"),
    "14": ("wife=1,mother=1,daughter=1", "4/32 7/32 21/32"),
    "15": ("husband=1,father=1,mother=1", "3/6 2/6 1/6"),
    "16": ("wife=1,mother=1,son=1,daughter=1", "9/72 12/72 34/72 17/72"),
}


@pytest.mark.parametrize(("family", "shares"), CASES.values(), ids=CASES)
def test_worked_cases(family: str, shares: str) -> None:
    assert over(family) == shares


CORNERS = {
    "wife and parents: a third of the rest": ("wife=1,father=1,mother=1", "1/4 2/4 1/4"),
    "not with the grandfather": ("husband=1,grandfather=1,mother=1", "3/6 1/6 2/6"),
    "nor with two brothers, even shut out": ("husband=1,father=1,mother=1,full_brother=2", "3/6 2/6 1/6 0/6"),
    "one brother does not lower the mother": ("mother=1,full_brother=1", "1/3 2/3"),
    "grandfather shuts out brothers and sisters": ("grandfather=1,full_brother=2,full_sister=1", "1/1 0/1 0/1"),
    "akdariyya: no sister beside him": ("husband=1,mother=1,grandfather=1,full_sister=1", "3/6 2/6 1/6 0/6"),
    "the shared third is not shared": ("husband=1,mother=1,uterine_brother=2,full_brother=2", "3/6 1/6 1/6 0/6"),
    "uterine men and women alike": ("uterine_brother=1,uterine_sister=2,full_brother=1", "1/9 1/9 6/9"),
    "one uterine sister": ("uterine_sister=1,full_brother=1", "1/6 5/6"),
    "sisters beside a daughter": ("daughter=1,full_sister=2", "2/4 1/4"),
    "and they shut out the father's sons": ("daughter=1,full_sister=1,consanguine_brother=1", "1/2 1/2 0/2"),
    "sisters beside a son's daughter": ("sons_daughter=1,consanguine_sister=1", "1/2 1/2"),
    "a sixth completes two thirds": ("full_sister=1,consanguine_sister=1,mother=1", "3/5 1/5 1/5"),
    "nothing after two full sisters": ("full_sister=2,consanguine_sister=1,mother=1", "2/5 0/5 1/5"),
    "but with her brother": ("full_sister=2,consanguine_sister=1,consanguine_brother=1", "3/9 1/9 2/9"),
    "son's daughter after two daughters": ("daughter=2,sons_daughter=1,full_brother=1", "1/3 0/3 1/3"),
    "but with her brother too": ("daughter=2,sons_daughter=1,sons_son=1", "3/9 1/9 2/9"),
    "who may cost her a share": ("husband=1,father=1,mother=1,daughter=1,sons_daughter=1,sons_son=1",
                                 "3/13 2/13 2/13 6/13 0/13 0/13"),
    "son's children shut out by the son": ("son=1,sons_son=1,sons_daughter=2", "1/1 0/1 0/1"),
    "grandmothers share a sixth": ("paternal_grandmother=1,maternal_grandmother=1,son=1", "1/12 1/12 10/12"),
    "the father's mother not beside him": ("father=1,paternal_grandmother=1,maternal_grandmother=1", "5/6 0/6 1/6"),
    "but beside the grandfather": ("grandfather=1,paternal_grandmother=1", "5/6 1/6"),
    "no grandmother beside the mother": ("mother=1,paternal_grandmother=1,maternal_grandmother=1", "1/1 0/1 0/1"),
    "all to the only residuary": ("consanguine_brother=2", "1/2"),
    "all to a lone sharer": ("uterine_brother=1", "1/1"),
    "to 17": ("wife=3,paternal_grandmother=1,maternal_grandmother=1,full_sister=8,uterine_sister=4",
              "1/17 1/17 1/17 1/17 1/17"),
}  # fmt: skip


@pytest.mark.parametrize(("family", "shares"), CORNERS.values(), ids=CORNERS)
def test_corners_of_the_law(family: str, shares: str) -> None:
    assert over(family) == shares


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ("wife=1,husband=1,son=1", "one or the other"),
        ("wife=5,son=1", "5 wives: at most 4"),
        ("father=2,son=1", "2 fathers: there is one father"),
        ("mother=2", "there is one mother"),
        ("son=100", "from 1 to 99"),
        ("wife=2", "Only 2 wives is named"),
        ("husband=1", "distant kindred too"),
        ("son=0", "Nobody is named who inherits"),
    ],
)
def test_what_must_go_to_the_court_is_refused(family: str, words: str) -> None:
    with pytest.raises(ForTheCourt, match=words) as refusal:
        divide(read_family(family))
    assert refusal.value.code == "for_the_court" and refusal.value.fields == {"heirs": refusal.value.detail}


def test_each_step_is_explained_with_its_rule() -> None:
    steps = divide(read_family("wife=1,father=1,mother=1,daughter=2,full_brother=1")).steps
    assert steps == (
        "Full brother: nothing, shut out by the father (hajb).",
        "Wife: 1/8, because there is a child or son's child (Qur'an 4:12).",
        "Father: 1/6, because there is a child or son's child (Qur'an 4:11).",
        "Mother: 1/6, because there is a child or son's child (Qur'an 4:11).",
        "2 daughters: 2/3, two or more together, without a brother of theirs (Qur'an 4:11).",
        "The shares make 27 parts of 24, more than the whole: the divisor is raised from 24 to 27, "
        "so that each loses in proportion ('awl).",
        "Father: nothing more as residuary, the shares take the whole.",
        "Of 27 parts: wife 3/27, father 4/27, mother 4/27, daughter 8/27 each, full brother 0/27.",
    )


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ("husband=1,daughter=1", "1/4 is left and no residuary of these is there: it returns to daughter"),
        ("husband=1,daughter=1", "not to husband or wife (radd). A brother's son, an uncle"),
        ("son=1,daughter=1", "a man twice a woman's part ('asaba)"),
        ("daughter=1,full_sister=1", "being residuaries beside daughters"),
        ("husband=1,mother=1,uterine_brother=2,full_brother=1", "third either (Himariyya)"),
        ("father=1,mother=1,wife=1", "the two cases of Umar"),
        ("daughter=1,sons_daughter=1", ORPHANED),
    ],
)
def test_explanations_of_special_rules(family: str, words: str) -> None:
    assert words in " ".join(divide(read_family(family)).steps)


def test_the_limits_are_said() -> None:
    said = " ".join(LIMITS)
    for word in ("Shia", "distant kindred", "unborn", "missing", "killed", "another religion", "court's figures count"):
        assert word in said


def most(kin: Kin) -> int:
    return 1 if kin in ONE_ONLY else MOST_WIVES if kin is Kin.WIFE else 6


def family_of(number: int) -> dict[Kin, int]:
    """Each number is one family: its digits say how many there are of each kinship. Half of each digit's values say none,
    or else nearly all families would be large and none would return anything to sharers.
    """
    number, spouse = divmod(number, len(SPOUSES))
    family = {}
    for kin in Kin:
        number, digit = divmod(number, 2 * most(kin))
        if digit >= most(kin) and kin is not SPOUSES[spouse]:
            family[kin] = digit - most(kin) + 1
    return family


# One number is drawn for a family, because a draw for each kinship takes longer than the calculator.
FAMILIES = (
    st.integers(0, len(SPOUSES) * prod(2 * most(kin) for kin in Kin) - 1)
    .map(family_of)
    .filter(lambda family: bool(family.keys() - set(SPOUSES)))
)


@settings(max_examples=10_000)
@given(family=FAMILIES, award=st.integers(1, int(CEILING)))
def test_any_family_takes_the_whole_and_any_award_is_split_to_the_rupee(family: dict[Kin, int], award: int) -> None:
    found = divide(family)
    assert {part.kin: part.number for part in found.parts} == family
    assert all(part.share >= 0 for part in found.parts) and sum(found.people()) == 1
    assert {part.kin.value: part.share for part in found.parts} == heir_oracle.shares(
        {kin.value: number for kin, number in family.items()}
    )
    split = [amount for row in rows(found, Decimal(award)) for amount in row.amounts]
    assert sum(split) == award
    assert all(0 <= amount == int(amount) for amount in split)
    assert all(abs(Fraction(amount) - award * share) < 1 for amount, share in zip(split, found.people(), strict=True))


@settings(max_examples=300)
@given(family=FAMILIES, data=st.data())
def test_the_order_in_which_heirs_are_named_changes_no_share(family: dict[Kin, int], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(family.items()))))
    assert {part.kin: part.share for part in divide(shuffled).parts} == {
        part.kin: part.share for part in divide(family).parts
    }


@settings(max_examples=300)
@given(family=FAMILIES, paisa=st.integers(1, int(CEILING * 100)))
def test_an_award_with_paisa_is_split_to_the_paisa(family: dict[Kin, int], paisa: int) -> None:
    award = Decimal(paisa) / 100
    assert sum(row.total or 0 for row in rows(divide(family), award)) == award


def test_ties_go_to_the_heir_named_first() -> None:
    (daughters, mother) = rows(divide(read_family("daughter=3,mother=1")), Decimal(100))
    assert [str(amount) for amount in (*daughters.amounts, *mother.amounts)] == ["27.00", "27.00", "26.00", "20.00"]


@pytest.mark.parametrize(
    ("text", "kin"),
    [
        ("widow", Kin.WIFE),
        (" Widower ", Kin.HUSBAND),
        ("Son's daughter", Kin.SONS_DAUGHTER),
        ("son’s son", Kin.SONS_SON),
        ("full_sister", Kin.FULL_SISTER),
        ("Father's mother", Kin.PATERNAL_GRANDMOTHER),
        ("sister", None),  # full, or of one parent?
        ("cousin", None),
        ("", None),
    ],
)
def test_kinships_are_read_from_usual_spellings(text: str, kin: Kin | None) -> None:
    assert kin_of(text) is kin


@pytest.mark.parametrize("kin", Kin)
def test_every_way_a_kinship_is_written_is_read_again(kin: Kin) -> None:
    assert {kin_of(kin.value), kin_of(kin.label), kin_of(kin.said), kin_of(kin.hint) or kin} <= {kin, *Kin}
    assert kin_of(kin.value) is kin_of(kin.label) is kin_of(kin.said) is kin


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wife=1,cousin=2", "'cousin' is no kinship"),
        ("wife", "no number of people"),
        ("wife=two", "'wife=two' has no number"),
        ("wife=-1", "no number"),
        ("wife=٢", "no number"),
        ("wife=1,widow=1", "wife is named twice"),
        ("", "no kinship known"),
        ("wife=1,", "no kinship known"),
    ],
)
def test_a_family_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        read_family(text)
    assert not isinstance(refusal.value, ForTheCourt)
