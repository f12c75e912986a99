"""The aid beside the court's shares, the picture of a family, and the pages that show both."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from beneficiaries import cases
from beneficiaries.heirs.family import Box, tiers
from beneficiaries.heirs.kinship import Kin
from beneficiaries.heirs.shares import Named, aid
from beneficiaries.models import Heir, Obligation
from ledger.roles import Role
from tests.world import World

pytestmark = pytest.mark.once
Browse = Callable[[str], Client]


def text(answer: Any) -> str:
    return answer.content.decode()


def named(*heirs: tuple[str, str]) -> list[Named]:
    return [
        Named(f"Heir {at}", kinship, Fraction(share) if share else None) for at, (kinship, share) in enumerate(heirs)
    ]


def test_the_same_shares_agree() -> None:
    found = aid(named(("widow", "1/8"), ("mother", "1/6"), ("son", "34/72"), ("daughter", "17/72")))
    assert found.agrees and not found.differing
    assert [found.written(heir.aid) for heir in found.heirs] == ["9/72", "12/72", "34/72", "17/72"]


def test_a_difference_is_told_heir_by_heir_and_in_rupees() -> None:
    found = aid(named(("widow", "1/4"), ("son", "3/4")), award=Decimal(800_000))
    assert (found.agrees, found.differing) == (False, 2)
    assert [heir.said for heir in found.heirs] == ["1/8 more", "1/8 less"]
    assert [heir.rupees for heir in found.heirs] == [Decimal(100_000), Decimal(-100_000)]


def test_what_the_court_gives_to_somebody_shut_out_is_a_difference() -> None:
    found = aid(named(("son", "1/2"), ("full brother", "1/2")), award=Decimal(101))
    assert [heir.said for heir in found.heirs] == ["1/2 less", "1/2 more"]
    assert sum(heir.rupees or 0 for heir in found.heirs) == 0


def test_an_heir_without_a_rule_leaves_the_court_alone() -> None:
    found = aid(named(("widow", "1/8"), ("cousin", "7/8"), ("cousin", "")))
    assert found.division is None and not found.differing and not found.agrees
    assert found.refusal.startswith("The aid has no rule for “cousin”.")
    assert [heir.aid for heir in found.heirs] == [None] * 3


def test_a_family_for_the_court_is_told_and_shares_not_yet_written_are_reckoned() -> None:
    assert "one or the other" in aid(named(("husband", "1/2"), ("wife", "1/2"))).refusal
    found = aid(named(("husband", ""), ("daughter", "")), award=Decimal(100))
    assert [found.written(heir.aid) for heir in found.heirs] == ["1/4", "3/4"]
    assert [(heir.said, heir.rupees) for heir in found.heirs] == [("", None)] * 2


def test_every_kinship_has_a_place_in_the_picture() -> None:
    found = tiers([Box("A", kin.label, kin, "1") for kin in Kin] + [Box("B", "cousin", None, "1")])
    drawn = [box.kin for tier in found for box in (*tier.boxes, *tier.spouses)]
    assert sorted(drawn, key=str) == sorted([*Kin, None], key=str)
    assert [tier.label for tier in found if tier.deceased] == ["Brothers and sisters"]
    assert [tier.label for tier in tiers([])] == ["Brothers and sisters"]


@pytest.fixture
def obligation(w: World) -> Obligation:
    made = w.obligation()
    w.four_heirs(made)
    return made


def test_kinships_are_kept_in_the_words_of_papers(w: World) -> None:
    made = w.obligation()
    shares = [("Wife", "1/8"), ("sons_son", "1/8"), ("Foster brother", "3/4")]
    people = [(w.person(f"Heir {name.replace('_', ' ')}"), name, Fraction(part)) for name, part in shares]
    cases.record_heirs(obligation=made, heirs=people, by=w["case_officer"])
    assert [(heir.kinship, heir.kin) for heir in Heir.objects.all()] == [
        ("widow", Kin.WIFE),
        ("son's son", Kin.SONS_SON),
        ("Foster brother", None),
    ]


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.VERIFIER, Role.AUDITOR])
def test_the_family_page_shows_the_shares_and_that_they_agree(
    w: World, browse: Browse, obligation: Obligation, role: str
) -> None:
    page = text(browse(role).get(reverse("heirs", args=[obligation.pk])))
    for words in ("The deceased", "Zainab Bibi", "34/72", "daughter, minor", "The aid reckons the same shares",
                  "Wife: 1/8, because", "count, also where they differ", "Shia heirs"):  # fmt: skip
        assert words in page.replace("&#x27;", "'"), words
    assert ("Change heirs" in page) == (role == Role.CASE_OFFICER)


def test_the_family_page_is_of_the_own_office(browse: Browse, obligation: Obligation) -> None:
    assert browse("quetta").get(reverse("heirs", args=[obligation.pk])).status_code == 404


def test_heirs_that_a_request_names_are_not_offered_for_change(w: World, browse: Browse) -> None:
    w.diyat()
    url = reverse("heirs", args=[Obligation.objects.get().pk])
    assert "Change heirs" not in text(browse("case_officer").get(url))


ROWS = {"rows_shown": "4", "heir-0-person_text": "Zainab", "heir-0-kinship": "widow", "heir-0-numerator": "1",
        "heir-0-denominator": "4", "heir-1-kinship": "son", "heir-1-numerator": "3", "heir-1-denominator": "4"}  # fmt: skip


def test_the_officer_sees_the_difference_before_anything_is_saved(w: World, browse: Browse) -> None:
    url = reverse("heirs_edit", args=[w.obligation("800000").pk])
    answer = browse("case_officer").post(url, ROWS | {"reckon": "1"})
    page = text(answer).replace("&#x27;", "'")
    assert answer.status_code == 200 and not Heir.objects.exists()
    for words in ("The court's shares differ from the aid for 2 heirs.", "The court's figures count.", "1/8 more",
                  "1,00,000.00", "-1,00,000.00", "Not named yet", 'value="Zainab"'):  # fmt: skip
        assert words in page, words


def test_half_written_rows_are_reckoned_as_far_as_they_go(w: World, browse: Browse) -> None:
    url = reverse("heirs_edit", args=[w.obligation().pk])
    odd = {"heir-0-denominator": "0", "heir-1-numerator": "x", "heir-2-numerator": "5", "heir-3-kinship": "neighbour"}
    page = text(browse("case_officer").post(url, ROWS | odd | {"reckon": "1"}))
    assert "no rule for “neighbour”" in page and "differ from the aid" not in page
    page = text(browse("case_officer").post(url, ROWS | odd | {"reckon": "1", "heir-3-kinship": ""}))
    assert "1/8" in page and "7/8" in page  # the aid's own shares stand in the picture


def test_every_kinship_is_offered(w: World, browse: Browse) -> None:
    page = text(browse("case_officer").get(reverse("heirs_edit", args=[w.obligation().pk]))).replace("&#x27;", "'")
    assert all(f'<option value="{kin.said}">' in page for kin in Kin)


WAIVER = {"decided_on": "2025-09-26", "reference": "Order 12 of SC 513/2015", "reason": "Statement in court"}


def heir(kinship: str) -> Heir:
    return Heir.objects.get(kinship=kinship)


def test_a_waiver_from_the_form_and_set_aside_again(w: World, browse: Browse, obligation: Obligation) -> None:
    client, family = browse("case_officer"), reverse("heirs", args=[obligation.pk])
    url = reverse("waiver_new", args=[heir("mother").pk])
    page = text(client.get(family))
    assert f'href="{url}"' in page and "a minor&#x27;s share cannot be waived" in page
    slip = client.post(url, WAIVER | {"reference": ""})
    assert slip.status_code == 422 and "reference is empty. Fill it in." in text(slip)
    assert client.post(url, WAIVER)["Location"] == family
    page = text(client.get(family))
    assert "Waiver recorded: Rehmat Bibi, share 12/72." in page and "mother, waived" in page
    assert "waived on 26 Sep 2025, Order 12 of SC 513/2015" in page and "Change heirs" not in page
    assert "2,00,000.00 waived" in text(client.get(obligation.order.case.get_absolute_url()))
    aside = reverse("waiver_set_aside", args=[heir("mother").pk])
    assert f'href="{aside}"' in page
    assert client.post(aside, WAIVER).status_code == 303
    assert "mother, waived" not in text(client.get(family))


def test_refused_waivers_come_back_in_words(w: World, browse: Browse, obligation: Obligation) -> None:
    client = browse("case_officer")
    answer = client.post(reverse("waiver_new", args=[heir("daughter").pk]), WAIVER)
    assert answer.status_code == 422 and "A minor&#x27;s share cannot be waived" in text(answer)
    answer = client.post(reverse("waiver_set_aside", args=[heir("mother").pk]), WAIVER)
    assert answer.status_code == 409 and "has not waived" in text(answer)
    assert browse("quetta").get(reverse("waiver_new", args=[heir("mother").pk])).status_code == 404


def test_other_readers_see_waivers_and_no_way_to_record_one(browse: Browse, obligation: Obligation) -> None:
    page = text(browse("auditor").get(reverse("heirs", args=[obligation.pk])))
    assert "Waivers before the court" in page and "/waiver" not in page


def test_unsound_mind_is_ticked_on_the_form(w: World, browse: Browse) -> None:
    w.person("Zainab Bibi")
    made = w.obligation()
    rows = {"rows_shown": "4", "heir-0-person_text": "Zainab", "heir-0-kinship": "widow", "heir-0-numerator": "1",
            "heir-0-denominator": "1", "heir-0-unsound_mind": "on"}  # fmt: skip
    client, url = browse("case_officer"), reverse("heirs_edit", args=[made.pk])
    assert client.post(url, rows).status_code == 303
    assert Heir.objects.get().unsound_mind
    assert "checked" in text(client.get(url))
    assert "of unsound mind: cannot be waived" in text(client.get(reverse("heirs", args=[made.pk])))
