"""Refused by SQL: vouchers, payments and clearings by those who had another part, and payees of the staff."""

from functools import partial
from typing import Any

from django.contrib.auth.models import User

from funds import cheques
from funds.chain import conflicts
from funds.models import Disbursement, Instrument, PayeeLine, Voucher
from ledger.roles import Role
from tests import world
from tests.funds import promises
from tests.funds.by_sql import Statement, copied
from tests.funds.refusals_of_chains import drifted
from tests.world import World

LIST: promises.Promises = {}
promise = partial(promises.on, LIST)
Two = tuple[Statement, Statement]
WHY = {"ground": "other", "reason": "My aunt"}


def vouchered(model: Voucher, request: Disbursement, **changes: object) -> Statement:
    """A voucher of a sanctioned request, made after another one."""
    given: dict[str, Any] = {"sanction_id": request.sanction.pk, "number": "T-2", "serial": 2, "token": "t2"}
    return copied(model, **given | {"entry_id": request.sanction.entry_id} | changes)


def paid(model: Instrument, voucher: Voucher, **changes: object) -> Statement:
    """A payment of the only line of a vouchered request, made after another one."""
    line = PayeeLine.objects.get(disbursement=voucher.sanction.disbursement)
    day: Any = changes.get("issued_on", model.issued_on)
    given: dict[str, Any] = {
        "voucher_id": voucher.pk,
        "line_id": line.pk,
        "number": "0009902",
        "entry_id": voucher.entry_id,
        "expires_on": cheques.expiry(day, cheques.rule_on(day)) if model.expires_on else None,
    }
    return copied(model, **given | changes)


def cleared(row: Instrument, by: User | None) -> Statement:
    key = by.pk if by else None
    return "UPDATE funds_instrument SET state = 'cleared', cleared_by_id = %s WHERE id = %s", [key, row.pk]


def _voucher_by(here: World, role: str) -> Two:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request), vouchered(model, request, issued_by_id=here[role].pk)


def _payment_by(here: World, role: str) -> Two:
    voucher, model = here.vouchered(), here.paid()[0]
    return paid(model, voucher), paid(model, voucher, issued_by_id=here[role].pk)


def _clearing_by(here: World, role: str) -> Two:
    row = here.paid()[0]
    return cleared(row, here["reconciler"]), cleared(row, here[role])


for _what, _make in (("voucher", _voucher_by), ("payment", _payment_by), ("clearing", _clearing_by)):
    for _who, _role in (("the maker", "case_officer"), ("a signatory", "verifier"), ("who sanctioned", "approver")):
        promise(f"a {_what} by {_who}", "23F10")(partial(_make, role=_role))
promise("a clearing by who issued the payment", "23F10")(partial(_clearing_by, role="ddo"))


for _what, _make in (("voucher", _voucher_by), ("payment", _payment_by), ("clearing", _clearing_by)):
    promise(f"a {_what} by an officer of another role", "23F78")(partial(_make, role="fund_manager"))


@promise("a voucher by a signatory who is superuser", "23F10")
def by_a_superuser(here: World) -> Two:
    User.objects.filter(pk=here["approver"].pk).update(is_superuser=True, is_staff=True)
    return _voucher_by(here, "approver")


@promise("a clearing by nobody", "23F10")
def cleared_by_nobody(here: World) -> Two:
    row = here.paid()[0]
    return cleared(row, here["reconciler"]), cleared(row, None)


@promise("a voucher by who declared a conflict", "23F56")
def voucher_apart(here: World) -> Two:
    request, other, model = here.sanctioned(), here.sanctioned(), here.vouchered()
    conflicts.declare(by=here["ddo"], disbursement=request.pk, **WHY)
    return vouchered(model, other), vouchered(model, request)


@promise("a payment by who declared a conflict", "23F56")
def payment_apart(here: World) -> Two:
    voucher, other, model = here.vouchered(), here.vouchered(), here.paid()[0]
    conflicts.declare(by=here["ddo"], disbursement=voucher.sanction.disbursement_id, **WHY)
    return paid(model, other), paid(model, voucher)


@promise("a voucher of another amount", "23F12")
def of_another_amount(here: World) -> Two:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request), vouchered(model, request, amount=request.amount + 1)


@promise("a voucher of many payees that keeps the digest of others", "23F12")
def of_other_payees(here: World) -> Two:
    request, model = here.sanctioned(), here.vouchered()
    listed = {"count": request.lines.count(), "minors": [], "content": request.sanction.digest}
    good, bad = ({"snapshot": model.snapshot | {"listed": listed | change}} for change in ({}, {"content": "0" * 64}))
    return vouchered(model, request, **good), vouchered(model, request, **bad)


@promise("a payment of another amount", "23F13")
def paid_another_amount(here: World) -> Two:
    voucher, model = here.vouchered(), here.paid()[0]
    return paid(model, voucher), paid(model, voucher, amount=model.amount + 1)


@promise("a payment before the voucher", "23F13")
def before_the_voucher(here: World) -> Two:
    voucher, model, early = here.vouchered(), here.paid()[0], here.sanctioned().lines.get()
    return paid(model, voucher), paid(model, voucher, line_id=early.pk)


@promise("a second payment of a line", "23505")
def paid_twice(here: World) -> Two:
    voucher, model = here.vouchered(), here.paid()[0]
    return paid(model, voucher), copied(model, number="0009903", entry_id=voucher.entry_id)


@promise("a voucher on what has drifted", "23F57")
def voucher_on_what_drifted(here: World) -> Two:
    request, other, model = here.sanctioned(), here.sanctioned(), here.vouchered()
    drifted(here, request)
    return vouchered(model, other), vouchered(model, request)


@promise("a payment on what has drifted", "23F57")
def payment_on_what_drifted(here: World) -> Two:
    voucher, other, model = here.vouchered(), here.vouchered(), here.paid()[0]
    drifted(here, voucher.sanction.disbursement)
    return paid(model, other), paid(model, voucher)


@promise("a line that pays the CNIC of a member of the staff", "23F58")
def staff_by_cnic(here: World) -> Two:
    line = here.draft().lines.get()
    number = PayeeLine._meta.get_field("cnic").get_prep_value(here["verifier"].officer.cnic)
    return copied(line, position=2), copied(line, position=2, cnic=number)


@promise("a line that pays the account of a member of the staff", "23F58")
def staff_by_account(here: World) -> Two:
    line, officer = here.transfer().lines.get(), here["verifier"].officer
    officer.iban = "PK36SCBL0000001123456702"
    officer.save()
    sealed = PayeeLine._meta.get_field("iban").get_prep_value(officer.iban)
    return copied(line, position=2), copied(line, position=2, iban=sealed)


@promise("a voucher for who joined the staff since", "23F58")
def joined_before_the_voucher(here: World) -> Two:
    request, other, model = here.sanctioned(), here.sanctioned(), here.vouchered()
    world.make_user("joined", here.office, Role.VERIFIER, cnic=request.lines.get().cnic)
    return vouchered(model, other), vouchered(model, request)


@promise("a payment for who joined the staff since", "23F58")
def joined_before_the_payment(here: World) -> Two:
    voucher, other, model = here.vouchered(), here.vouchered(), here.paid()[0]
    world.make_user("joined", here.office, Role.VERIFIER, cnic=voucher.sanction.disbursement.lines.get().cnic)
    return paid(model, other), paid(model, voucher)
