"""The register of bail deposits: what courts hold, of whom, since when, and what became of it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet, Sum

from beneficiaries.offices import persons
from beneficiaries.offices.scope import office_of
from funds.models import CHARGES, Forfeiture, Fund, PayeeLine, PaymentKind
from funds.owing.outstanding import charged_lines
from funds.readers import require_reader, seen
from ledger import balances
from ledger.clock import today
from ledger.errors import NotFound

ACCOUNT = CHARGES[PaymentKind.BAIL]
NOTHING = Decimal("0.00")
HELD, SETTLED, UNPAID = "held", "settled", "unpaid"
# Days since the bank paid it, both included.
AGES = ((0, 90), (91, 365), (366, 1095), (1096, None))
LABELS = ("up to 90 days", "91 to 365 days", "1 to 3 years", "more than 3 years")


def visible_deposits(user: User) -> QuerySet[PayeeLine]:
    """The deposits of requests the user sees, with `returned`, `forfeited`, `outstanding`, `paid_on`."""
    return of_kind(PaymentKind.BAIL, user)


def of_kind(kind: str, user: User) -> QuerySet[PayeeLine]:
    """Raises: NotAllowed."""
    require_reader(user)
    rows = charged_lines(kind).select_related(
        "disbursement__fund__office",
        "disbursement__fund__book",
        "disbursement__sanction__voucher",
        "disbursement__office",
    )
    rows = rows.select_related("case__person", "obligation__order__court")
    return seen(rows, by=user, path="disbursement__office")


def get_deposit(line: int, *, by: User) -> PayeeLine:
    """Raises: NotAllowed, NotFound."""
    row = visible_deposits(by).filter(pk=line).first()
    if row is None:
        raise NotFound("There is no such bail deposit in your office.")
    return row


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """held: a court has it; settled: it came back or was forfeited; unpaid: vouchered, and not at the court."""
    if state == HELD:
        return rows.filter(outstanding__gt=0, paid_on__isnull=False)
    if state == SETTLED:
        return rows.filter(outstanding=0)
    return rows.filter(outstanding__gt=0, paid_on=None) if state == UNPAID else rows


def state_of(row: PayeeLine) -> str:
    """Which of the three it is; of a row with the figures of the register."""
    if not row.outstanding:  # type: ignore[attr-defined]
        return SETTLED
    return HELD if row.paid_on else UNPAID  # type: ignore[attr-defined]


def sums(rows: QuerySet[Any]) -> dict[str, Decimal]:
    """Rupees of all the rows: `amount`, `returned`, `forfeited`, `outstanding`."""
    names = ("amount", "returned", "forfeited", "outstanding")
    found = rows.order_by().aggregate(**{f"all_{name}": Sum(name) for name in names})
    return {name: found[f"all_{name}"] or NOTHING for name in names}


def ages(rows: QuerySet[Any], on: date | None = None) -> list[tuple[str, Decimal]]:
    """Rupees that courts hold, by how long."""
    day, sums = on or today(), [NOTHING] * len(AGES)
    held = in_state(rows, HELD).order_by().values_list("paid_on", "outstanding")
    for paid_on, left in held:
        days = max((day - paid_on).days, 0)
        place = next(at for at, (first, last) in enumerate(AGES) if days >= first and (not last or days <= last))
        sums[place] += left
    return list(zip(LABELS, sums, strict=True))


@dataclass(frozen=True, slots=True)
class Tie:
    """The register of a fund beside its account, in rupees."""

    fund: Fund
    account: str
    register: Decimal
    balance: Decimal

    @property
    def holds(self) -> bool:
        return self.register == self.balance


def ties(kind: str, funds: Iterable[Fund], *, by: User) -> list[Tie]:
    """For each fund that pays this kind: what its register adds up to, and what its account holds. Only a federal office sees
    all requests of a fund, so nobody else is told."""
    whole = [fund for fund in funds if kind in fund.kinds and office_of(by).is_federal]
    sums = charged_lines(kind).filter(disbursement__fund__in=whole).order_by().values("disbursement__fund")
    found = {row["disbursement__fund"]: row["total"] for row in sums.annotate(total=Sum("outstanding"))}
    code = CHARGES[kind]
    return [Tie(fund, code, found.get(fund.pk, NOTHING), balances.balance(fund.book.code, code)) for fund in whole]


def to_agree(user: User) -> QuerySet[Forfeiture]:
    """What others recorded as forfeited, in the funds that the user's office keeps."""
    rows = Forfeiture.objects.filter(decision=None).exclude(proposed_by__in=persons.selves(user))
    office = office_of(user)
    if not office.is_federal:
        rows = rows.filter(line__disbursement__fund__office=office)
    return rows.select_related("line__disbursement__fund", "proposed_by")


def searched(rows: QuerySet[PayeeLine], text: str) -> QuerySet[PayeeLine]:
    """By prisoner, case, voucher or who was paid."""
    if not text:
        return rows
    return rows.filter(
        Q(payee_name__icontains=text)
        | Q(case__person__name__icontains=text)
        | Q(case__number__icontains=text)
        | Q(disbursement__sanction__voucher__number__icontains=text)
    )


def latest_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by(F("paid_on").desc(nulls_first=True), "-pk")
