"""The whole job over HTTP by bearer tokens: from the person to the closed request, and the statement that shows it."""

from typing import Any

from tests.api.conftest import Api, person
from tests.beneficiaries.papers import samples

DAY = "2025-09-26"


def prisoner_with_heirs(api: Api) -> tuple[int, int]:
    """The case and the obligation of a convict whose diyat goes to three heirs."""
    convict = api.good(api.post("/people", person(api, name="Gulzar Ahmed", gender="M"), as_="case_officer"))
    case = api.good(
        api.post(
            "/cases/prisoner",
            {
                "person": convict["id"],
                "prison": api.here.prison.pk,
                "prisoner_number": "123",
                "sections": "s.316 PPC",
                "fir": {"police_station": "Saddar", "number": "68", "year": 2019},
                "opened_on": DAY,
            },
            as_="case_officer",
        )
    )
    judgment = api.upload(case["id"], "judgment", samples.pdf(), as_="case_officer")
    assert (judgment["pages"], judgment["media_type"]) == (1, "application/pdf")
    order = api.good(
        api.post(
            f"/cases/{case['id']}/orders",
            {"court": api.here.court.pk, "number": "SC 513/2015", "decided_on": "2019-03-14"},
            as_="case_officer",
        )
    )
    obligation = api.good(
        api.post(
            f"/orders/{order['id']}/obligations",
            {"kind": "diyat", "amount_ordered": "1800000.00", "paid_before": "600000.00", "owed_to": "the heirs"},
            as_="case_officer",
        )
    )
    assert obligation["balance"] == "1200000.00"
    heirs = [
        {
            "person": api.good(api.post("/people", person(api, name=name), as_="case_officer"))["id"],
            "kinship": kinship,
            "share": share,
        }
        for name, kinship, share in (
            ("Zainab Bibi", "widow", "1/8"),
            ("Tariq Yaqub", "son", "4/8"),
            ("Ali", "son", "3/8"),
        )
    ]
    made = api.good(api.post(f"/obligations/{obligation['id']}/heirs", {"heirs": heirs}, as_="case_officer"))
    assert [heir["share"] for heir in made] == ["1/8", "4/8", "3/8"]
    return case["id"], obligation["id"]


def sanctioned(api: Api, obligation: int) -> dict[str, Any]:
    """Drafted, submitted and through its chain."""
    draft = api.good(
        api.post(
            "/disbursements",
            {
                "fund": "TEST",
                "kind": "diyat",
                "title": "Balance of diyat",
                "pay_to": "Sessions Judge, Rawalpindi",
                "heirs_of": {"obligation": obligation, "total": "1200000.00"},
                "on": DAY,
            },
            as_="case_officer",
        )
    )
    assert [line["amount"] for line in draft["lines"]["items"]] == ["150000.00", "600000.00", "450000.00"]
    path = f"/disbursements/{draft['id']}"
    row = api.good(api.post(f"{path}/submit", {"on": DAY}, as_="case_officer"))
    for officer in ("verifier", "finance_officer", "approver"):
        body = {"action": "approve", "seen_digest": row["digest"], "on": DAY}
        row = api.good(api.post(f"{path}/decisions", body, as_=officer))
    assert (row["state"], row["room"]["committed"]) == ("sanctioned", "1200000.00")
    return row


def test_diyat_from_person_to_closed_and_in_the_statement(api: Api) -> None:
    case, obligation = prisoner_with_heirs(api)
    row = sanctioned(api, obligation)
    voucher = api.good(api.post("/vouchers", {"disbursement": row["id"], "on": DAY}, as_="ddo"))
    paper = api.post(f"/vouchers/{voucher['number']}/print", as_="ddo")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    for line in row["lines"]["items"]:
        body = {"disbursement": row["id"], "line": line["id"], "number": f"{line['id'] % 9000 + 1}", "on": DAY}
        body |= {"place": "Sessions Court Rawalpindi", "matures_on": "2035-01-01"}
        issued = api.good(api.post("/instruments", body, as_="ddo"))
        api.good(api.post(f"/instruments/{issued['id']}/clear", {"on": DAY}, as_="reconciler"))
        receipt = {"received_by": "Sessions Judge", "on": DAY}
        api.good(api.post(f"/instruments/{issued['id']}/acknowledge", receipt, as_="case_officer"))
    path = f"/disbursements/{row['id']}"
    for step, kind in (("release_order", "release_order"), ("jail_certificate", "release_certificate")):
        paper = api.upload(case, kind, samples.pdf(step), as_="case_officer")["id"]
        body = {"step": step, "reference": f"{step} 12/2025", "on": DAY, "paper": paper}
        api.good(api.post(f"/cases/{case}/release", body, as_="case_officer"))
    release = {"case": case, "reference": "Order 12/2025, jail certificate 3", "on": DAY}
    api.good(api.post(f"{path}/release", release, as_="case_officer"))
    closed = api.good(api.post(f"{path}/close", {"on": DAY}, as_="case_officer"))
    assert (closed["state"], closed["voucher"]) == ("closed", voucher["number"])
    assert [made["outcome"] for step in closed["chain"] for made in step["decisions"]] == ["approved"] * 3

    statement = api.good(api.get("/statements/TEST/2025-26"))
    assert (statement["payments_total"], statement["people_helped"]) == ("1200000.00", 1)
    trial = api.good(api.get("/trial-balance", fund="TEST"))
    assert trial["debit_total"] == trial["credit_total"]
    ledger = api.good(api.get("/general-ledger", fund="TEST", account="G-CHQ", limit=200))
    assert ledger["items"][-1]["balance"] == "0.00"
    entries = api.good(api.get("/entries", fund="TEST", reference=voucher["number"]))
    assert [entry["kind"] for entry in entries["items"]] == ["voucher", "voucher"]
    assert api.good(api.get("/verify"))["ok"] is True


def test_returned_revised_and_cancelled(api: Api) -> None:
    draft = api.here.draft()
    path = f"/disbursements/{draft.pk}"
    row = api.good(api.post(f"{path}/submit", {"on": DAY}, as_="case_officer"))
    turned = {
        "action": "return",
        "ground": "amount",
        "reason": "The amount is too high.",
        "seen_digest": row["digest"],
        "on": DAY,
    }
    assert api.good(api.post(f"{path}/decisions", turned, as_="verifier"))["state"] == "returned"
    (line,) = row["lines"]["items"]
    content = {
        "title": "Relief grant, less",
        "pay_to": "Zainab Bibi",
        "lines": [{"case": line["case_id"], "person": line["person_id"], "amount": "15000.00"}],
    }
    assert api.good(api.post(f"{path}/revise", content, as_="case_officer"))["amount"] == "15000.00"
    done = api.good(api.post(f"{path}/cancel", {"reason": "Withdrawn by the family."}, as_="case_officer"))
    assert done["state"] == "cancelled"
    (decision,) = api.good(api.get(f"{path}/decisions"))["items"]
    assert (decision["outcome"], decision["reason"]) == ("returned", "The amount is too high.")


def test_submit_needs_no_body(api: Api) -> None:
    response = api.client.post(
        f"/api/v1/disbursements/{api.here.draft().pk}/submit",
        "",
        "application/json",
        headers=api.headers("case_officer"),
    )
    assert api.good(response)["state"] == "submitted"
