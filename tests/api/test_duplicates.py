"""Duplicates over the API: people alike, the question at registration and its answer, the queue."""

import pytest

from beneficiaries.models import Pair, Person
from tests.api.conftest import Api, person
from tests.beneficiaries.test_duplicates import the_pair, zainab

pytestmark = pytest.mark.once


@pytest.fixture
def pair(api: Api) -> Pair:
    return the_pair(api.here)


def test_people_alike_are_found_before_anybody_is_registered(api: Api) -> None:
    first = zainab(api.here, cnic="42201-0397640-8")
    body = {"name": "زینب بی بی", "relative_name": "Nur Ahmad", "gender": "F", "district": api.here.district.pk}
    (row,) = api.good(api.post("/people/alike", body | {"born_on": "1991-02-01"}, as_="case_officer"))
    assert (row["person"]["id"], row["person"]["cnic"]) == (first.pk, "42201-*******-8")
    assert row["score"] >= 75 and "Same district" in row["reasons"]
    assert api.good(api.post("/people/alike", body, as_="quetta")) == []
    assert api.post("/people/alike", body, as_="fund_manager").status_code == 403
    answer = api.post("/people/alike", body | {"cnic": "1"}, as_="case_officer")
    assert answer.status_code == 422 and "cnic" in answer.json()["fields"]


def test_a_likely_duplicate_is_refused_until_it_is_answered(api: Api) -> None:
    first = zainab(api.here)
    body = person(api, name="Zaynab", cnic=None, born_on="1990-05-01", distinct_because="")
    answer = api.post("/people", body, as_="case_officer", key="one")
    found = answer.json()
    assert (answer.status_code, found["code"], found["fields"]["ids"]) == (409, "likely_duplicate", str(first.pk))
    made = api.good(api.post("/people", body | {"distinct_because": "Her cousin"}, as_="case_officer", key="two"))
    assert made["merged_into_id"] is None and Person.objects.count() == 2
    (row,) = api.good(api.get("/duplicates"))["items"]
    assert (row["first"]["id"], row["second"]["id"], row["said"]) == (first.pk, made["id"], "Her cousin")
    assert api.good(api.get("/duplicates", as_="quetta"))["items"] == []
    assert api.get("/duplicates", as_="ddo").status_code == 403


def test_deciding_and_undoing(api: Api, pair: Pair) -> None:
    address = f"/duplicates/{pair.pk}/decide"
    body = {"act": "merged", "reason": "One card", "keep": pair.first_id}
    assert api.post(address, body, as_="case_officer").status_code == 403
    assert api.post(address, body | {"keep": 999_999}, as_="verifier").status_code == 422
    assert api.post(address, body | {"act": "parted"}, as_="verifier").status_code == 422
    assert api.post(address, body | {"reason": " "}, as_="verifier").status_code == 422
    made = api.good(api.post(address, body, as_="verifier", key="merge"))
    assert (made["act"], made["kept_id"], made["gone_id"]) == ("merged", pair.first_id, pair.second_id)
    assert api.good(api.post(address, body, as_="verifier", key="merge")) == made  # sent twice, done once
    assert api.post(address, body, as_="verifier", key="again").status_code == 409
    assert api.good(api.get(f"/people/{pair.second_id}"))["merged_into_id"] == pair.first_id
    assert [row["id"] for row in api.good(api.get("/people"))["items"]] == [pair.first_id]
    part = f"/people/{pair.second_id}/part"
    assert api.post(part, {"reason": "Two cards"}, as_="case_officer").status_code == 403
    assert api.good(api.post(part, {"reason": "Two cards"}, as_="verifier"))["act"] == "parted"
    assert api.post(part, {"reason": "Two cards"}, as_="verifier").status_code == 409


def test_a_merged_person_is_refused_by_every_act(api: Api, pair: Pair) -> None:
    body = {"act": "merged", "reason": "One card", "keep": pair.first_id}
    api.good(api.post(f"/duplicates/{pair.pk}/decide", body, as_="verifier"))
    child = person(api, name="Hamza", cnic=None, is_minor=True, guardian=pair.second_id)
    answer = api.post("/people", child, as_="case_officer")
    assert (answer.status_code, answer.json()["code"]) == (409, "merged")
    assert answer.json()["fields"]["ids"] == str(pair.first_id)


def test_marking_different_and_linked(api: Api, pair: Pair) -> None:
    body = {"act": "linked", "reason": "One card"}
    assert api.post(f"/duplicates/{pair.pk}/decide", body, as_="verifier").status_code == 409
    api.good(api.post(f"/duplicates/{pair.pk}/decide", body | {"act": "different"}, as_="verifier"))
    assert api.good(api.get("/duplicates"))["items"] == []
    assert len(api.good(api.get("/duplicates", state="different"))["items"]) == 1
