"""What the demonstration's people live on and where, as certificates showed it."""

from datetime import date, timedelta

from beneficiaries.models import Case
from beneficiaries.screened import means

ASKED_FROM = date(2025, 7, 1)  # the pack asks for it from then on
RESIDENT = date(2019, 4, 1)


def show(case: Case, day: date) -> None:
    """Evidence for a case of 2025-26 and later, some days before its request; told by the name, so the same in every run."""
    if day < ASKED_FROM:
        return
    person, by, shown = case.person, case.created_by, day - timedelta(days=9)
    number = sum(map(ord, person.name))
    means.record_income(
        person=person.pk,
        monthly_income=str(9_000 + number % 37 * 500),
        source=f"Certificate {number % 90 + 1} of the Union Council",
        by=by,
        shown_on=shown,
    )
    if person.province.code == "BL":
        source = "Domicile certificate of the Deputy Commissioner"
        means.record_residence(
            person=person.pk, province=person.province, resident_since=RESIDENT, source=source, by=by, shown_on=shown
        )
