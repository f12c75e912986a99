"""What a voucher says, put together when it is issued, and its payees when it is drawn. Reads only.

Up to KEPT payees are copied into the frozen paper. Of more the paper keeps how many there are, who of them was a minor, and
the digest of the content that was sanctioned; they are drawn from the request's lines, which nobody can change any more.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from beneficiaries.offices.scope import officer_of
from funds.budget import budget_position
from funds.chain import duties
from funds.chain.signatures import recusals, signatures
from funds.models import CHARGES, Disbursement, Voucher
from funds.papers.data import Budget, PayeeRow, Signatory, Term, VoucherPaper
from funds.papers.tongue import LANGUAGES
from funds.papers.voucher import draw_voucher
from funds.papers.voucher_words import MINOR
from funds.paperwork import paper_lines, paper_words, payee_words
from funds.paperwork.paper_lines import Line
from ledger.clock import today
from ledger.models import Account
from ledger.money import words
from ledger.urdu_words import urdu_words

KEPT = 1_000
DAY = "%-d %b %Y"


def budget_of(request: Disbursement, label: str) -> Budget:
    """Where the head stands in the year, in rupees: available = spent before + committed to others + this voucher + balance
    after."""
    now = budget_position.budget(request.fund, label).of(request.sanction.budget_head)
    return Budget(
        available=now.available,
        spent_before=now.spent,
        committed=now.committed - request.amount,
        this_voucher=request.amount,
        balance_after=now.free,
    )


def paper_of(
    voucher: Voucher, request: Disbursement, lines: list[Line], budget: Budget, dispatch: str
) -> tuple[VoucherPaper, dict[str, Any]]:
    """The paper, and what is kept of a long list in the place of its rows.

    It is drawn once in each language, so that a name no font can print is refused before the number is used; of a long list
    each text is measured and the first rows are drawn, for all of it takes minutes. Raises: MissingGlyph.
    """
    minors = paper_lines.minors(lines, today())
    paper = _paper(voucher, request, lines, budget, dispatch)
    if len(lines) <= KEPT:
        rows = _named_in_urdu(paper_lines.rows_of(request, minors), request, lines, minors)
        paper = _with_urdu(replace(paper, rows=rows), voucher, request)
        _try_to_draw(paper)
        return paper, {}
    paper_lines.require_printable(lines)
    paper = _with_urdu(paper, voucher, request)
    first = paper_lines.rows_of(request, minors, most=KEPT)
    part = sum((row.net for row in first), Decimal(0))
    _try_to_draw(replace(paper, rows=first, gross=part, net=part))
    return paper, {"count": len(lines), "minors": list(minors), "content": request.sanction.digest}


def _try_to_draw(paper: VoucherPaper) -> None:
    for language in LANGUAGES:
        draw_voucher(replace(paper, language=language))


def _named_in_urdu(
    rows: tuple[PayeeRow, ...], request: Disbursement, lines: list[Line], minors: tuple[int, ...]
) -> tuple[PayeeRow, ...]:
    """The rows with the Urdu names of the register, as the signatories could see them."""
    known = paper_words.names((line.person for line in lines), then=request.sanction.recorded_at)
    named = {line.position: known.get(line.person or 0, "") for line in lines}
    young = f" {MINOR.urdu}"
    return tuple(
        replace(row, name_urdu=named[row.position] + (young if row.position in minors else ""))
        if named[row.position]
        else row
        for row in rows
    )


def _with_urdu(paper: VoucherPaper, voucher: Voucher, request: Disbursement) -> VoucherPaper:
    """The paper in the language of its fund and office, with the Urdu of all that it names; it may be printed in each."""
    on = voucher.issued_on
    phrases = {paper.government, paper.ministry, paper.fund_name, paper.head_name, paper.ddo_office, paper.vendor_note}
    phrases |= {paper.kind, paper.pay_to, paper.pay_to_note}
    phrases |= {text for row in paper.rows for text in (row.cnic, row.instrument)}
    phrases |= {text for by in paper.signatories for text in (by.act, by.post)}
    found = paper_words.terms(phrases, on=on)
    paid_directly = [Term(row.name, row.name_urdu) for row in paper.rows if row.name == paper.pay_to and row.name_urdu]
    return replace(
        paper,
        language=paper_words.language_of(request.fund, request.office, on=on).value,
        words_urdu=urdu_words(paper.net),
        terms=(*found, *paid_directly[:1]),
    )


def _paper(voucher: Voucher, request: Disbursement, lines: list[Line], budget: Budget, dispatch: str) -> VoucherPaper:
    """All but the rows."""
    fund = request.fund
    head = Account.objects.get(book_id=fund.book_id, code=CHARGES[request.kind])
    address = f"{settings.PUBLIC_URL}/v/{voucher.token}"
    total = sum((line.amount for line in lines), Decimal(0))
    return VoucherPaper(
        government=settings.PAPER_GOVERNMENT,
        ministry=settings.PAPER_MINISTRY,
        fund_name=fund.name,
        fund_note=f"{fund.nature} · financial year {voucher.year.label}",
        particulars=(f"Fund {fund.code}", fund.bank_name, f"Request {request.number} · {dispatch}"),
        number=voucher.number,
        date=voucher.issued_on.strftime(DAY),
        sanction_number=request.sanction.number,
        sanction_date=request.sanction.sanctioned_on.strftime(DAY),
        head_code=head.official_code or head.code,
        head_name=head.name,
        ddo_code=fund.ddo_code,
        ddo_office=request.office.name,
        cost_centre=fund.cost_centre,
        cost_note=f"Fund {fund.fund_class}, function {fund.function_code}",
        vendor="",
        vendor_note="written in by the accounts office",
        pay_to=request.pay_to,
        pay_to_note=paper_lines.pay_to_note(lines),
        kind=request.get_kind_display(),
        on_account_of=request.title,
        on_account_note=payee_words.purpose(request, paper_lines.cases_of(lines)),
        rows=(),
        share_total=payee_words.share_total(lines),
        gross=total,
        deducted=Decimal("0.00"),
        net=total,
        words=words(total),
        budget=budget,
        signatories=_signatories(voucher, request),
        apart=_apart(request),
        verify_url=address,
        qr_url=address.upper(),  # capitals make a coarser code, which a worn paper keeps readable
        digest="",
    )


def _signatories(voucher: Voucher, request: Disbursement) -> tuple[Signatory, ...]:
    maker = request.maker.officer
    issuer = officer_of(voucher.issued_by)
    decided = [
        Signatory(
            act=made.step.act, name=made.name, post=made.seat, on=made.decided_on.strftime(DAY), digest=made.digest
        )
        for made in signatures(request)
    ]
    drafted = Signatory(
        "Prepared", request.maker.get_full_name(), maker.designation, request.drafted_on.strftime(DAY), request.digest
    )
    passed = Signatory(
        "Voucher issued",
        voucher.issued_by.get_full_name(),
        issuer.designation,
        voucher.issued_on.strftime(DAY),
        request.digest,
    )
    return (drafted, *decided, passed)


def _apart(request: Disbursement) -> tuple[str, ...]:
    """Who stood back, each as 'Recused: Sana Iqbal, Verifier, 12 Oct 2025 (Relative of a party)'."""
    rows = [("Recused", made.name, made.post, made.decided_on, made.ground) for made in recusals(request)]
    rows += [
        (f"Conflict declared with {each.about}", each.name, each.post, each.declared_on, each.ground)
        for each in duties.standing_conflicts(request.pk)
    ]
    return tuple(f"{what}: {name}, {post}, {day.strftime(DAY)} ({ground})" for what, name, post, day, ground in rows)
