"""Sanction orders: made and frozen with the sanction, drawn again from what was frozen, the same bytes for everybody."""

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from beneficiaries.offices.registers import Kind
from beneficiaries.offices.scope import get_visible, officer_of
from funds.absence import powers
from funds.budget import budget_position
from funds.committee import committee_versions, minutes_words
from funds.models import CHARGES, Cancellation, Decision, Disbursement, OrderText, Sanction, SanctionOrder
from funds.papers.data import PayeeRow, Signatory
from funds.papers.order import LINES_IN_LETTER, draw_letter, draw_order
from funds.papers.order_data import OrderPaper, Room
from funds.papers.snapshot import from_json, to_json
from funds.paperwork import kept_papers, paper_lines, payee_words
from funds.paperwork.order_texts import said
from funds.paperwork.paper_lines import Line
from funds.readers import require_reader, seen
from funds.requests import content, filing
from ledger.errors import WrongState
from ledger.models import Account
from ledger.money import figures, words

DAY = "%-d %b %Y"


def make(request: Disbursement, *, signed: list[Decision], by: User) -> SanctionOrder:
    """Freezes the order of a sanction that was just made and gives it a dispatch number; the last act of sanctioning.

    Raises: MissingGlyph.
    """
    return keep(request, draw(request, signed=signed), by=by)


def draw(request: Disbursement, *, signed: list[Decision]) -> OrderPaper:
    """The order without its dispatch number.

    The letter is drawn once, and every payee's name is measured, so that a text that no font can print is refused before
    a number is taken. Raises: MissingGlyph.
    """
    lines = paper_lines.lines_of(request)
    paper_lines.require_printable(lines)
    paper = _paper(request, lines, signed)
    draw_letter(paper, _rows(request, paper) if paper.lines <= LINES_IN_LETTER else ())
    return paper


def keep(request: Disbursement, paper: OrderPaper, *, by: User) -> SanctionOrder:
    """Takes the dispatch number and freezes the order; whoever calls does it last, as the register asks for."""
    sanction = request.sanction
    entry = filing.went_out(request, Kind.SANCTION_ORDER, sanction.number, by=by, on=sanction.sanctioned_on)
    kept = to_json(replace(paper, dispatch=entry.number))
    digest = kept_papers.digest(kept)
    return SanctionOrder.objects.create(disbursement=request, snapshot=kept | {"digest": digest}, digest=digest)


def _paper(request: Disbursement, lines: list[Line], signed: list[Decision]) -> OrderPaper:
    fund, sanction, last = request.fund, request.sanction, signed[-1]
    day = sanction.sanctioned_on
    head = Account.objects.get(book_id=fund.book_id, code=CHARGES[request.kind])
    return OrderPaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=fund.name,
        fund_note=f"{fund.nature} · financial year {sanction.year.label}",
        particulars=(fund.office.name, f"Fund {fund.code}", f"Request {request.number}"),
        number=sanction.number,
        date=day.strftime(DAY),
        dispatch="",
        diary=filing.file_number(request),
        request=request.number,
        year=sanction.year.label,
        to=said(request, OrderText.Part.TO, on=day)[0],
        subject=f"{request.get_kind_display()}: {request.title}",
        authority=last.step.committee.name if last.step.committee else last.seat,
        authority_note=f"Chain of approval: “{last.step.rule_title}”; authority up to {_limit(last, day)}",
        meeting=minutes_words.of_order(signed),
        amount=sanction.amount,
        words=words(sanction.amount),
        purpose=payee_words.purpose(request, paper_lines.cases_of(lines)),
        pay_to=request.pay_to,
        pay_to_note=paper_lines.pay_to_note(lines),
        lines=len(lines),
        minors=paper_lines.minors(lines, day),
        share_total=payee_words.share_total(lines),
        fund=fund.code,
        fund_class=fund.fund_class,
        head_code=head.official_code or head.code,
        head_name=head.name,
        function_code=fund.function_code,
        cost_centre=fund.cost_centre,
        ddo_code=fund.ddo_code,
        room=_room(request),
        conditions=said(request, OrderText.Part.CONDITION, on=day),
        copies=said(request, OrderText.Part.COPY, on=day),
        signatories=_signatories(request, signed),
        content=sanction.digest,
        digest="",
    )


def _limit(last: Decision, day: date) -> str:
    """The authority of the committee that sanctioned, or of the officer."""
    if last.step.committee is not None:
        return figures(committee_versions.limit_on(last.step.committee, day))
    return figures(powers.limit_behind(last))


def _room(request: Disbursement) -> Room:
    """Where the head stands in the year, in rupees, with this sanction counted apart."""
    now = budget_position.budget(request.fund, request.sanction.year.label).of(request.sanction.budget_head)
    others = now.committed - request.amount
    return Room(available=now.available, spent=now.spent, committed=others, this=request.amount, free=now.free)


def _signatories(request: Disbursement, signed: list[Decision]) -> tuple[Signatory, ...]:
    maker = request.maker
    prepared = Signatory(
        "Prepared",
        maker.get_full_name(),
        officer_of(maker).designation,
        request.drafted_on.strftime(DAY),
        request.digest,
    )
    made = (Signatory(row.step.act, row.name, row.seat, row.decided_on.strftime(DAY), row.digest) for row in signed)
    return (prepared, *made)


def _rows(request: Disbursement, paper: OrderPaper) -> tuple[PayeeRow, ...]:
    """The payees with masked CNICs: whoever pays by them finds the whole ones on the voucher."""
    return paper_lines.rows_of(request, paper.minors, masked=True)


def visible_sanctions(user: User) -> QuerySet[Sanction]:
    """The register of sanctions: those of requests the user sees, cancelled ones too, each with its cancellation."""
    rows = Sanction.objects.select_related(
        "fund", "year", "sanctioned_by", "disbursement__cancellation__cancelled_by", "disbursement__order"
    ).defer("disbursement__order__snapshot")
    return seen(rows, by=user, path="disbursement__office")


def get_order(number: str, *, by: User) -> SanctionOrder:
    """The order of a sanction by its number. Raises: NotAllowed, NotFound, also for a sanction from before orders were kept."""
    require_reader(by)
    rows = SanctionOrder.objects.select_related("disbursement__sanction")
    return get_visible(rows, to=by, path="disbursement__office", disbursement__sanction__number=number)


def intact(order: SanctionOrder) -> bool:
    """Whether the frozen text and the payees it binds are still those that were sanctioned."""
    frozen = order.snapshot
    bound = content.digest(order.disbursement) == frozen["content"]
    return bound and kept_papers.digest(frozen) == order.digest == frozen["digest"]


def render(order: SanctionOrder) -> bytes:
    """The paper, the same bytes every time and for everybody; once the request is cancelled it says so.

    Raises: WrongState where it is no longer what was sanctioned.
    """
    request = order.disbursement
    if not intact(order):
        raise WrongState(
            f"The order {order.snapshot['number']} is not the one that was sanctioned. Tell the auditor.",
            ids=(request.pk,),
        )
    cancelled = Cancellation.objects.filter(disbursement=request).select_related("cancelled_by").first()
    mark = (
        f"Cancelled {cancelled.cancelled_on:{DAY}} by {cancelled.cancelled_by.get_full_name()}: {cancelled.reason}"
        if cancelled
        else ""
    )
    paper = from_json(OrderPaper, order.snapshot | {"cancelled": mark})
    return draw_order(paper, _rows(request, paper))
