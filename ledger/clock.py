"""The date of an act, in Pakistan's time zone: today, or an earlier day given for a paper that came in later."""

from datetime import date

from django.utils import timezone

from ledger.errors import BadInput


def today() -> date:
    """Today in Asia/Karachi, the zone of all dates and fiscal years."""
    return timezone.localdate()


def act_date(on: date | None, *, field: str = "on", not_before: date | None = None) -> date:
    """`on`, or today. Raises: BadInput for a day to come, or one before `not_before` (the act it follows)."""
    day = on or today()
    if day > today():
        raise BadInput(
            "The date is in the future.", fields={field: f"{day:%-d %b %Y} is after today. Give today or earlier."}
        )
    if not_before and day < not_before:
        raise BadInput(
            "The date is too early.",
            fields={field: f"{day:%-d %b %Y} is before {not_before:%-d %b %Y}, the day of the act it follows."},
        )
    return day
