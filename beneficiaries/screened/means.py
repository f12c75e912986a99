"""Evidence of what a person has to live on and where: recorded once, replaced by a later row, never edited."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import MeansEvidence, Paper, Person, Province
from beneficiaries.offices.scope import get_visible, visible
from beneficiaries.people.merged import refuse_merged
from ledger.clock import act_date
from ledger.errors import BadInput
from ledger.history import trace
from ledger.money import parse_amount
from ledger.roles import Role, require_role

What = MeansEvidence.What


def visible_means(user: User) -> QuerySet[MeansEvidence]:
    """Evidence of the people of the user's office, or of all from a federal one."""
    rows = MeansEvidence.objects.select_related("person", "province", "recorded_by", "paper__kind", "paper__case")
    return visible(rows, to=user, path="person__office")


def latest(records: Mapping[int, int]) -> dict[int, dict[str, MeansEvidence]]:
    """By person and kind the evidence of the latest day, of one day the one recorded last; `records`: merged.standing_for."""
    found: dict[int, dict[str, MeansEvidence]] = defaultdict(dict)
    rows = MeansEvidence.objects.filter(person__in=list(records)).select_related("province")
    for row in rows.order_by("shown_on", "pk"):
        found[records[row.person_id]][row.what] = row
    return found


@transaction.atomic
def record_income(
    *, person: int, monthly_income: Any, source: str, by: User, shown_on: date | None = None, paper: int | None = None
) -> MeansEvidence:
    """Income of the person's household in rupees a month, as a certificate or a report showed it.

    Raises: NotAllowed, NotFound, BadInput.
    """
    found, common = _common(person, source, shown_on, paper, by)
    amount = Decimal("0.00") if str(monthly_income).strip() in ("0", "0.00") else None
    if amount is None:
        amount = take("monthly_income", parse_amount, monthly_income)
    return MeansEvidence.objects.create(person=found, what=What.INCOME, monthly_income=amount, **common)


@transaction.atomic
def record_residence(
    *,
    person: int,
    province: Province,
    resident_since: date,
    source: str,
    by: User,
    shown_on: date | None = None,
    paper: int | None = None,
) -> MeansEvidence:
    """Where the person lives and since when. Raises: NotAllowed, NotFound, BadInput."""
    found, common = _common(person, source, shown_on, paper, by)
    if resident_since > common["shown_on"]:
        detail = f"{resident_since:%-d %b %Y} is after the day of the evidence. Compare the two dates."
        raise BadInput(detail, fields={"resident_since": detail})
    return MeansEvidence.objects.create(
        person=found, what=What.RESIDENCE, province=province, resident_since=resident_since, **common
    )


def _common(
    person: int, source: str, shown_on: date | None, paper: int | None, by: User
) -> tuple[Person, dict[str, Any]]:
    require_role(by, Role.CASE_OFFICER, action="record evidence of means")
    found = get_visible(Person.objects.all(), to=by, pk=person)
    refuse_merged([found.pk])
    return found, {
        "shown_on": act_date(shown_on, field="shown_on"),
        "source": take("source", parse_text, source, maximum=160),
        "paper": _paper(found, paper),
        "recorded_by": by,
        **trace(),
    }


def _paper(person: Person, pk: int | None) -> Paper | None:
    """A standing paper of one of the person's cases. Raises: BadInput."""
    if pk is None:
        return None
    row = Paper.objects.filter(pk=pk, case__person=person, withdrawal=None).first()
    if row is None:
        detail = f"{person} has no paper {pk} in a case. Choose one of the list."
        raise BadInput(detail, fields={"paper": detail})
    return row
