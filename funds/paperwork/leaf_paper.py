"""A cheque put into the shape of its leaf, printed on it, and the test page of a fund's bank."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from beneficiaries.offices.scope import get_visible, require_office
from funds.cheque_books import signing
from funds.cheque_books.leaves import CHEQUE
from funds.models import Fund, Instrument, LeafLayout, LeafPrint
from funds.papers.leaf import LeafPaper, draw_leaf, draw_test
from funds.readers import owned_fund
from ledger.clock import today
from ledger.errors import WrongState
from ledger.money import grouped, words
from ledger.roles import Role, require_role

PRINTERS = (Role.DDO,)
PREVIEWERS = (Role.DDO, Role.FUND_MANAGER)
ACT = "print a cheque on its leaf"
SEE = "see how cheques are laid out"


def layout_of(fund: Fund, on: date) -> LeafLayout:
    """The layout of the fund's bank in force on that day. Raises: WrongState where the pack has none."""
    bank = fund.bank_account[4:8]
    rows = LeafLayout.objects.filter(Q(effective_to=None) | Q(effective_to__gte=on), bank=bank, effective_from__lte=on)
    found = rows.order_by("-effective_from").first()
    if found is None:
        raise WrongState(
            f"No layout of a leaf of {fund.bank_name} ({bank}) is loaded. Add it to the pack.", code="no_layout"
        )
    return found


def _cheque(pk: int, *, by: User, action: str) -> Instrument:
    """Raises: NotFound, NotAllowed, WrongState (no cheque, or no longer issued)."""
    rows = Instrument.objects.select_related("fund__office", "line", "issued_by", "co_signature__recorded_by")
    found: Instrument = get_visible(rows, to=by, path="line__disbursement__office", pk=pk)
    require_office(found.fund.office, by=by, action=action)
    if found.method != CHEQUE or found.state != Instrument.State.ISSUED:
        what = found.get_state_display().lower()
        raise WrongState(f"{found} is {what}. Only a cheque that is issued is printed.", ids=(pk,), code="not_printed")
    return found


def _draw(paid: Instrument, mark: str) -> bytes:
    layout, second = layout_of(paid.fund, today()), getattr(paid, "co_signature", None)
    paper = LeafPaper(
        width=layout.width_mm,
        height=layout.height_mm,
        places=layout.places,
        number=paid.number,
        date=f"{paid.issued_on:%d %m %Y}",
        payee=paid.line.payee_name,
        words=words(paid.amount),
        amount=f"{grouped(paid.amount)}",
        first_signatory=paid.issued_by.get_full_name(),
        second_signatory=second.recorded_by.get_full_name() if second else "",
        mark=mark,
    )
    return draw_leaf(paper)


def preview(instrument: int, *, by: User) -> bytes:
    """The leaf over a grid, marked as no cheque; nothing is recorded. Raises: NotAllowed, NotFound, WrongState, BadInput."""
    require_role(by, *PREVIEWERS, action=SEE)
    return _draw(_cheque(instrument, by=by, action=SEE), "PREVIEW")


@transaction.atomic
def print_leaf(*, instrument: int, by: User) -> tuple[str, bytes]:
    """The number and the PDF to print on the leaf; each printing is recorded. A leaf spoilt by the printer is stopped,
    destroyed and replaced like any other: its number is not used again.

    Raises: NotAllowed, NotFound, WrongState (not issued any more, or its second signature is missing), BadInput.
    """
    require_role(by, *PRINTERS, action=ACT)
    paid = _cheque(instrument, by=by, action=ACT)
    signing.require_signed(paid)
    content = _draw(paid, "")
    LeafPrint.objects.create(instrument=paid, recorded_by=by)
    return paid.number, content


def test_page(fund: str, *, by: User) -> bytes:
    """Samples at the places of the layout of the fund's bank, over a grid. Raises: NotAllowed, NotFound, WrongState."""
    require_role(by, *PREVIEWERS, action=SEE)
    layout = layout_of(owned_fund(fund, by=by), today())
    return draw_test(layout.width_mm, layout.height_mm, layout.places, f"Test page, {layout}")
