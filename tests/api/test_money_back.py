"""Receipts, refunds, bail deposits and soft loans over the API."""

import pytest

from tests.api.conftest import Api
from tests.funds import owing_world
from tests.permissions.money_back import paper_of

pytestmark = pytest.mark.django_db


def test_a_deposit_given_back_in_part_and_kept_in_part(api: Api) -> None:
    line = owing_world.deposit(api.here)
    voucher = line.disbursement.sanction.voucher.number
    body = {"voucher": voucher, "amount": "50000.00", "received_from": "Court", "reference": "C 1", "on": "2025-10-20"}
    made = api.good(api.post("/refunds", body, as_="fund_manager", key="k1"))
    again = api.good(api.post("/refunds", body, as_="fund_manager", key="k1"))
    assert again["number"] == made["number"] and (made["kind"], made["head"], made["state"]) == (
        "refund",
        "F-BAIL",
        "stands",
    )
    assert made["back"] == {"voucher": voucher, "line": 1, "principal": "50000.00", "charge": "0.00"}
    much = api.post("/refunds", body | {"amount": "40000.01", "reference": "C 2"}, as_="fund_manager")
    assert much.status_code == 422 and list(much.json()["fields"]) == ["amount"]
    kept = {
        "amount": "40000.00",
        "forfeited_on": "2025-10-20",
        "order_number": "12",
        "paper": paper_of(line),
        "reason": "s.514",
    }
    asked = api.good(api.post(f"/bail-deposits/{line.pk}/forfeit", kept, as_="fund_manager"))
    assert api.good(api.post(f"/forfeitures/{asked['id']}/agree", as_="approver"))["decision"]["outcome"] == "agreed"
    (row,) = api.good(api.get("/bail-deposits", fund="TEST"))["items"]
    assert row == api.good(api.get(f"/bail-deposits/{line.pk}")) and row["state"] == "settled"
    assert (row["returned"], row["forfeited"], row["outstanding"]) == ("50000.00", "40000.00", "0.00")


def test_a_receipt_is_printed_and_cancelled(api: Api) -> None:
    number = api.good(api.get("/receipts"))["items"][0]["number"]
    assert api.get(f"/receipts/{number}/pdf").status_code == 409
    printed = api.post(f"/receipts/{number}/print", as_="fund_manager")
    assert (printed.status_code, printed["Content-Type"]) == (200, "application/pdf")
    assert api.get(f"/receipts/{number}/pdf").content.startswith(b"%PDF")
    api.good(api.post(f"/receipts/{number}/cancel", {"reason": "Another fund's"}, as_="fund_manager"))
    told = api.good(api.post(f"/receipts/{number}/cancel/agree", as_="approver"))
    assert (told["receipt"], told["decision"]["outcome"]) == (number, "agreed")
    assert api.good(api.get(f"/receipts/{number}"))["state"] == "cancelled"


def test_a_loan_with_its_schedule(api: Api) -> None:
    line = owing_world.loan(api.here)
    owing_world.back(api.here, line, "3030")
    (row,) = api.good(api.get("/loans"))["items"]
    assert row == api.good(api.get(f"/loans/{line.pk}"))
    assert (row["charge"], row["paid"], row["left"], row["outstanding"]) == ("120.00", "3030.00", "9090.00", "9000.00")
    assert [due["paid"] for due in row["dues"][:3]] == ["2020.00", "1010.00", "0.00"] and row["state"] == "late"
