"""The notified value of diyat: recorded with its notification and file, and what an award below it needs."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.documents import PaperAltered
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Case, DiyatValue, Obligation, Paper
from beneficiaries.offices.policies import YearValue, values_on
from beneficiaries.offices.scope import office_of
from beneficiaries.papers import store
from beneficiaries.papers.examining import examine
from ledger.chart import fiscal_bounds
from ledger.clock import act_date
from ledger.errors import BadInput, NotAllowed, NotFound
from ledger.history import acting
from ledger.locks import hold
from ledger.money import parse_amount
from ledger.roles import Role, require_role

OF_THE_COURT = ("judgment", "court_order")  # the kinds of paper by which a court's own word lies in the case


@dataclass(frozen=True, slots=True)
class Compared:
    """A diyat beside the notified value of the year in which it was decided."""

    obligation: Obligation
    value: YearValue
    order_is_in: bool

    @property
    def below(self) -> bool:
        return self.value.amount is not None and self.obligation.whole < self.value.amount

    @property
    def lacks_the_order(self) -> bool:
        """Whether it may not be asked for: the court alone may go below the value (PPC s.323, s.338-E)."""
        return self.below and not self.order_is_in


def compared(case: Case) -> list[Compared]:
    """Every diyat of the case beside its year's value."""
    rows = list(
        Obligation.objects.filter(order__case=case, kind=Obligation.Kind.DIYAT).select_related("order__court", "award")
    )
    papers = Paper.objects.filter(case=case, kind__code__in=OF_THE_COURT, withdrawal=None) if rows else ()
    about = {paper.order_id for paper in papers}
    values = values_on(row.order.decided_on for row in rows)
    return [Compared(row, values[row.order.decided_on], None in about or row.order_id in about) for row in rows]


@transaction.atomic
def record_value(
    *,
    year: str,
    amount: Any,
    notification: str,
    notified_on: date,
    source: str,
    by: User,
    content: bytes | None = None,
) -> DiyatValue:
    """The value the Federal Government notified for a fiscal year, in rupees; it replaces what the pack had for that year.

    `content` is the notification's file. Raises: NotAllowed, BadInput naming the field, NoRoom.
    """
    require_role(by, Role.FUND_MANAGER, action="record a notified value")
    if not office_of(by).is_federal:
        raise NotAllowed("The value is notified for the whole country, so the ministry records it.")
    if not re.fullmatch(r"(19|20)[0-9]{2}-[0-9]{2}", year):
        raise BadInput(
            "The year cannot be read.", fields={"year": f"{year[:10]!r} is not a fiscal year such as 2025-26."}
        )
    fiscal_bounds(year)
    values: dict[str, Any] = {
        "amount": take("amount", parse_amount, amount),
        "notification": take("notification", parse_text, notification, maximum=60),
        "notified_on": act_date(notified_on, field="notified_on"),
        "source": take("source", parse_text, source, maximum=300),
        "exact": True,
        "recorded_by": by,
    }
    if content is not None:
        found = examine(content)
        store.keep(content, found.sha256)
        values |= {"file_sha256": found.sha256, "file_type": found.media_type}
    hold("diyat value", int(year[:4]))
    row = DiyatValue.objects.filter(year=year).first() or DiyatValue(year=year)
    with acting(by, f"Notification {values['notification']}"):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row


def read_file(pk: int) -> tuple[DiyatValue, bytes]:
    """A notification's file, hashed again just now. Raises: NotFound, PaperAltered."""
    row = DiyatValue.objects.exclude(file_sha256="").filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no file of this notification.")
    try:
        return row, store.content_of(row.file_sha256)
    except store.NotAsKept as fault:
        raise PaperAltered(f"The notification of {row.year} cannot be used: {fault}. Tell the auditor.") from None
