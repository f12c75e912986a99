"""The public check of a voucher: without signing in, and without a word about the payee but the masked CNIC.

One look-up is one read by a unique index plus a fixed handful, whatever was typed, so no counter of attempts is kept:
a code has 96 bits and cannot be guessed. Numbers can, and so can common amounts: that way shows no CNIC at all.
"""

import re
from datetime import date
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.identity import masked_cnic
from beneficiaries.offices.row_scope import everywhere
from funds.forms.funds import VoucherCheckForm
from funds.models import Instrument, PayeeLine, Voucher
from funds.vouchers import cancellation_of, frozen_intact, public_voucher
from funds.workflow import State
from ledger.errors import NotFound
from ledger.money import AmountError, parse_amount

TOKEN = re.compile(r"[0-9A-Za-z_-]{8,32}")
NO_SUCH = "No voucher has this code. Compare the address with the paper, letter by letter."
NO_MATCH = "No voucher has this number and this amount. Compare both with the paper."
SHOWN_PAYEES = 50


@require_safe
@everywhere()
def voucher_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code on the paper leads to."""
    try:
        if not TOKEN.fullmatch(token):
            raise NotFound(NO_SUCH)
        voucher = public_voucher(token)
    except NotFound as refusal:
        return _check_page(request, VoucherCheckForm(), status=404, refusal=refusal.detail)
    return _voucher_page(request, voucher)


@require_http_methods(["GET", "HEAD", "POST"])
@everywhere()
def voucher_by_number(request: HttpRequest) -> HttpResponse:
    """For a torn paper: number and net amount together. Sent by POST, so that neither stays in a log or a history."""
    form = VoucherCheckForm(request.POST or None)
    if not form.is_bound:
        return _check_page(request, form)
    if not form.is_valid():
        return _check_page(request, form, status=422)
    try:
        amount = parse_amount(form.cleaned_data["amount"])
    except AmountError as error:
        form.add_error("amount", str(error))
        return _check_page(request, form, status=422)
    number = form.cleaned_data["number"].strip().upper()
    rows = Voucher.objects.select_related("sanction__disbursement", "fund")
    found = rows.filter(number=number, amount=amount).first()
    if found is None:
        return _check_page(request, form, status=404, refusal=NO_MATCH)
    return _voucher_page(request, found, by_number=True)


def _check_page(request: HttpRequest, form: VoucherCheckForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
    return render(request, "funds/public_check.html", {"form": form, "refusal": refusal}, status=status)


def _voucher_page(request: HttpRequest, voucher: Voucher, *, by_number: bool = False) -> HttpResponse:
    key, label, day = _state(voucher)
    lines = PayeeLine.objects.filter(disbursement_id=voucher.sanction.disbursement_id).order_by("position")
    numbers = lines.exclude(cnic="").values_list("cnic", flat=True)
    context: dict[str, Any] = {
        "voucher": voucher,
        "state": key,
        "state_label": label,
        "day": day,
        "cnics": [] if by_number else [masked_cnic(cnic) for cnic in numbers[:SHOWN_PAYEES]],
        "by_number": by_number,
        "payees": lines.count(),
        "genuine": frozen_intact(voucher),
    }
    return render(request, "funds/public_voucher.html", context)


def _state(voucher: Voucher) -> tuple[str, str, date]:
    """How the voucher stands for the public: issued, paid or cancelled, and since when."""
    cancelled = cancellation_of(voucher)
    if cancelled is not None:
        return "cancelled", "Cancelled", cancelled.cancelled_on
    request = voucher.sanction.disbursement
    if request.state in (State.PAID, State.CLEARED, State.ACKNOWLEDGED, State.CLOSED):
        live = Instrument.objects.filter(voucher=voucher, state__in=Instrument.LIVE)
        last = live.aggregate(last=Max("issued_on"))["last"]
        return "paid", "Paid", last or voucher.issued_on
    return "issued", "Issued, not yet paid", voucher.issued_on
