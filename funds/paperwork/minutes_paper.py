"""Agenda and minutes of a meeting as papers, drawn from the records. Reads only."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from beneficiaries.identity import masked_cnic
from funds.committee import agendas, member_bars
from funds.committee.agendas import Outcome, Sheet
from funds.models import AgendaItem, CommitteeMember, Disbursement, MinutesItem, MinutesSignature
from funds.papers.fonts import REGULAR, MissingGlyph
from funds.papers.minutes import draw_minutes
from funds.papers.minutes_data import Attendee, Item, MinutesPaper
from ledger.money import figures, words

DAY = "%-d %b %Y"
NAMED = 3  # payees that an item names
_UNPRINTED = "This is in letters that our papers have no type for; the page of the meeting shows it."


def agenda(sheet: Sheet) -> bytes:
    """The agenda for the members, before the meeting."""
    items = tuple(_listed(row) for row in sheet.agenda)
    return draw_minutes(_paper(sheet, title="AGENDA", number="", mark="", items=items))


def minutes(sheet: Sheet) -> bytes:
    """The last minutes, for signature or as adopted; a draft says so."""
    written = sheet.minutes
    assert written is not None
    number = sheet.adoption.number if sheet.adoption else ""
    mark = "" if number else f"DRAFT {written.version}, NOT ADOPTED"
    paper = _paper(sheet, title="MINUTES", number=number, mark=mark, items=_items(sheet))
    signed = {row.member_id: row for row in sheet.signatures}
    present = tuple(_attendee(row) for row in sheet.present)
    blocks = tuple(
        replace(_attendee(row), signed=_when(signed[row.pk]) if row.pk in signed else "")
        for row in sheet.present
        if row.votes
    )
    return draw_minutes(
        replace(
            paper,
            present=present,
            absent=tuple(_attendee(row) for row in sheet.absent),
            totals=_totals(sheet.items),
            remarks=_printable(written.remarks),
            signing=blocks,
            digest=written.digest,
        )
    )


def _paper(sheet: Sheet, *, title: str, number: str, mark: str, items: tuple[Item, ...]) -> MinutesPaper:
    meeting, written = sheet.meeting, sheet.minutes
    held = written if number or mark else None
    facts = [
        ("Day", f"{held.held_on if held else meeting.day:{DAY}}"),
        ("Place", held.place if held else meeting.place),
    ]
    if held is not None:
        facts.append(("Quorum", f"{held.under.quorum} who vote"))
        facts.append(("Minutes no.", number or "not adopted yet"))
    facts = [(label, _printable(value)) for label, value in facts]
    return MinutesPaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=meeting.committee.name,
        fund_note=meeting.committee.office.name,
        particulars=(meeting.committee.office.name, f"Committee {meeting.committee.code}", f"{len(items)} items"),
        title=title,
        number=number,
        mark=mark,
        facts=tuple(facts),
        present=(),
        absent=(),
        items=items,
        totals=(("Asked for in all", figures(sum((row.disbursement.amount for row in sheet.agenda), Decimal(0)))),),
        remarks="",
        signing=(),
        digest="",
    )


def _attendee(seat: CommitteeMember) -> Attendee:
    vote = "" if seat.votes else ", no vote"
    officer = seat.officer
    return Attendee(officer.user.get_full_name(), officer.designation, f"{seat.get_part_display().lower()}{vote}")


def _when(signature: MinutesSignature) -> str:
    at = timezone.localtime(signature.recorded_at)
    return f"signed {at:{DAY}, %H:%M}  ·  {signature.digest[:12]}"


def _listed(row: AgendaItem) -> Item:
    request = row.disbursement
    return Item(
        row.position,
        request.number,
        _printable(request.title),
        figures(request.amount),
        words(request.amount),
        "",
        (_payees(request), f"Asked by {request.office}, from the {request.fund.name}."),
    )


def _items(sheet: Sheet) -> tuple[Item, ...]:
    barred = member_bars.bars(sheet.items, [seat for seat in sheet.present if seat.votes])
    return tuple(_decided(row, barred[row.pk]) for row in sheet.items)


def _decided(row: MinutesItem, barred: list[tuple[str, str]]) -> Item:
    lines = [_payees(row.item.disbursement)]
    if row.reason:
        lines.append(f"Reasons: {row.reason}")
    for apart in row.recusals.all():
        name = apart.member.officer.user.get_full_name()
        lines.append(f"{name} took no part ({apart.ground.name.lower()}): {apart.reason}")
    lines += [f"{name} counts for nothing here: {why}." for name, why in barred]
    if row.outcome in agendas.DECIDING and not agendas.carried(row):
        lines += [f"Not carried out yet: {held.reason}" for held in list(row.held_up.all())[-1:]]
    return replace(_listed(row.item), decision=decision_words(row), lines=tuple(_printable(line) for line in lines))


def decision_words(row: MinutesItem) -> str:
    """'Returned to step 2 (papers missing)'."""
    text = str(row.get_outcome_display())
    if row.outcome == Outcome.RETURNED:
        text = f"Returned to step {row.back_to}" if row.back_to else "Returned to the maker"
    return f"{text} ({row.ground.name.lower()})" if row.ground else text


def _payees(request: Disbursement) -> str:
    lines = list(request.lines.order_by("position")[:NAMED])
    count = request.lines.count()
    named = "; ".join(f"{line.payee_name}, {masked_cnic(line.cnic) or 'no CNIC'}" for line in lines)
    more = f"; and {count - NAMED} more" if count > NAMED else ""
    return _printable(f"{count} payee{'s' * (count != 1)}: {named}{more}.")


def _totals(items: Iterable[MinutesItem]) -> tuple[tuple[str, str], ...]:
    """Count and rupees of each outcome."""
    rows = list(items)
    found = []
    for outcome in Outcome:
        amounts = [row.item.disbursement.amount for row in rows if row.outcome == outcome]
        if amounts:
            found.append((f"{outcome.label}: {len(amounts)}", figures(sum(amounts, Decimal(0)))))
    return tuple(found)


def _printable(text: str) -> str:
    """A text in letters without type here does not keep the whole paper from being drawn."""
    try:
        REGULAR.width(text, 8)
    except MissingGlyph:
        return _UNPRINTED
    return text
