"""Vouchers signed together: one signature over number, amount and digest of each; the database keeps list and sum."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from beneficiaries.papers import store
from funds import disbursements, vouchers
from funds.models import ScheduleLine, SignedSchedule, Voucher
from funds.signing import originals, schedules
from funds.signing.material import Material
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests.api.conftest import Api
from tests.certificates import signing
from tests.funds.by_sql import copied, no
from tests.funds.pages import as_, words
from tests.funds.papers.reading import whole_text
from tests.world import World, make_fund, make_user

__all__ = ["signing"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def signed(here: World, count: int = 2) -> SignedSchedule:
    return schedules.sign_schedule(vouchers=[here.vouchered().number for _ in range(count)], by=here["ddo"])


def standing(number: str) -> originals.Standing:
    found = originals.standing(Voucher.objects.get(number=number))
    assert found is not None
    return found


def test_one_signature_stands_for_all(here: World, signing: Material) -> None:
    made = signed(here, 3)
    assert (made.count, made.amount, made.signer) == (3, 60_000, signing.signer)
    told = whole_text(store.content_of(made.sha256))
    for line in made.lines.select_related("voucher"):
        assert line.voucher.number in told and (line.amount, line.digest) == (line.voucher.amount, line.voucher.digest)
        found = standing(line.voucher.number)
        assert found.good and found.schedule == made
    assert "Rupees Sixty Thousand Only" in told and made.number in told


def test_its_originals_print_without_a_signature_of_their_own(here: World, signing: Material) -> None:
    voucher = signed(here, 1).lines.get().voucher
    paper = vouchers.print_voucher(number=voucher.number, by=here["ddo"])[1]
    assert b"/ByteRange" not in paper and standing(voucher.number).schedule is not None


def test_what_cannot_be_on_a_schedule(here: World, signing: Material) -> None:
    cancelled, printed, listed = here.vouchered(), here.vouchered(), signed(here, 1).lines.get().voucher
    disbursements.cancel(disbursement=cancelled.sanction.disbursement_id, by=here["ddo"], reason="The heir died")
    vouchers.print_voucher(number=printed.number, by=here["ddo"])
    for row, why in (
        (cancelled, "was cancelled"),
        (printed, "signed when it was printed"),
        (listed, "schedule already"),
    ):
        with pytest.raises(WrongState, match=why):
            schedules.sign_schedule(vouchers=[row.number], by=here["ddo"])
    assert not {cancelled.pk, printed.pk, listed.pk} & set(
        schedules.waiting(here["ddo"], here.fund).values_list("pk", flat=True)
    )


def test_who_signs_and_what(here: World, signing: Material) -> None:
    voucher = here.vouchered()
    with pytest.raises(NotAllowed):
        schedules.sign_schedule(vouchers=[voucher.number], by=here["approver"])
    with pytest.raises(NotFound, match="TEST-2025-26-00099"):
        schedules.sign_schedule(vouchers=[voucher.number, "TEST-2025-26-00099"], by=here["ddo"])
    for numbers in ([], [voucher.number] * 1001):
        with pytest.raises(BadInput, match="1 to 1,000"):
            schedules.sign_schedule(vouchers=numbers, by=here["ddo"])
    other = here.vouchered(here.draft(fund=make_fund(here["fund_manager"], here.office, code="OTHER")))
    with pytest.raises(BadInput, match="of one fund"):
        schedules.sign_schedule(vouchers=[voucher.number, other.number], by=here["ddo"])
    assert not SignedSchedule.objects.exists()


def test_without_a_certificate_nothing_is_signed(here: World) -> None:
    with pytest.raises(WrongState, match="no certificate"):
        signed(here, 1)


def test_the_database_keeps_list_and_sum(here: World, signing: Material) -> None:
    made, free = signed(here, 2), here.vouchered()
    line = made.lines.first()
    assert line is not None
    fresh: dict[str, Any] = {"position": 9, "voucher_id": free.pk, "digest": free.digest}
    no("23FA2", line, **fresh)  # a line more than was signed
    no("23FA1", line, **fresh | {"digest": "0" * 64})
    no("23FA1", line, **fresh | {"amount": free.amount + 1})
    other = here.vouchered(here.draft(fund=make_fund(here["fund_manager"], here.office, code="OTHER")))
    no("23FA1", line, **fresh | {"voucher_id": other.pk, "digest": other.digest})
    no("23505", line, position=9)
    no("23505", line, **fresh | {"position": line.position})
    again: dict[str, Any] = {"serial": made.serial + 1, "number": "T-2", "sha256": "1" * 64}
    no("23FA2", made, **again)  # a schedule without lines
    no("23F02", made, **again | {"serial": made.serial + 2})
    elsewhere = make_user("elsewhere", here.quetta_office, Role.DDO)
    for other in (here["approver"], elsewhere):
        no("23FA3", made, **again | {"signed_by_id": other.pk})
    no("23FA3", made, **again | {"signed_at": made.signed_at - timedelta(days=1)})
    disbursements.cancel(disbursement=free.sanction.disbursement_id, by=here["ddo"], reason="The heir died")
    no("23FA1", line, **fresh)


def test_a_schedule_and_its_lines_go_in_together(here: World, signing: Material) -> None:
    """The lawful twin of what is refused above."""
    made, free = signed(here, 1), here.vouchered()
    line = made.lines.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*copied(made, serial=made.serial + 1, number="T-2", sha256="1" * 64))
        cursor.execute("SELECT id FROM funds_signedschedule WHERE number = 'T-2'")
        (key,) = cursor.fetchone()
        cursor.execute(*copied(line, schedule_id=key, voucher_id=free.pk, digest=free.digest))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_by_page(here: World, signing: Material) -> None:
    rows = [here.vouchered() for _ in range(3)]
    client = as_(here["ddo"])
    offered = words(client.get(reverse("schedule_new")))
    assert all(row.number in offered for row in rows)
    answer = client.post(reverse("schedule_new"), {"vouchers": [row.number for row in rows[:2]]})
    made = SignedSchedule.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("schedule", args=[made.number]))
    page = words(client.get(answer["Location"]))
    assert "Signed and unchanged" in page and signing.signer in page and rows[0].number in page
    assert client.get(reverse("schedule_pdf", args=[made.number])).content == store.content_of(made.sha256)
    assert f"schedule {made.number}" in words(client.get(rows[0].get_absolute_url()))
    assert made.number in words(client.get(reverse("schedule_list")))
    nothing = client.post(reverse("schedule_new"), {})
    assert nothing.status_code == 422 and "1 to 1,000 vouchers" in words(nothing)
    assert client.post(reverse("schedule_new"), {"vouchers": [rows[0].number]}).status_code == 409


def test_by_command(here: World, signing: Material) -> None:
    number = here.vouchered().number
    out = StringIO()
    call_command("sign_schedule", "--fund", "TEST", "--by", "ddo", "--json", stdout=out)
    assert json.loads(out.getvalue())["count"] == 1 and standing(number).good
    for args in ((), (number, "--fund", "TEST")):
        with pytest.raises(CommandError, match="not both"):
            call_command("sign_schedule", *args, "--by", "ddo")
    with pytest.raises(CommandError, match="1 to 1,000"):
        call_command("sign_schedule", "--fund", "TEST", "--by", "ddo")


def test_a_line_that_was_altered_breaks_the_signature(here: World, signing: Material) -> None:
    """What a schedule's signature covers is made of its lines as they are now."""
    made = signed(here, 2)
    said = originals.said_of_schedule
    lines = list(made.lines.order_by("position").values_list("voucher__number", "amount", "digest"))
    assert originals.finding(made, said(made.number, lines)).good
    assert not originals.finding(made, said(made.number, lines[:1])).good
    assert ScheduleLine.objects.count() == 2


def test_by_api(here: World, signing: Material) -> None:
    api, numbers = Api(here), [here.vouchered().number for _ in range(2)]
    made = api.good(api.post("/schedules", {"vouchers": numbers}, as_="ddo", key="s-1"))
    assert api.good(api.post("/schedules", {"vouchers": numbers}, as_="ddo", key="s-1")) == made
    assert (made["count"], made["amount"], made["fund"]) == (2, "40000.00", "TEST")
    found = api.good(api.get(f"/schedules/{made['number']}", as_="auditor"))
    assert found["sha256"] == made["sha256"]
    lines = api.good(api.get(f"/schedules/{made['number']}/lines", as_="auditor"))
    assert [line["voucher"] for line in lines] == numbers
    assert api.get(f"/schedules/{made['number']}/pdf", as_="auditor").content == store.content_of(made["sha256"])
    assert [row["number"] for row in api.good(api.get("/schedules", as_="auditor"))["items"]] == [made["number"]]
    told = api.good(api.get(f"/vouchers/{numbers[0]}/signature", as_="auditor"))
    assert (told["schedule"], told["intact"]) == (made["number"], True)
    assert api.get(f"/schedules/{made['number']}", as_="quetta").status_code == 404
    assert api.post("/schedules", {"vouchers": []}, as_="ddo", key="s-2").status_code == 422
