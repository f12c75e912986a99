"""The public check of a voucher: without signing in, and without a word about the payee but the masked CNIC."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.identity import masked_cnic
from beneficiaries.offices.row_scope import everywhere
from funds import public_checks
from funds.forms.funds import VoucherCheckForm, VoucherFileForm
from funds.models import Instrument, PayeeLine, SignedSchedule, Voucher
from funds.public_checks import TooMany
from funds.signing import originals
from funds.vouchers import cancellation_of, frozen_intact
from funds.workflow import State
from ledger.errors import NotFound
from ledger.money import AmountError, parse_amount

SHOWN_PAYEES = 50
View = Callable[..., HttpResponse]


def counted(view: View) -> View:
    """Each look-up counts for its address; one too many is told to wait."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" and not kwargs:
            return view(request, *args, **kwargs)
        try:
            public_checks.count_look_up(request.META["REMOTE_ADDR"])
        except TooMany as refusal:
            answer = _check_page(request, status=429, refusal=refusal.detail)
            answer["Retry-After"] = "60"
            return answer
        return view(request, *args, **kwargs)

    return limited


@require_safe
@everywhere()
@counted
def voucher_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code on the paper leads to."""
    try:
        voucher = public_checks.by_token(token)
    except NotFound as refusal:
        return _check_page(request, status=404, refusal=refusal.detail)
    return _voucher_page(request, voucher)


@require_http_methods(["GET", "HEAD", "POST"])
@everywhere()
@counted
def voucher_by_number(request: HttpRequest) -> HttpResponse:
    """For a torn paper: number and net amount together. Sent by POST, so that neither stays in a log or a history."""
    form = VoucherCheckForm(request.POST or None)
    if not form.is_bound:
        return _check_page(request)
    if not form.is_valid():
        return _check_page(request, form, status=422)
    try:
        amount = parse_amount(form.cleaned_data["amount"])
    except AmountError as error:
        form.add_error("amount", str(error))
        return _check_page(request, form, status=422)
    try:
        found = public_checks.by_number(form.cleaned_data["number"], amount)
    except NotFound as refusal:
        return _check_page(request, form, status=404, refusal=refusal.detail)
    return _voucher_page(request, found, source="number")


@require_POST
@everywhere()
@counted
def voucher_by_file(request: HttpRequest) -> HttpResponse:
    """Whether a PDF is the very file that was signed. It is not kept."""
    form = VoucherFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _check_page(request, file_form=form, status=422)
    found = public_checks.by_file(form.cleaned_data["file"].read())
    if found.voucher is not None:
        return _voucher_page(request, found.voucher, source="file")
    return _file_page(request, found.schedule, found.claims)


def _check_page(
    request: HttpRequest,
    form: VoucherCheckForm | None = None,
    *,
    file_form: VoucherFileForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    context = {"form": form or VoucherCheckForm(), "file_form": file_form or VoucherFileForm(), "refusal": refusal}
    return render(request, "funds/public_check.html", context | {"waits": status == 429}, status=status)


def _file_page(request: HttpRequest, schedule: SignedSchedule | None, claims: str) -> HttpResponse:
    """What a file is that is no voucher's original: a schedule, a changed paper of ours, or nothing of ours."""
    context = {
        "schedule": schedule,
        "finding": originals.schedule_finding(schedule) if schedule else None,
        "claims": claims,
    }
    return render(request, "funds/public_file.html", context, status=200 if schedule else 404)


def _voucher_page(request: HttpRequest, voucher: Voucher, *, source: str = "code") -> HttpResponse:
    """`source` is how it was found; by its number nothing is shown of the payees."""
    key, label, day = _state(voucher)
    lines = PayeeLine.objects.filter(disbursement_id=voucher.sanction.disbursement_id).order_by("position")
    numbers = lines.exclude(cnic="").values_list("cnic", flat=True)
    by_number = source == "number"
    context: dict[str, Any] = {
        "voucher": voucher,
        "state": key,
        "state_label": label,
        "day": day,
        "cnics": [] if by_number else [masked_cnic(cnic) for cnic in numbers[:SHOWN_PAYEES]],
        "by_number": by_number,
        "by_file": source == "file",
        "payees": lines.count(),
        "genuine": frozen_intact(voucher),
        "signature": originals.standing(voucher),
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
