"""Sanction orders, note sheets and registers over the API."""

import pytest

from beneficiaries.models import RegisterEntry
from funds.models import SanctionOrder
from funds.paperwork import noting, orders
from tests.api.conftest import Api
from tests.world import DAY

pytestmark = pytest.mark.once
LETTER = {"party": "Central Jail", "subject": "List of prisoners", "means": "post", "on": DAY.isoformat()}


def test_the_order_is_the_paper_of_the_page(api: Api) -> None:
    request = api.here.sanctioned()
    answer = api.get("/sanctions/TEST/2025-26/001/paper")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content == orders.render(SanctionOrder.objects.get(disbursement=request))
    assert api.get("/sanctions/TEST/2025-26/002/paper").status_code == 404
    assert api.get("/sanctions/TEST/2025-26/001/paper", as_="quetta").status_code == 404
    assert api.get("/sanctions/../paper").status_code in (404, 422)


def test_the_noting_as_rows_and_as_a_paper(api: Api) -> None:
    request = api.here.sanctioned()
    rows = api.good(api.get(f"/disbursements/{request.pk}/notes"))
    assert [row["act"] for row in rows] == ["Submitted for sanction", "Verified", "Budget agreed", "Sanctioned"]
    assert rows[0]["turns"] == [] and rows[1]["marked_to"] == "Finance officer"
    assert api.get(f"/disbursements/{request.pk}/note-sheet").content == noting.note_sheet(request)
    assert api.get(f"/disbursements/{request.pk}/notes", as_="quetta").status_code == 404


def test_registers_are_listed_by_office_kind_and_year(api: Api) -> None:
    request = api.here.sanctioned()
    (row,) = api.good(api.get("/diary"))["items"]
    assert (row["number"], row["kind"], row["reference"]) == ("DY-MOHR-2025-00001", "request", request.number)
    assert row["office"] == "MOHR" and row["other_office"] is None
    (sent,) = api.good(api.get("/dispatch", kind="order", office="MOHR", year=2025))["items"]
    assert sent["number"] == "DP-MOHR-2025-00001"
    for nothing in ({"kind": "voucher"}, {"office": "QTA"}, {"year": 2024}):
        assert api.good(api.get("/dispatch", **nothing))["items"] == []
    assert api.good(api.get("/diary", as_="quetta"))["items"] == []


def test_a_letter_is_entered_once_for_one_key(api: Api) -> None:
    first = api.post("/dispatch", LETTER, as_="verifier", key="a")
    assert first.status_code == 201 and api.good(first)["number"] == "DP-MOHR-2025-00001"
    assert api.post("/dispatch", LETTER, as_="verifier", key="a").json() == first.json()
    assert RegisterEntry.objects.count() == 1
    assert api.good(api.post("/diary", LETTER, as_="quetta"))["number"] == "DY-QTA-2025-00001"
    assert api.post("/dispatch", LETTER | {"means": "system"}, as_="verifier").status_code == 422
    wrong = api.post("/dispatch", LETTER | {"party": " "}, as_="verifier")
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"party"})
    assert api.post("/dispatch", LETTER, as_="auditor").status_code == 403
