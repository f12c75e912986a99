"""Heirs over the API: the aid, kinships, waivers."""

from typing import Any

import pytest

from beneficiaries.models import Heir, HeirWaiver, Obligation
from tests.api.conftest import Api

WAIVER = {"decided_on": "2025-09-26", "reference": "Order 12 of SC 513/2015", "reason": "Statement in court"}


@pytest.fixture
def obligation(api: Api) -> Obligation:
    made = api.here.obligation()
    api.here.four_heirs(made)
    return made


def heir(kinship: str) -> int:
    return Heir.objects.get(kinship=kinship).pk


def test_the_aid_answers_like_the_command(api: Api) -> None:
    found = api.good(api.get("/shares", heirs="wife=1,mother=1,son=1,daughter=1", award="1200000"))
    assert [(row["heir"], row["number"], row["share"], row["amount"]) for row in found["heirs"]] == [
        ("wife", 1, "9/72", "150000.00"),
        ("mother", 1, "12/72", "200000.00"),
        ("son", 1, "34/72", "566667.00"),
        ("daughter", 1, "17/72", "283333.00"),
    ]
    assert found["divisor"] == 72 and found["steps"] and found["limits"]
    (row,) = api.good(api.get("/shares", heirs="daughter=3"))["heirs"]
    assert (row["amount"], row["amounts"], row["total"]) == (None, [], None)
    (row,) = api.good(api.get("/shares", heirs="daughter=3", award="100000"))["heirs"]
    assert (row["amount"], row["total"], len(row["amounts"])) == ("33333.00", "100000.00", 3)


@pytest.mark.parametrize(("heirs", "code"), [("wife=5", "for_the_court"), ("cousin=1", "bad_input")])
def test_what_the_aid_cannot_answer_is_named(api: Api, heirs: str, code: str) -> None:
    answer = api.get("/shares", heirs=heirs)
    assert answer.status_code == 422 and answer.json()["code"] == code and answer.json()["fields"]["heirs"]
    assert api.get("/shares", as_="fund_manager", heirs="son=1").status_code == 403


def test_kinships_come_in_the_words_of_the_aid(api: Api, obligation: Obligation) -> None:
    rows = api.good(api.get(f"/obligations/{obligation.pk}/heirs"))["items"]
    assert [(row["kinship"], row["kin"], row["waived"]) for row in rows] == [
        ("widow", "wife", False),
        ("mother", "mother", False),
        ("son", "son", False),
        ("daughter", "daughter", False),
    ]


def test_an_heir_of_unsound_mind_is_recorded_as_such(api: Api) -> None:
    made, person = api.here.obligation(), api.here.person()
    body = {"heirs": [{"person": person.pk, "kinship": "Cousin", "share": "1/1", "unsound_mind": True}]}
    (row,) = api.good(api.post(f"/obligations/{made.pk}/heirs", body, as_="case_officer"))
    assert (row["kinship"], row["kin"], row["unsound_mind"]) == ("Cousin", None, True)
    answer = api.post(f"/heirs/{row['id']}/waiver", WAIVER, as_="case_officer")
    assert answer.status_code == 422 and answer.json()["code"] == "protected_heir"


def waived(api: Api, obligation: Obligation) -> list[Any]:
    rows = api.good(api.get(f"/obligations/{obligation.pk}/heirs"))["items"]
    return [row["kinship"] for row in rows if row["waived"]]


def test_a_waiver_and_its_setting_aside(api: Api, obligation: Obligation) -> None:
    path = f"/heirs/{heir('mother')}/waiver"
    made = api.good(api.post(path, WAIVER, as_="case_officer", key="one"))
    assert {name: made[name] for name in WAIVER} == WAIVER and made["act"] == "waived"
    assert api.good(api.post(path, WAIVER, as_="case_officer", key="one")) == made  # sent twice, recorded once
    assert waived(api, obligation) == ["mother"]
    again = api.post(path, WAIVER, as_="case_officer", key="two")
    assert (again.status_code, again.json()["code"]) == (409, "already_waived")
    api.good(api.post(f"{path}/set-aside", WAIVER, as_="case_officer"))
    assert waived(api, obligation) == [] and HeirWaiver.objects.count() == 2


def test_a_minor_and_another_office_are_refused(api: Api, obligation: Obligation) -> None:
    answer = api.post(f"/heirs/{heir('daughter')}/waiver", WAIVER, as_="case_officer")
    assert answer.status_code == 422 and "A minor's share cannot be waived" in answer.json()["detail"]
    assert api.post(f"/heirs/{heir('mother')}/waiver", WAIVER, as_="quetta").status_code == 404
