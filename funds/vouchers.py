"""Payment vouchers: issued from a sanction, frozen, printed as original and numbered copies."""

import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet

from beneficiaries.offices.registers import Kind
from beneficiaries.offices.scope import get_visible
from beneficiaries.private.sealed import new_salt
from funds import postings
from funds.chain import duties, freezes
from funds.disbursements import lock_disbursement, may, refuse_lapsed
from funds.models import Cancellation, Disbursement, Language, Voucher, VoucherPrint
from funds.numbers import next_number, year_of
from funds.papers.data import Budget, PayeeRow, VoucherPaper, check_words
from funds.papers.snapshot import from_json, to_json
from funds.papers.voucher import draw_voucher
from funds.paperwork import kept_papers, paper_lines, voucher_paper
from funds.paperwork.paper_lines import Line
from funds.readers import require_reader, seen
from funds.requests import claims, content, drift, filing
from funds.signing import originals
from funds.signing.originals import Signed
from funds.workflow import Action
from ledger.clock import act_date, today
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.posting import post
from ledger.roles import Role, require_role

DAY = "%-d %b %Y"
DRAWN_AGAIN = 5  # times, where others print the same voucher


def visible_vouchers(user: User) -> QuerySet[Voucher]:
    """Vouchers of requests the user sees."""
    rows = Voucher.objects.select_related("fund", "year", "sanction__disbursement", "issued_by")
    return seen(rows, by=user, path="sanction__disbursement__office")


def with_printings(rows: QuerySet[Voucher]) -> QuerySet[Voucher]:
    """The rows as the register tells them: without the frozen paper, with how often each was printed, and first when."""
    return rows.defer("snapshot").annotate(print_count=Count("prints"), first_printed=Min("prints__printed_at"))


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
    duties.refuse_staff(request)
    lines = paper_lines.lines_of(request)
    year = year_of(request.fund, day)
    serial, number = next_number(Voucher, fund=request.fund, year=year)
    budget = voucher_paper.budget_of(request, year.label)
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


def _freeze(voucher: Voucher, request: Disbursement, lines: list[Line], budget: Budget, dispatch: str) -> None:
    """Fills snapshot and digest: the digest covers every word and figure of the paper except itself."""
    paper, listed = voucher_paper.paper_of(voucher, request, lines, budget, dispatch)
    check_words(paper)
    kept = to_json(paper) | {kept_papers.SALT: new_salt()} | ({kept_papers.LISTED: listed} if listed else {})
    voucher.digest = kept_papers.digest(kept)
    voucher.snapshot = kept_papers.sealed(kept | {"digest": voucher.digest})


def listed_of(voucher: Voucher) -> dict[str, Any] | None:
    """What a voucher with many payees keeps of them: `count`, `minors`, the digest of the `content`; None where it copies them."""
    listed: dict[str, Any] | None = voucher.snapshot.get(kept_papers.LISTED)
    return listed


def payee_count(voucher: Voucher) -> int:
    listed = listed_of(voucher)
    return listed["count"] if listed else len(voucher.snapshot["rows"])


def frozen_intact(voucher: Voucher) -> bool:
    """Whether the stored paper still has the digest it was issued with; the lines of many payees are not read for it."""
    return kept_papers.digest(kept_papers.opened(voucher.snapshot)) == voucher.digest == voucher.snapshot["digest"]


def verify_digest(voucher: Voucher) -> bool:
    """Whether the stored paper, and the lines that belong to it, are as they were when it was issued."""
    listed = listed_of(voucher)
    return frozen_intact(voucher) and (
        listed is None or content.digest(voucher.sanction.disbursement) == listed["content"]
    )


def cancellation_of(voucher: Voucher) -> Cancellation | None:
    return (
        Cancellation.objects.filter(disbursement_id=voucher.sanction.disbursement_id)
        .select_related("cancelled_by")
        .first()
    )


def render(voucher: Voucher, *, copy: int = 0, language: str = "", printed: str = "") -> bytes:
    """The paper as it is printed: the original, `copy` 0, with whole CNICs for the treasury, a copy with masked ones.

    In `language`, or as it was issued. A cancelled voucher says so. The same every time.
    Raises: WrongState where its lines are no longer those it was issued for, or where it keeps no Urdu; BadInput.
    """
    other = other_language(voucher, language)
    return _drawn(voucher, cancellation_of(voucher), masked=bool(copy), copy=copy, language=other, printed=printed)


def preview(voucher: Voucher, *, copy: int, language: str = "", printed: str) -> bytes:
    """A printing looked at once more, on a screen: CNICs are masked on the original as well."""
    cancelled, other = cancellation_of(voucher), other_language(voucher, language)
    return _drawn(voucher, cancelled, masked=True, copy=copy, language=other, printed=printed)


def shown_again(number: str, *, by: User, language: str = "") -> tuple[VoucherPrint, bytes]:
    """The last printing once more, without counting it, with who looked when; in another language where one is named.

    Raises: NotFound, WrongState before the first, BadInput.
    """
    voucher = get_voucher(number, by=by)
    last = voucher.prints.order_by("-copy").first()
    if last is None:
        raise WrongState(f"{number} was not printed yet. Print the original first.", ids=(voucher.pk,))
    note = f"Shown {today():{DAY}} to {by.get_full_name()}"
    return last, preview(voucher, copy=last.copy, language=language or last.language, printed=note)


def issued_in(voucher: Voucher) -> Language:
    """The language of the original; vouchers of before were all in English."""
    return Language(voucher.snapshot.get("language", Language.ENGLISH))


def languages_of(voucher: Voucher) -> list[Language]:
    """Those a copy may be printed in, the original's first."""
    own = issued_in(voucher)
    return [own, *(each for each in Language if each != own and voucher.snapshot.get("words_urdu"))]


def other_language(voucher: Voucher, language: str) -> str:
    """The language of a printing as it is kept: nothing where it is the original's. Raises: BadInput, WrongState."""
    if language and language not in Language.values:
        detail = f"{language!r} is not one of: {', '.join(Language.values)}."
        raise BadInput(detail, fields={"language": detail})
    if not language or language == issued_in(voucher):
        return ""
    if language not in languages_of(voucher):
        detail = f"{voucher.number} was issued before papers were kept in Urdu. Print it in English."
        raise WrongState(detail, ids=(voucher.pk,), code="no_urdu")
    return language


def _drawn(
    voucher: Voucher, cancelled: Cancellation | None, *, masked: bool, copy: int, language: str, printed: str
) -> bytes:
    paper = kept_papers.opened(voucher.snapshot)
    marks = {
        "copy": copy,
        "cancelled": (
            f"Cancelled {cancelled.cancelled_on:{DAY}} by {cancelled.cancelled_by.get_full_name()}: {cancelled.reason}"
            if cancelled
            else ""
        ),
        "printed": printed,
    } | ({"language": language} if language else {})
    made = from_json(VoucherPaper, kept_papers.drawn_from(kept_papers.masked(paper) if masked else paper) | marks)
    if listed := listed_of(voucher):
        made = replace(made, rows=_listed_rows(voucher, listed, masked=masked))
    return draw_voucher(made)


def _listed_rows(voucher: Voucher, listed: dict[str, Any], *, masked: bool) -> tuple[PayeeRow, ...]:
    """The payees of a voucher that keeps their digest only. Raises: WrongState where it is no longer theirs."""
    request = voucher.sanction.disbursement
    if content.digest(request) != listed["content"]:
        detail = f"The payees of {voucher.number} are not those it was issued for. Do not pay on it. Tell the auditor."
        raise WrongState(detail, ids=(request.pk,))
    return paper_lines.rows_of(request, tuple(listed["minors"]), masked=masked)


def print_voucher(*, number: str, by: User, language: str = "") -> tuple[VoucherPrint, bytes]:
    """Draws one printing and counts it: the first is the original, each later one COPY n, which may be in another language.

    The original is the paper money is paid on, so only who pays prints it, and it is signed where a certificate is set. It is
    drawn before it is counted, and nothing is locked meanwhile, for a long list takes minutes: where somebody printed or
    cancelled the voucher in the meantime, it is drawn once more. Raises: NotFound, NotAllowed, WrongState, BadInput.
    """
    for _ in range(DRAWN_AGAIN):
        voucher = get_voucher(number, by=by)
        copy, cancelled, other = _next_copy(voucher), cancellation_of(voucher), other_language(voucher, language)
        if copy == 0:
            require_role(by, Role.DDO, action="print the original of a voucher")
            if other:
                own = issued_in(voucher).label
                detail = f"The original of {number} is printed as it was issued: {own}. Choose another for a copy."
                raise BadInput(detail, fields={"language": detail})
        note = f"Printed {today():{DAY}} by {by.get_full_name()}"
        paper = _drawn(voucher, cancelled, masked=bool(copy), copy=copy, language=other, printed=note)
        signed = None if copy else originals.sign_original(voucher, paper)
        if printing := _counted(voucher, copy, cancelled, signed, language=other, by=by):
            return printing, signed.content if signed else paper
    raise WrongState(f"Others are printing {number} just now. Print it again in a minute.", ids=(voucher.pk,))


@transaction.atomic
def _counted(
    voucher: Voucher, copy: int, cancelled: Cancellation | None, signed: Signed | None, *, language: str, by: User
) -> VoucherPrint | None:
    """The printing, counted; None where the paper that was drawn is not the next one any more."""
    Disbursement.objects.select_for_update().get(pk=voucher.sanction.disbursement_id)
    if _next_copy(voucher) != copy or cancellation_of(voucher) != cancelled:
        return None
    printing = VoucherPrint.objects.create(voucher=voucher, copy=copy, language=language, printed_by=by)
    if signed:
        originals.keep_original(printing, signed, by=by)
    return printing


def _next_copy(voucher: Voucher) -> int:
    last: int | None = voucher.prints.aggregate(last=Max("copy"))["last"]
    return 0 if last is None else last + 1
