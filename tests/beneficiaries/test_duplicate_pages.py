"""Pages of duplicates: asked at registration, the queue, the decision, and the record that leads on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Pair, Person
from beneficiaries.people import merging
from ledger.roles import Role
from tests import world
from tests.beneficiaries.test_duplicates import the_pair, zainab
from tests.world import World

pytestmark = pytest.mark.once

Browse = Callable[[str], Client]
CNIC = "4220103976408"


def form(w: World, **given: object) -> dict[str, Any]:
    return {
        "name": "Zaynab",
        "relation": "daughter",
        "relative_name": "Noor Ahmad",
        "gender": "F",
        "born_on": "1990-05-01",
        "district": w.district.pk,
    } | given


@pytest.fixture
def pair(w: World) -> Pair:
    return the_pair(w)


def test_registering_asks_whether_it_is_one_of_these(w: World, browse: Browse) -> None:
    first = zainab(w, cnic=CNIC)
    client, address = browse("case_officer"), reverse("person_new")
    assert b'type="hidden" name="distinct_because"' in client.get(address).content
    answer = client.post(address, form(w))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Is it one of these?" in page and first.get_absolute_url() in page
    assert "Born on the same day" in page and "42201-*******-8" in page and CNIC not in page
    assert 'type="text" name="distinct_because"' in page and Person.objects.count() == 1
    answer = client.post(address, form(w, distinct_because="Her cousin, both cards seen"))
    assert answer.status_code == 303 and Person.objects.count() == 2
    assert Pair.objects.get().said == "Her cousin, both cards seen"


def test_hidden_digits_count_when_two_are_compared(w: World, browse: Browse) -> None:
    """Two masks may look the same where the numbers are not."""
    zainab(w, cnic="42201-0397640-8", home_address="House 12, Satellite Town")
    zainab(w, "Zaynab", cnic="42201-0397641-8", home_address="house 12 satellite town", distinct_because="Another card")
    page = browse("verifier").get(Pair.objects.get().get_absolute_url()).content.decode()
    assert page.count("42201-*******-8") == 2
    assert "CNIC<small><b>differs</b></small>" in page and "Address<small>the same</small>" in page


def test_another_offices_people_are_not_shown(w: World, browse: Browse) -> None:
    zainab(w)
    assert browse("quetta").post(reverse("person_new"), form(w)).status_code == 303
    assert Pair.objects.count() == 1
    for name in ("duplicates", "people"):
        assert b"Zainab Bibi" not in browse("quetta").get(reverse(name)).content
    assert browse("quetta").get(Pair.objects.get().get_absolute_url()).status_code == 404
    quettas = world.make_user("quetta_verifier", w.quetta_office, Role.VERIFIER)
    client = Client()
    client.force_login(quettas)
    sent = {"decision": "linked", "reason": "One card"}
    assert client.post(reverse("duplicate_decide", args=[Pair.objects.get().pk]), sent).status_code == 404
    assert b"two offices keep" in browse("verifier").get(Pair.objects.get().get_absolute_url()).content


def test_the_queue_shows_what_agrees(w: World, browse: Browse, pair: Pair) -> None:
    page = browse("verifier").get(reverse("duplicates")).content.decode()
    assert "Zainab Bibi" in page and "Alike name: Zainab Bibi / Zaynab" in page and "Told at registration" in page
    assert '<span class="count">1</span>' in browse("case_officer").get(reverse("people")).content.decode()
    assert "Duplicates" not in browse("finance_officer").get(reverse("people")).content.decode()


def test_side_by_side_with_what_cannot_be_undone(w: World, browse: Browse, pair: Pair) -> None:
    page = browse("verifier").get(pair.get_absolute_url()).content.decode()
    assert "cannot be told apart and stays there" in page and f"keep record {pair.first_id}" in page
    page = browse("case_officer").get(pair.get_absolute_url()).content.decode()
    assert "A verifier decides." in page and "duplicate_decide" not in page


def test_deciding_leads_on(w: World, browse: Browse, pair: Pair) -> None:
    client, address = browse("verifier"), reverse("duplicate_decide", args=[pair.pk])
    assert client.post(address, {"decision": "different"}).status_code == 422
    assert client.post(address, {"decision": "keep-999", "reason": "One card"}).status_code == 422
    answer = client.post(address, {"decision": "different", "reason": "Cards seen"}, follow=True)
    assert "are two people" in answer.content.decode() and "No further pair waits" in answer.content.decode()
    answer = client.post(address, {"decision": "different", "reason": "Cards seen"})
    assert answer.status_code == 409
    assert "Cards seen" in client.get(reverse("duplicates"), {"show": "decided"}).content.decode()


def test_what_stands_in_the_way_is_on_the_page(w: World, browse: Browse) -> None:
    zainab(w, cnic="42201-0397640-8")
    zainab(w, "Zaynab", cnic="42201-0397640-6")
    pair = Pair.objects.get()
    assert b"Each has a CNIC" in browse("verifier").get(pair.get_absolute_url()).content
    sent = {"decision": f"keep-{pair.first_id}", "reason": "One person"}
    answer = browse("verifier").post(reverse("duplicate_decide", args=[pair.pk]), sent)
    assert answer.status_code == 409 and b"Each has a CNIC" in answer.content


def test_a_merged_record_leads_to_the_kept_one_and_can_be_read(w: World, browse: Browse, pair: Pair) -> None:
    sent = {"decision": f"keep-{pair.first_id}", "reason": "One card"}
    answer = browse("verifier").post(reverse("duplicate_decide", args=[pair.pk]), sent, follow=True)
    assert answer.redirect_chain == [(pair.first.get_absolute_url(), 303)]
    client = browse("case_officer")
    answer = client.get(pair.second.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1][0] == pair.first.get_absolute_url()
    assert "was merged into this one" in answer.content.decode()
    assert "Merged into this record" in answer.content.decode()
    page = client.get(reverse("person_merged", args=[pair.second_id])).content.decode()
    assert "One card" in page and "Undo the merge" not in page
    assert client.get(reverse("person_merged", args=[pair.first_id])).status_code == 404


def test_undoing_a_merge(w: World, browse: Browse, pair: Pair) -> None:
    merging.merge(pair=pair.pk, keep=pair.first_id, reason="One card", by=w["verifier"])
    client, address = browse("verifier"), reverse("person_part", args=[pair.second_id])
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"reason": "Two cards"}, follow=True)
    assert answer.redirect_chain == [(pair.second.get_absolute_url(), 303)]
    assert client.post(address, {"reason": "Two cards"}).status_code == 404


def test_a_persons_page_tells_of_pairs_papers_and_relations(w: World, browse: Browse) -> None:
    award = w.obligation()
    w.four_heirs(award)
    convict = award.order.case.person
    page = browse("verifier").get(convict.get_absolute_url()).content.decode()
    assert "diyat to Zainab Bibi, widow" in page and "Certified judgment" in page
    widow = award.heirs.get(person__name="Zainab Bibi").person
    child = w.person("Maryam", is_minor=True, guardian=widow)
    page = browse("verifier").get(widow.get_absolute_url()).content.decode()
    assert "share 9/72; owed by Gulzar Ahmed" in page and "of Maryam" in page
    assert "of Zainab Bibi" in browse("verifier").get(child.get_absolute_url()).content.decode()
    zainab(w, "Zaynab", relation=widow.relation, relative_name=widow.relative_name, born_on=None)
    page = browse("verifier").get(widow.get_absolute_url()).content.decode()
    assert "This may be the same person as Zaynab" in page
    assert "may be the same person" not in browse("ddo").get(widow.get_absolute_url()).content.decode()


def test_two_offices_of_one_person_are_told_to_the_federal_one_only(w: World, browse: Browse) -> None:
    zainab(w)
    theirs = zainab(w, "Zaynab", by=w["quetta"])
    merging.mark_linked(pair=Pair.objects.get().pk, reason="One card", by=w["verifier"])
    assert b"keeps a record of the same person" in browse("verifier").get(theirs.get_absolute_url()).content
    assert b"keeps a record of the same person" not in browse("quetta").get(theirs.get_absolute_url()).content


def test_a_cnic_in_the_address_of_a_list_finds_nobody(w: World, browse: Browse) -> None:
    """Addresses stand in logs; the search box sends the same by POST and finds the person and the cases."""
    person = w.person("Sakina Khatoon", cnic="34201-0891231-8", born_on=date(1980, 1, 1))
    case = w.bare_case(person)
    client = browse("case_officer")
    for name in ("case_list", "people"):
        assert b"Sakina" not in client.get(reverse(name), {"q": "34201 0891231 8".replace(" ", "-")[:9]}).content
    answer = client.post(reverse("search"), {"q": "3420108912318"}, follow=True)
    assert answer.redirect_chain[-1][0] == person.get_absolute_url()
    assert case.number in answer.content.decode()
