"""The life of a voucher: issued once, printed as often as asked, paid once; its number stays, and no number is missing."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from funds import disbursements, payments, vouchers
from funds.models import Instrument, Voucher, VoucherPrint
from funds.numbers import missing_numbers
from funds.signing.material import Material
from ledger.errors import WrongState
from tests.api.conftest import Api
from tests.certificates import signing
from tests.funds.by_sql import copied, flat, refused
from tests.funds.pages import as_, words
from tests.funds.papers.reading import page_texts
from tests.world import DAY, World

__all__ = ["signing"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def test_printed_three_times_is_paid_once(here: World, signing: Material) -> None:
    """By page, by API, by the service and by raw SQL: the second payment of a line is refused each time."""
    voucher = here.vouchered()
    request, ddo = voucher.sanction.disbursement, here["ddo"]
    line, browser, api = request.lines.get(), as_(ddo), Api(here)
    papers = [browser.post(reverse("voucher_pdf", args=[voucher.number])).content for _ in range(2)]
    papers.append(api.post(f"/vouchers/{voucher.number}/print", {}, as_="ddo", key="p-3").content)
    assert [row.copy for row in voucher.prints.order_by("copy")] == [0, 1, 2]
    assert ["COPY 1" in page_texts(papers[1])[0], "COPY 2" in page_texts(papers[2])[0]] == [True, True]
    assert (
        browser.post(reverse("instrument_issue", args=[request.pk]), {f"number-{line.pk}": "4711"}).status_code == 303
    )
    again = browser.post(reverse("instrument_issue", args=[request.pk]), {f"number-{line.pk}": "4712"})
    assert again.status_code == 409
    asked = {"disbursement": request.pk, "line": line.pk, "number": "4713"}
    assert api.post("/instruments", asked, as_="ddo", key="i-2").status_code == 409
    with pytest.raises(WrongState):
        payments.issue_instrument(disbursement=request.pk, line=line.pk, number="4714", by=ddo, on=DAY)
    paid = Instrument.objects.get()
    refused("23505", *flat(copied(paid, number="4715", entry_id=voucher.entry_id)))
    refused("23F12", *flat(copied(voucher, number="T-2", serial=2, token="t2")))
    assert Instrument.objects.count() == 1


def test_a_copy_is_never_an_original_again(here: World) -> None:
    voucher = here.vouchered()
    for _ in range(2):
        vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    first = voucher.prints.earliest("copy")
    refused("23505", *flat(copied(first)))


def test_a_cancelled_number_stays_and_every_printing_says_so(here: World) -> None:
    voucher = here.vouchered()
    disbursements.cancel(disbursement=voucher.sanction.disbursement_id, by=here["ddo"], reason="The heir died")
    following = here.vouchered()
    assert following.serial == voucher.serial + 1
    for _ in range(2):
        told = page_texts(vouchers.print_voucher(number=voucher.number, by=here["ddo"])[1])[0]
        assert "CANCELLED" in told and "The heir died" in told and voucher.number in told


def test_who_printed_when_is_told(here: World) -> None:
    voucher = here.vouchered()
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    vouchers.print_voucher(number=voucher.number, by=here["auditor"])
    page = words(as_(here["ddo"]).get(voucher.get_absolute_url()))
    assert "Original" in page and "by Ddo Khan" in page and "Copy 1" in page and "by Auditor Khan" in page
    told = Api(here).get(f"/vouchers/{voucher.number}/prints", as_="auditor").json()
    assert [(row["copy_number"], row["printed_by"]) for row in told] == [(0, "ddo"), (1, "auditor")]


def test_the_register_by_page_file_api_and_command(here: World) -> None:
    kept, cancelled = here.vouchered(), here.vouchered()
    vouchers.print_voucher(number=kept.number, by=here["ddo"])
    disbursements.cancel(disbursement=cancelled.sanction.disbursement_id, by=here["ddo"], reason="The heir died")
    client = as_(here["auditor"])
    page = words(client.get(reverse("voucher_list"), {"fund": "TEST", "year": "2025-26"}))
    assert "No number is missing" in page and "The heir died" in page and kept.number in page
    assert kept.number not in words(client.get(reverse("voucher_list"), {"state": "cancelled"}))
    assert kept.number not in words(client.get(reverse("voucher_list"), {"state": "unprinted"}))
    answer = client.get(reverse("voucher_list_file", args=["csv"]), {"year": "2025-26"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert sum(row.startswith("TEST-2025-26-") for row in rows) == 2 and any("The heir died" in row for row in rows)
    assert Api(here).get("/vouchers/missing", as_="auditor").json() == {"missing": []}
    out = StringIO()
    call_command("voucher_register", "TEST", "2025-26", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert [(row["number"], row["printed"], row["reason"]) for row in told["vouchers"]] == [
        (kept.number, 1, ""),
        (cancelled.number, 0, "The heir died"),
    ]
    call_command("voucher_register", "TEST", "2025-26", stdout=out)
    assert "2 vouchers; no number is missing." in out.getvalue()


def test_a_gap_is_reported(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database takes no gap, so its rows are counted under a table without one."""
    for _ in range(3):
        here.vouchered()
    without = "(SELECT * FROM funds_voucher WHERE serial <> 2)"
    from funds import numbers

    monkeypatch.setattr(numbers, "_MISSING", numbers._MISSING.replace("{table}", without))
    assert missing_numbers(Voucher) == ["TEST-2025-26-00002"]
    with pytest.raises(CommandError, match="1 numbers are missing"):
        call_command("voucher_register", "TEST", "2025-26", stdout=StringIO())
    assert "TEST-2025-26-00002" in words(as_(here["auditor"]).get(reverse("voucher_list")))


def test_the_signed_original_by_command(here: World, signing: Material, tmp_path: Path) -> None:
    voucher = here.vouchered()
    file = tmp_path / "v.pdf"
    with pytest.raises(CommandError, match="without a signature"):
        call_command("voucher", voucher.number, "--signed", "--out", str(file))
    paper = vouchers.print_voucher(number=voucher.number, by=here["ddo"])[1]
    call_command("voucher", voucher.number, "--signed", "--out", str(file), stdout=StringIO())
    assert file.read_bytes() == paper and VoucherPrint.objects.count() == 1
    told = Api(here).get(f"/vouchers/{voucher.number}/signature", as_="auditor").json()
    assert told["intact"] is True and told["fault"] == "" and told["schedule"] is None
