"""The coded grounds of returns, rejections and recusals: dated rows of the pack. Reads only."""

from datetime import date

from django.db.models import QuerySet

from beneficiaries.offices.policies import in_force
from funds.models import DecisionGround
from ledger.clock import today
from ledger.errors import BadInput


def offered(outcome: str, *, on: date | None = None) -> QuerySet[DecisionGround]:
    """Those that may be given on the day."""
    return DecisionGround.objects.filter(in_force(on or today()), outcome=outcome).order_by("name")


def all_offered() -> QuerySet[DecisionGround]:
    """Those of every outcome that may be given today."""
    return DecisionGround.objects.filter(in_force(today())).order_by("outcome", "name")


def take_ground(outcome: str, code: str, *, on: date) -> DecisionGround:
    """The ground of this code. Raises: BadInput naming those there are."""
    rows = {row.code: row for row in offered(outcome, on=on)}
    if code not in rows:
        given = f"{code[:40]!r} is not in the list. " if code else ""
        choices = ", ".join(rows) or "none yet; load the pack"
        detail = f"{given}Choose the ground: {choices}."
        raise BadInput(detail, fields={"ground": detail})
    return rows[code]
