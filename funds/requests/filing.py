"""What of a request or complaint came in and went out, under which numbers of the registers."""

from datetime import date

from django.contrib.auth.models import User

from beneficiaries.models import RegisterEntry
from beneficiaries.offices.registers import Item, Kind, Register, enter
from funds.models import Complaint, Disbursement, Filing, OrderText
from funds.paperwork.order_texts import said


def came_in(request: Disbursement, *, by: User, on: date) -> RegisterEntry:
    """A submission reaches the office that keeps the fund: the next number of its diary."""
    item = Item(Kind.REQUEST, request.office.name, request.title, request.number, other_office=request.office)
    return _file(Register.DIARY, item, request, by=by, on=on, submission=request.submission)


def went_out(request: Disbursement, kind: str, number: str, *, by: User, on: date) -> RegisterEntry:
    """An order or voucher under its own `number` leaves the office that keeps the fund: the next number of its dispatch."""
    item = Item(kind, said(request, OrderText.Part.TO, on=on)[0], request.title, number, other_office=request.office)
    return _file(Register.DISPATCH, item, request, by=by, on=on)


def _file(
    register: str, item: Item, request: Disbursement, *, by: User, on: date, submission: int | None = None
) -> RegisterEntry:
    entry = enter(register=register, office=request.fund.office, items=[item], by=by, on=on)[0]
    Filing.objects.create(entry=entry, disbursement=request, submission=submission)
    return entry


def complaint_came_in(complaint: Complaint, *, by: User) -> RegisterEntry:
    """Its line names nobody, for the officer it is about reads the diary too."""
    item = Item(Kind.COMPLAINT, complaint.get_channel_display(), "Complaint", complaint.number)
    entry = enter(register=Register.DIARY, office=complaint.office, items=[item], by=by, on=complaint.received_on)[0]
    Filing.objects.create(entry=entry, complaint=complaint)
    return entry


def entries_of(request: Disbursement) -> list[RegisterEntry]:
    """Every number under which something of the request came in or went out, in their order."""
    return list(RegisterEntry.objects.filter(filing__disbursement=request).select_related("office").order_by("pk"))


def file_number(request: Disbursement) -> str:
    """The diary number of the first submission, by which the file is known; empty for requests from before there were any."""
    rows = RegisterEntry.objects.filter(filing__disbursement=request, kind=Kind.REQUEST).order_by("pk")
    return rows.values_list("number", flat=True).first() or ""


def diary_number(complaint: Complaint) -> str:
    """The number under which a complaint came in; empty for those from before there was a diary."""
    rows = RegisterEntry.objects.filter(filing__complaint=complaint)
    return rows.values_list("number", flat=True).first() or ""
