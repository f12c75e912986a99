"""Which transfers may go into a run: unpaid lines of vouchered requests, by filter, and what holds each of the others back."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from funds.models import Fund, Instrument, PayeeLine, RunLine
from funds.readers import seen
from funds.requests import changed_accounts, payee_holds
from funds.workflow import State

# The characters that every bank takes in the names of a payment message, and how many of them.
LATIN = r"^[A-Za-z0-9/?:().,'+ -]{1,70}$"
MOST = 100_000  # lines of a run
ON_HOLD = "the payee is on hold"
UNWRITABLE = "the name has letters that banks do not take, or more than 70 of them"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; what is empty does not narrow."""

    fund: Fund
    office: int | None = None
    kind: str = ""
    request: str = ""
    vouchered_until: date | None = None


def writable(name: str) -> bool:
    """Whether banks take the name as it is; it is never cut."""
    return re.fullmatch(LATIN, name) is not None


def unpaid(wanted: Wanted, *, by: User) -> QuerySet[PayeeLine]:
    """Transfers that were vouchered, are not paid and wait in no run, oldest request first."""
    rows = PayeeLine.objects.select_related("disbursement__sanction__voucher", "disbursement__office").filter(
        ~Exists(Instrument.objects.filter(line=OuterRef("pk"), state__in=Instrument.LIVE)),
        ~Exists(RunLine.objects.filter(line=OuterRef("pk"), state=RunLine.State.CHOSEN)),
        disbursement__fund=wanted.fund,
        disbursement__state=State.VOUCHERED,
        method=PayeeLine.Method.TRANSFER,
    )
    given = {
        "disbursement__office": wanted.office,
        "disbursement__kind": wanted.kind,
        "disbursement__number": wanted.request,
        "disbursement__sanction__voucher__issued_on__lte": wanted.vouchered_until,
    }
    rows = rows.filter(**{path: value for path, value in given.items() if value})
    return seen(rows, by=by, path="disbursement__office").order_by("disbursement_id", "position")


def with_failures(rows: QuerySet[PayeeLine]) -> QuerySet[PayeeLine]:
    """The lines with `came_back`, why their last payment failed, None where there was none."""
    failed = Instrument.objects.filter(line=OuterRef("pk")).order_by("-pk").values("reason")[:1]
    return rows.annotate(came_back=Subquery(failed))


def held_back(keys: Collection[int]) -> dict[int, str]:
    """Why those of the lines, by key, cannot be paid now; a name that banks do not take holds a transfer back only."""
    rows = PayeeLine.objects.filter(pk__in=keys).order_by()
    told = {key: str(changed) for key, changed in changed_accounts.fresh(keys).items()}
    unwritable = rows.filter(method=PayeeLine.Method.TRANSFER).exclude(payee_name__regex=LATIN)
    told |= dict.fromkeys(unwritable.values_list("pk", flat=True), UNWRITABLE)
    return told | dict.fromkeys(rows.filter(payee_holds.held()).values_list("pk", flat=True), ON_HOLD)
