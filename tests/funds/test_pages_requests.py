"""Requests by clicking: the whole way from a case to closed, the entry form for each kind, the list."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds import approvals, disbursements
from funds.models import Disbursement, Instrument, PayeeLine, Voucher
from funds.requests.payees import Payee
from ledger.clock import today
from tests.funds.pages import as_, hidden, source, words
from tests.world import DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def test_from_case_to_closed_by_clicking(here: World) -> None:
    obligation = here.obligation()
    here.four_heirs(obligation)
    maker = as_(here["case_officer"])
    case = obligation.order.case
    first = source(maker.get(f"/requests/new/?case={case.pk}"))
    assert "TEST:diyat" in first and "TEST:fine" not in first
    second = source(maker.get(f"/requests/new/?case={case.pk}&what=TEST:diyat&pick=o{obligation.pk}&go=1"))
    assert "9/72" in second and "5,66,667.00" in second
    answer = maker.post(
        "/requests/new/",
        hidden(second)
        | {
            "title": "Balance of diyat",
            "pay_to": "Sessions Judge",
            "total": "12,00,000",
            **{f"lines-{n}-method": "cheque" for n in (1, 2, 3)},
            "lines-4-method": "certificate",
        },
    )
    assert answer.status_code == 303, words(answer)
    request = Disbursement.objects.get()
    page = answer["Location"]
    assert maker.post(f"{page}submit").status_code == 303
    for role in ("verifier", "finance_officer", "approver"):
        client = as_(here[role])
        shown = source(client.get(page))
        assert "Your decision is next." in shown
        sent = {"decision": "approve", "seen": hidden(shown)["seen"][0], "approve-read": "on"}
        assert client.post(f"{page}decide", sent).status_code == 303
    ddo = as_(here["ddo"])
    assert ddo.post(f"{page}voucher").status_code == 303
    voucher = Voucher.objects.get()
    assert voucher.number in words(ddo.get(page))
    printed = ddo.post(f"/vouchers/{voucher.number}/pdf")
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    numbers = {f"number-{line.pk}": f"0047{line.position}" for line in request.lines.all()}
    (kept,) = request.lines.filter(method="certificate")
    slip = ddo.post(f"{page}instruments", numbers | {f"place-{kept.pk}": "", f"matures_on-{kept.pk}": "2035-01-01"})
    assert slip.status_code == 422 and "Court through which it goes is empty" in words(slip)
    numbers |= {f"place-{kept.pk}": "Sessions Court Rawalpindi", f"matures_on-{kept.pk}": "2035-01-01"}
    assert ddo.post(f"{page}instruments", numbers).status_code == 303
    told = words(ddo.get(page))
    assert "In the name of: Maryam Yaqub" in told and "Matures on: 1 Jan 2035" in told
    ticked = {"instrument": [str(pk) for pk in Instrument.objects.values_list("pk", flat=True)]}
    assert as_(here["reconciler"]).post(f"{page}clear", ticked).status_code == 303
    receipt = ticked | {"received_by": "Sessions Judge", "reference": "R 12"}
    assert maker.post(f"{page}receipts", receipt).status_code == 303
    assert "record the release first" in words(maker.get(page))
    assert "Record the release order first" in words(maker.get(page))
    here.confirm(case, on=today())
    assert maker.post(f"{page}release", {"case": case.pk, "reference": "Order 12, certificate 3"}).status_code == 303
    assert maker.post(f"{page}close").status_code == 303
    request.refresh_from_db()
    assert request.state == "closed"
    assert source(maker.get(f"{page}?tab=money")).count("Cleared by the bank") == 4


def test_several_cases_become_one_list(here: World) -> None:
    cases = [here.relief_case(here.person(name)) for name in ("Abdul Wahid", "Rukhsana Bibi")]
    maker = as_(here["case_officer"])
    picks = "&".join(f"pick=c{case.pk}" for case in cases)
    form = source(maker.get(f"/requests/new/?what=TEST:relief_grant&{picks}&go=1"))
    assert "Relief grants, 2 people" in form and form.count("20,000.00") >= 2
    lines = {f"lines-{n}-{name}": value for n in (1, 2) for name, value in (("amount", "15,000"), ("method", "cheque"))}
    answer = maker.post("/requests/new/", hidden(form) | lines | {"title": "List", "pay_to": "2 people"})
    request = Disbursement.objects.get()
    assert answer.status_code == 303 and request.amount == Decimal(30000)
    assert set(request.lines.values_list("payee_name", flat=True)) == {"Abdul Wahid", "Rukhsana Bibi"}


def test_the_same_form_sent_twice_makes_one_draft(here: World) -> None:
    case = here.relief_case()
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:relief_grant&pick=c{case.pk}&go=1"))
    sent = hidden(form) | {"title": "T", "pay_to": "P", "lines-1-amount": "20000", "lines-1-method": "cheque"}
    assert len({maker.post("/requests/new/", sent)["Location"] for _ in range(2)}) == 1
    assert Disbursement.objects.count() == 1


def test_errors_stand_at_their_line_in_the_words_of_the_service(here: World) -> None:
    case = here.relief_case()
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:relief_grant&pick=c{case.pk}&go=1"))
    sent = hidden(form) | {
        "title": "Kept title",
        "pay_to": "P",
        "lines-1-amount": "12,0,00",
        "lines-1-method": "transfer",
    }
    answer = maker.post("/requests/new/", sent)
    assert answer.status_code == 422 and not Disbursement.objects.exists()
    page = source(answer)
    assert 'href="#id_lines-1-amount"' in page and "is not an amount" in page
    assert "A transfer needs the payee&#x27;s IBAN." in page
    assert "Kept title" in page and "12,0,00" in page


def test_a_minor_is_not_paid_in_hand(here: World) -> None:
    case = here.relief_case(here.person("Mahnoor", is_minor=True))
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:relief_grant&pick=c{case.pk}&go=1"))
    assert '<option value="certificate" selected>' in form
    sent = hidden(form) | {"title": "T", "pay_to": "P", "lines-1-amount": "20000", "lines-1-method": "cheque"}
    answer = maker.post("/requests/new/", sent)
    assert answer.status_code == 422 and "Mahnoor is a minor" in words(answer)


@pytest.mark.parametrize(
    ("kind", "payee", "method"), [("fine", "treasury", "challan"), ("bail_deposit", "court", "court_deposit")]
)
def test_fines_and_bail_go_to_institutions(here: World, kind: str, payee: str, method: str) -> None:
    obligation = here.obligation("250000", kind)
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:{kind}&pick=o{obligation.pk}&go=1"))
    assert f'<option value="{payee}" selected>' in form and f'<option value="{method}" selected>' in form
    line = {"amount": "2,50,000", "payee_kind": payee, "payee_name": "Treasury Rawalpindi", "method": method}
    sent = hidden(form) | {"title": "T", "pay_to": "P"} | {f"lines-1-{name}": value for name, value in line.items()}
    assert maker.post("/requests/new/", sent).status_code == 303
    assert PayeeLine.objects.get().payee_kind == payee
    again = words(maker.get(f"/requests/new/?what=TEST:{kind}"))
    assert "No case fits." in again, "an order that is asked for in full is not offered again"


def test_shares_are_worked_out_without_saving(here: World) -> None:
    obligation = here.obligation()
    here.four_heirs(obligation)
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:diyat&pick=o{obligation.pk}&go=1"))
    sent = hidden(form) | {"title": "T", "pay_to": "P", "total": "7,20,000", "shares": "1"}
    answer = maker.post("/requests/new/", sent)
    assert answer.status_code == 200 and "Rs 3,40,000.00" in words(answer) and not Disbursement.objects.exists()


def test_more_than_the_award_is_refused_at_the_total(here: World) -> None:
    obligation = here.obligation()
    here.four_heirs(obligation)
    maker = as_(here["case_officer"])
    form = source(maker.get(f"/requests/new/?what=TEST:diyat&pick=o{obligation.pk}&go=1"))
    methods = {f"lines-{n}-method": "certificate" for n in (1, 2, 3, 4)}
    answer = maker.post("/requests/new/", hidden(form) | methods | {"title": "T", "pay_to": "P", "total": "25,00,000"})
    assert answer.status_code == 422
    assert 'href="#id_total"' in source(answer) and "1 thing to correct" in words(answer)
    assert "Amount Rs 25,00,000.00 is more than the balance of the award, Rs 12,00,000.00." in words(answer)


def test_a_returned_request_is_corrected_and_sent_again(here: World) -> None:
    request = here.submitted()
    approvals.return_for_correction(
        disbursement=request.pk, by=here["verifier"], ground="other", reason="Compare the name."
    )
    maker = as_(here["case_officer"])
    assert "Compare the name." in words(maker.get(f"/requests/{request.pk}/"))
    form = source(maker.get(f"/requests/{request.pk}/edit/"))
    assert 'value="20,000.00"' in form
    sent = {
        "title": "Corrected",
        "pay_to": "P",
        "lines-1-amount": "18000",
        "lines-1-method": "cheque",
        "reason": "Amount",
    }
    assert maker.post(f"/requests/{request.pk}/edit/", sent).status_code == 303
    assert maker.post(f"/requests/{request.pk}/submit").status_code == 303
    request.refresh_from_db()
    assert (request.title, request.amount, request.state) == ("Corrected", Decimal(18000), "submitted")


def test_heirs_keep_their_methods_when_a_draft_is_changed(here: World) -> None:
    request = here.diyat()
    form = source(as_(here["case_officer"]).get(f"/requests/{request.pk}/edit/"))
    assert 'value="12,00,000.00"' in form and "17/72" in form


def test_who_may_not_draft_or_change(here: World) -> None:
    assert as_(here["verifier"]).get("/requests/new/").status_code == 403
    draft = here.draft()
    assert as_(here["quetta"]).get(f"/requests/{draft.pk}/edit/").status_code == 404
    submitted = here.submitted()
    assert as_(here["case_officer"]).get(f"/requests/{submitted.pk}/edit/").status_code == 409


def test_a_case_of_another_office_is_not_offered(here: World) -> None:
    case = here.relief_case()
    quetta = as_(here["quetta"])
    assert quetta.get(f"/requests/new/?case={case.pk}").status_code == 404
    answer = quetta.get(f"/requests/new/?what=TEST:relief_grant&pick=c{case.pk}&go=1")
    assert answer.status_code == 422 and "Tick at least one case." in words(answer)


def test_list_filters_counts_and_sums(here: World) -> None:
    here.draft("11000")
    here.submitted(here.draft("22000"))
    reader = as_(here["auditor"])
    assert "2 requests, Rs 33,000.00 in all." in words(reader.get("/requests/"))
    assert "1 request, Rs 22,000.00 in all." in words(reader.get("/requests/?tab=chain"))
    assert "1 request, Rs 11,000.00 in all." in words(reader.get("/requests/?state=draft"))
    assert "No request fits these filters." in words(reader.get("/requests/?q=nobody"))
    assert "2 requests" in words(reader.get("/requests/?q=zainab")), "found by the payee"


def test_other_offices_see_nothing(here: World) -> None:
    request = here.draft()
    quetta = as_(here["quetta"])
    assert "There is no request yet." in words(quetta.get("/requests/"))
    for address in (
        "",
        "submit",
        "decide",
        "cancel",
        "voucher",
        "instruments",
        "clear",
        "receipts",
        "release",
        "close",
    ):
        send = quetta.get if not address else quetta.post
        assert send(f"/requests/{request.pk}/{address}").status_code == 404, address


def asked(here: World, role: str, address: str) -> int:
    """How many questions a page asks the database."""
    client = as_(here[role])
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


# The most that a page of this kind asks today; more should be a decision, not an accident.
MOST_OF_A_LIST, MOST_OF_A_REQUEST = 28, 54


def test_lists_ask_the_database_a_fixed_number_of_times(here: World) -> None:
    pages = (
        ("case_officer", "/requests/"),
        ("verifier", "/"),
        ("verifier", "/?tab=others"),
        ("auditor", "/"),
        ("case_officer", "/"),
    )
    here.submitted(here.draft())
    few = [asked(here, *page) for page in pages]
    for _ in range(11):
        here.submitted(here.draft())
    assert [asked(here, *page) for page in pages] == few
    assert max(few) <= MOST_OF_A_LIST


def listed(here: World, number: int) -> Disbursement:
    """A paid request for that many people."""
    payees = []
    for place in range(number):
        name = "".join("abcdefghij"[digit] for digit in (number % 10, place // 10, place % 10))
        case = here.relief_case(here.person(f"Person {name}"))
        payees.append(Payee(case=case, amount="20000", person=case.person))
    request = disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="List",
        pay_to=f"{number} people",
        payees=payees,
        by=here["case_officer"],
        on=DAY,
    )
    here.paid(request)
    return request


def test_a_long_list_of_payees_asks_no_more_than_a_short_one(here: World) -> None:
    short, long = listed(here, 3), listed(here, 40)
    for role in ("reconciler", "case_officer", "approver"):
        few, many = (asked(here, role, f"/requests/{row.pk}/") for row in (short, long))
        assert many == few <= MOST_OF_A_REQUEST, role
