"""Pages of referrals through the whole stack: inbox, one referral, accept with who it may be, duplicate, decline, take up again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Case, Pair, Person, ReferralDecision
from beneficiaries.referral import referrals
from tests.world import World

pytestmark = pytest.mark.once
Browse = Callable[[str], Client]
CNIC = "42201-0397641-8"


def text(answer: Any) -> str:
    return answer.content.decode()


def relief(**more: str) -> dict[str, str]:
    told = {"person": "new", "relation": "daughter", "relative_name": "Noor Ahmed", "violation": "torture"}
    return told | {"happened_on": "2025-06-01", "recommended_amount": "20,000"} | more


def test_from_the_inbox_to_a_case(w: World, browse: Browse) -> None:
    made = w.referral(cnic=CNIC, summary="Held three days", fir_number="68", fir_year="2019", police_station="Saddar")
    client = browse("case_officer")
    assert "1 referral to look at" in text(client.get("/"))
    inbox = text(client.get(reverse("referrals")))
    assert "Rabia Bano" in inbox and "42201-*******-8" in inbox and made.get_absolute_url() in inbox
    page = text(client.get(made.get_absolute_url()))
    assert "Held three days" in page and "Nobody like this person is registered" in page
    address = reverse("referral_accept", args=[made.pk])
    form = text(client.get(address))
    assert 'value="68"' in form and 'value="2025-06-01"' in form and "Noor Ahmed" in form
    answer = client.post(address, {})
    assert answer.status_code == 422 and "Say whether the person is registered already." in text(answer)
    answer = client.post(address, relief(district=str(w.district.pk)))
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, case.get_absolute_url())
    assert case.relief.referral_reference == made.reference and case.person.relative_name == "Noor Ahmed"
    assert "Next: " in text(client.get(answer["Location"]))
    page = text(client.get(made.get_absolute_url()))
    assert case.number in page and "Accept as a case" not in page
    assert client.post(address, relief(district=str(w.district.pk))).status_code in (409, 422)
    assert "referral to look at" not in text(client.get("/"))


def test_a_registered_person_is_offered(w: World, browse: Browse) -> None:
    person = w.person("Rabia Bano", cnic=CNIC)
    case = w.relief_case(person)
    made, client = w.referral(cnic=CNIC), browse("case_officer")
    other = w.referral(cnic=CNIC)
    page = text(client.get(made.get_absolute_url()))
    assert person.described in page and case.number in page and f"#{other.pk}" in page
    address = reverse("referral_accept", args=[made.pk])
    assert "registered already" in text(client.get(address))
    answer = client.post(address, relief(district=str(w.district.pk)))
    assert answer.status_code == 409 and "already registered" in text(answer)
    again = relief(district=str(w.district.pk), person=str(person.pk))
    assert client.post(address, again).status_code == 409  # the case that is there
    answer = client.post(address, again | {"violation": "kidnapping"})
    assert answer.status_code == 303 and Person.objects.filter(name="Rabia Bano").count() == 1
    assert client.post(address, relief(person="999999")).status_code in (409, 422)


def test_somebody_much_alike_is_offered_and_a_reason_asked(w: World, browse: Browse) -> None:
    """Without a CNIC: the person on record is shown with what agrees; another one needs a reason."""
    person = w.person("Rabia Bano", relation="daughter", relative_name="Noor Ahmed")
    made, client = (
        w.referral(name="Rabia Banu", relation="daughter", relative_name="Noor Ahmad"),
        browse("case_officer"),
    )
    assert person.described in text(client.get(made.get_absolute_url()))
    address = reverse("referral_accept", args=[made.pk])
    assert "registered already, " in text(client.get(address))
    new = relief(district=str(w.district.pk), relation="daughter", relative_name="Noor Ahmad")
    answer = client.post(address, new)
    assert answer.status_code == 409 and "may be registered already" in text(answer)
    assert client.post(address, new | {"distinct_because": "Her sister, by the papers"}).status_code == 303
    assert Pair.objects.get().said == "Her sister, by the papers"


def test_duplicate_decline_and_take_up_again(w: World, browse: Browse) -> None:
    made, other, client = w.referral(), w.referral(), browse("case_officer")
    case = w.relief_case()
    address = reverse("referral_duplicate", args=[made.pk])
    for of, status in (("", 422), ("KHI-1999-00001", 422), ("²", 422), (f"#{made.pk}", 422), ("9" * 18, 404)):
        assert client.post(address, {"of": of, "reason": "Twice"}).status_code == status, of
    assert client.post(address, {"of": case.number, "reason": "Twice"}).status_code == 303
    page = text(client.get(made.get_absolute_url()))
    assert case.get_absolute_url() in page and "Take up again" in page
    assert client.post(reverse("referral_reopen", args=[made.pk]), {"reason": "Another man"}).status_code == 303
    assert client.post(address, {"of": f"#{other.pk}", "reason": "Twice"}).status_code == 303
    decline = reverse("referral_decline", args=[other.pk])
    assert client.post(decline, {"reason": " "}).status_code == 422
    assert client.post(decline, {"reason": "Not ours"}).status_code == 303
    assert "Not ours" in text(client.get(other.get_absolute_url()))
    assert ReferralDecision.objects.count() == 4
    for state, name in (("duplicate", made), ("declined", other)):
        assert name.reference in text(client.get(f"{reverse('referrals')}?state={state}"))


def test_filters_and_other_offices(w: World, browse: Browse) -> None:
    made = w.referral(name="Abdul Wahid", gender="M", relation="son")
    auditor = browse("auditor")
    queries = {"q=wahid": True, "q=1099": True, "q=zainab": False, "source=laja": False, "kind=relief": True}
    queries |= {f"office={w.quetta_office.pk}": False, "state=accepted": False, "source=x&office=²&q=": True}
    for query, found in queries.items():
        assert ("Abdul Wahid" in text(auditor.get(f"{reverse('referrals')}?{query}"))) is found, query
    assert "Accept as a case" not in text(auditor.get(made.get_absolute_url()))
    stranger = browse("quetta")
    assert "Abdul Wahid" not in text(stranger.get(reverse("referrals")))
    for name in ("referral", "referral_accept", "referral_duplicate", "referral_decline", "referral_reopen"):
        assert stranger.get(reverse(name, args=[made.pk])).status_code == 404


def test_the_case_and_the_search_lead_back_to_the_referral(w: World, browse: Browse) -> None:
    client, by = browse("case_officer"), w["case_officer"]
    made, again = w.referral(cnic=CNIC), w.referral(cnic=CNIC)
    found = text(client.post("/search", {"q": made.name}))
    assert made.get_absolute_url() in found and "· New" in found
    assert again.get_absolute_url() in text(client.post("/search", {"q": CNIC}))
    straight = client.post("/search", {"q": made.reference})
    assert (straight.status_code, straight["Location"]) == (302, made.get_absolute_url())
    case = referrals.accept(
        referral=made.pk, by=by, person_values={"distinct_because": "Seen"},
        case_values={"violation": "torture", "happened_on": date(2025, 6, 1), "district": w.district,
                     "recommended_amount": "20000"},
    )  # fmt: skip
    referrals.mark_duplicate(referral=again.pk, case=case.pk, reason="Told twice", by=by)
    page = text(client.get(case.get_absolute_url()))
    assert made.get_absolute_url() in page and "this case was opened of it" in page
    assert again.get_absolute_url() in page
    for asked in (made.reference, again.reference):
        found = text(client.post("/search", {"q": asked}))
        assert case.get_absolute_url() in found, asked
        assert case.number in text(client.get("/cases/", {"q": asked}))
    referrals.reopen(referral=again.pk, reason="Another matter", by=by)
    assert again.get_absolute_url() not in text(client.get(case.get_absolute_url()))
    assert case.number not in text(client.get("/cases/", {"q": again.reference}))


def test_search_shows_no_referral_of_another_office(w: World, browse: Browse) -> None:
    made = w.referral(cnic=CNIC)
    for asked in (made.reference, made.name, CNIC):
        assert made.get_absolute_url() not in text(browse("quetta").post("/search", {"q": asked}))
        # Asked of the service too, because the database would hide the row from the page by itself.
        assert list(referrals.find(w["case_officer"], asked)) == [made] and not referrals.find(w["quetta"], asked)
