"""Payment vouchers: issued from a sanction, frozen, printed as original and numbered copies, checked by anybody."""

import secrets
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from beneficiaries.registers import Kind
from beneficiaries.scope import get_visible, officer_of
from beneficiaries.sealed import new_salt
from funds import budget_position, claims, content, drift, duties, filing, freezes, kept_papers, payee_words, postings
from funds.disbursements import lock_disbursement, may, refuse_lapsed
from funds.models import CHARGES, Cancellation, Disbursement, PayeeLine, Voucher, VoucherPrint
from funds.numbers import next_number, year_of
from funds.papers.data import Budget, Signatory, VoucherPaper, check_words
from funds.papers.fonts import REGULAR, SEMIBOLD
from funds.papers.snapshot import from_json, to_json
from funds.papers.voucher import draw_voucher
from funds.readers import require_reader, seen
from funds.signatures import recusals, signatures
from funds.workflow import Action
from ledger.clock import act_date, today
from ledger.errors import NotFound, WrongState
from ledger.history import acting
from ledger.models import Account
from ledger.money import words
from ledger.posting import post
from ledger.roles import Role, require_role

DAY = "%-d %b %Y"
TRIED = 1_000  # rows


def visible_vouchers(user: User) -> QuerySet[Voucher]:
    """Vouchers of requests the user sees."""
    rows = Voucher.objects.select_related("fund", "year", "sanction__disbursement", "issued_by")
    return seen(rows, by=user, path="sanction__disbursement__office")


def get_voucher(number: str, *, by: User) -> Voucher:
    """Raises: NotAllowed, NotFound."""
    require_reader(by)
    rows = Voucher.objects.select_related("fund", "sanction__disbursement__office", "issued_by")
    return get_visible(rows, to=by, path="sanction__disbursement__office", number=number)


@transaction.atomic
def issue_voucher(*, disbursement: int, by: User, on: date | None = None) -> Voucher:
    """The bill is passed: a gapless number, the payables, budget from committed to expended, and the frozen paper.

    Raises: NotFound, WrongState, NotAllowed (the issuer took part before), LedgerError.
    """
    request = lock_disbursement(disbursement, by=by)
    target = may(request, Action.VOUCHER, by=by)
    duties.hands_free(request, by=by)
    sanction = request.sanction
    day = act_date(on, not_before=sanction.sanctioned_on)
    freezes.require_open(request.fund, freezes.PAYMENTS, on=day)
    refuse_lapsed(request.fund, sanction.year, what=f"Sanction {sanction.number}", on=day)
    if content.digest(request) != sanction.digest:
        raise WrongState(
            f"The content of {request.number} is not what was sanctioned. Tell the auditor.", ids=(request.pk,)
        )
    drift.require_unchanged(request)
    claims.require_owed(request)
    lines = list(request.lines.select_related("case__person", "obligation").order_by("position"))
    duties.refuse_staff(request, lines)
    year = year_of(request.fund, day)
    serial, number = next_number(Voucher, fund=request.fund, year=year)
    budget = _budget(request, year.label)
    with acting(by, "Voucher issued"):
        entry_id = post(postings.voucher(request=request, lines=lines, on=day, number=number), by=by)[0]
        sent = filing.went_out(request, Kind.VOUCHER, number, by=by, on=day)
        voucher = Voucher(
            sanction=sanction,
            fund=request.fund,
            year=year,
            serial=serial,
            number=number,
            amount=request.amount,
            issued_by=by,
            issued_on=day,
            token=secrets.token_hex(12),
            entry_id=entry_id,
        )
        _freeze(voucher, request, lines, budget, sent.number)
        voucher.save()
        request.state, request.waiting_since = target, day
        request.save(update_fields=["state", "waiting_since"])
    return voucher


def _budget(request: Disbursement, label: str) -> Budget:
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


def _freeze(voucher: Voucher, request: Disbursement, lines: list[PayeeLine], budget: Budget, dispatch: str) -> None:
    """Fills snapshot and digest: the digest covers every word and figure of the paper except itself.

    The paper is drawn once here, so that a name no font can print is refused before the number is used.
    """
    paper = _paper(voucher, request, lines, budget, dispatch)
    check_words(paper)
    _try(paper)
    kept = to_json(paper) | {kept_papers.SALT: new_salt()}
    voucher.digest = kept_papers.digest(kept)
    voucher.snapshot = kept_papers.sealed(kept | {"digest": voucher.digest})


def _try(paper: VoucherPaper) -> None:
    """Draws the paper; of a long list every text is measured and the first rows are drawn, for all of it takes minutes.

    Raises: MissingGlyph.
    """
    if len(paper.rows) > TRIED:
        for row in paper.rows:
            SEMIBOLD.width(row.name, 8)
            REGULAR.width(row.relation, 8)
    draw_voucher(replace(paper, rows=paper.rows[:TRIED]))


def verify_digest(voucher: Voucher) -> bool:
    """Whether the stored paper still has the digest it was issued with."""
    return kept_papers.digest(kept_papers.opened(voucher.snapshot)) == voucher.digest == voucher.snapshot["digest"]


def _paper(
    voucher: Voucher, request: Disbursement, lines: list[PayeeLine], budget: Budget, dispatch: str
) -> VoucherPaper:
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
        pay_to_note=payee_words.pay_to_note(lines),
        on_account_of=request.title,
        on_account_note=payee_words.cause(lines),
        rows=tuple(payee_words.payee_row(line, minor=payee_words.is_minor(line, today())) for line in lines),
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


def cancellation_of(voucher: Voucher) -> Cancellation | None:
    return (
        Cancellation.objects.filter(disbursement_id=voucher.sanction.disbursement_id)
        .select_related("cancelled_by")
        .first()
    )


def render(voucher: Voucher, *, copy: int = 0, printed: str = "") -> bytes:
    """The paper as it is printed: the original, `copy` 0, with whole CNICs for the treasury, a copy with masked ones.

    A cancelled voucher says so. The same every time.
    """
    paper = kept_papers.opened(voucher.snapshot)
    return _drawn(voucher, kept_papers.masked(paper) if copy else paper, copy=copy, printed=printed)


def preview(voucher: Voucher, *, copy: int, printed: str) -> bytes:
    """A printing looked at once more, on a screen: CNICs are masked on the original as well."""
    return _drawn(voucher, kept_papers.masked(kept_papers.opened(voucher.snapshot)), copy=copy, printed=printed)


def _drawn(voucher: Voucher, paper: kept_papers.Paper, *, copy: int, printed: str) -> bytes:
    cancelled = cancellation_of(voucher)
    marks = {
        "copy": copy,
        "cancelled": (
            f"Cancelled {cancelled.cancelled_on:{DAY}} by {cancelled.cancelled_by.get_full_name()}: {cancelled.reason}"
            if cancelled
            else ""
        ),
        "printed": printed,
    }
    return draw_voucher(from_json(VoucherPaper, kept_papers.drawn_from(paper) | marks))


@transaction.atomic
def print_voucher(*, number: str, by: User) -> tuple[VoucherPrint, bytes]:
    """Counts one printing and draws it: the first is the original, each later one COPY n.

    The original is the paper money is paid on, so only who pays prints it. Raises: NotFound, NotAllowed.
    """
    voucher = get_voucher(number, by=by)
    Disbursement.objects.select_for_update().get(pk=voucher.sanction.disbursement_id)
    last = voucher.prints.aggregate(last=Max("copy"))["last"]
    if last is None:
        require_role(by, Role.DDO, action="print the original of a voucher")
    printing = VoucherPrint.objects.create(voucher=voucher, copy=0 if last is None else last + 1, printed_by=by)
    note = f"Printed {today():{DAY}} by {by.get_full_name()}"
    return printing, render(voucher, copy=printing.copy, printed=note)


def public_voucher(token: str) -> Voucher:
    """What anybody with the token may see; the page shows number, date, amount, state and masked CNICs only.

    Raises: NotFound.
    """
    found = Voucher.objects.select_related("sanction__disbursement", "fund").filter(token=token.lower()).first()
    if found is None:
        raise NotFound("No voucher has this code. Compare the address with the paper, letter by letter.")
    return found
