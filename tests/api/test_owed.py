"""What is owed and how, over HTTP: the checklist, corrections, payments by others, instalments, loans, permits, values."""

from typing import Any

import pytest

from beneficiaries.models import DiyatValue, Limit, ViolationCeiling
from tests.api.conftest import Api
from tests.world import START

pytestmark = pytest.mark.once
BY = {"as_": "case_officer"}


def test_a_sum_from_its_order_to_its_instalments(api: Api) -> None:
    order = api.here.obligation().order
    made = api.good(api.post(f"/orders/{order.pk}/obligations", {
        "kind": "fine", "amount_ordered": "90000.00", "section": "s.324 PPC", "default_days": 90, "owed_to": "the State",
    }, **BY))  # fmt: skip
    assert (made["contingent"], made["default_days"], made["balance"]) == (False, 90, "90000.00")
    path = f"/obligations/{made['id']}"
    assert api.get(f"{path}/instalments").status_code == 404
    paid = api.good(api.post(f"{path}/prior-payments", {
        "amount": "30000.00", "paid_on": "2025-09-26", "payer": "Government of Punjab", "receipt": "CD 4",
    }, **BY))  # fmt: skip
    plan = {"decided_on": "2025-09-26", "reference": "Order 9",
            "instalments": [{"due_on": day, "amount": "30000.00"} for day in ("2025-10-01", "2199-01-01")]}  # fmt: skip
    found = api.good(api.post(f"{path}/instalments", plan, **BY))
    assert [row["state"] for row in found["instalments"]] == ["late", "to_come"] and found["due_now"] == "30000.00"
    listed = api.good(api.get("/instalments-due", state="late"))
    assert [
        (row["obligation_id"], row["due_on"], row["missed"], row["due_now"], row["left"]) for row in listed["items"]
    ] == [(made["id"], "2025-10-01", 1, "30000.00", "60000.00")]
    assert listed["next"] is None and listed["items"][0]["case"] == order.case.number
    assert api.good(api.get("/instalments-due", state="soon"))["items"] == []
    assert api.get("/instalments-due", as_="fund_manager").status_code == 403
    answer = api.post(f"{path}/instalments", plan | {"instalments": plan["instalments"][:1]}, **BY)
    assert answer.status_code == 422 and "instalments" in answer.json()["fields"]
    assert api.good(api.get(path))["paid_before"] == "30000.00"
    gone = api.good(api.post(f"/prior-payments/{paid['id']}/strike", {"reason": "Another man's"}, **BY))
    assert gone["struck_out"] == "Another man's" and api.good(api.get(path))["balance"] == "90000.00"
    assert (
        api.good(api.post(f"{path}/correct", {"default_days": 60, "reason": "Read again"}, **BY))["default_days"] == 60
    )
    loan = {"amount": "5000.00", "agreed_on": "2025-09-26", "first_due_on": "2025-11-01", "months": 5, "reference": "L 1",
            "charge_percent": "1", "obligation": made["id"]}  # fmt: skip
    assert api.good(api.post(f"/cases/{order.case_id}/loan-terms", loan, **BY))["to_repay"] == "5050.00"
    assert len(api.good(api.get(f"/cases/{order.case_id}/loan-terms"))["items"]) == 1


def test_joint_parts(api: Api) -> None:
    order = api.here.obligation("5", "arsh").order
    body = {"total": "100.00", "convicts": 3, "owed_to": "The heirs of Yaqub"}
    made = api.good(api.post(f"/orders/{order.pk}/joint-obligations", body, **BY))
    assert (made["amount_ordered"], made["joint_place"]) == ("34.00", 1) and made["joint_award_id"]
    assert api.post(f"/orders/{order.pk}/joint-obligations", body, **BY).status_code == 409


def relief(api: Api) -> dict[str, Any]:
    return {"violation": "torture", "happened_on": "2025-06-01", "referral": "court", "referral_reference": "WP 1",
            "district": api.here.district.pk, "recommended_amount": "20000.00", "report": "Seen"}  # fmt: skip


def test_a_case_is_corrected_and_set_aside(api: Api) -> None:
    case = api.here.relief_case()
    fir = {"police_station": "PS Saddar", "number": "068", "year": 2025}
    made = api.good(
        api.post(f"/cases/relief/{case.pk}/correct", relief(api) | {"fir": fir, "reason": "Spelling"}, **BY)
    )
    assert (made["police_station"], made["fir_number"], made["relief"]["referral"]) == ("Saddar", "68", "court")
    twin = api.post("/cases/relief", relief(api) | {"person": case.person_id, "opened_on": "2025-09-26"}, **BY)
    assert (
        twin.status_code == 409
        and twin.json()["code"] == "duplicate"
        and twin.json()["fields"] == {"ids": str(case.pk)}
    )
    assert (
        api.good(api.post(f"/cases/{case.pk}/set-aside", {"reason": "Opened twice"}, **BY))["set_aside_reason"]
        == "Opened twice"
    )
    assert api.good(api.get(f"/cases/{case.pk}/checklist"))[0]["title"] == "The case was set aside"


def test_checklist_permit_and_reason(api: Api) -> None:
    ViolationCeiling.objects.create(violation="torture", amount="15000", effective_from=START, source="Default")
    Limit.objects.create(code="earlier_help_years", value=3, effective_from=START, source="Default")
    case = api.here.relief_case()
    missing = [row["part"] for row in api.good(api.get(f"/cases/{case.pk}/checklist")) if row["state"] == "missing"]
    assert missing == ["ceiling"]
    body = {"up_to": "20000.00", "reason": "Three children"}
    assert api.post(f"/cases/{case.pk}/ceiling-permits", body, **BY).status_code == 403
    assert api.good(api.post(f"/cases/{case.pk}/ceiling-permits", body, as_="approver"))["up_to"] == "20000.00"
    assert api.good(api.get(f"/cases/{case.pk}/ceiling-permits"))["items"][0]["reason"] == "Three children"
    assert api.good(api.get(f"/cases/{case.pk}/earlier-help")) == []
    assert api.post(f"/cases/{case.pk}/earlier-help", {"reason": "None"}, **BY).status_code == 409
    for path in ("checklist", "earlier-help", "ceiling-permits", "loan-terms"):
        assert api.get(f"/cases/{case.pk}/{path}", as_="quetta").status_code == 404, path


def test_values(api: Api) -> None:
    DiyatValue.objects.create(year="2021-22", amount="4261000", exact=False, source="Rounded")
    body = {"year": "2021-22", "amount": "4261234.00", "notification": "S.R.O. 9(I)/2021", "notified_on": "2021-08-20",
            "source": "Gazette"}  # fmt: skip
    made = api.good(api.post("/diyat-values", body, as_="fund_manager"))
    assert (made["exact"], made["amount"]) == (True, "4261234.00")
    assert len(api.good(api.get("/diyat-values"))["items"]) == 1
    bad = api.post("/diyat-values", body | {"year": "2021-23"}, as_="fund_manager")
    assert bad.status_code == 422
    assert DiyatValue.objects.get().history.count() == 2
