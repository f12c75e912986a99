"""An officer's own daily mail: where it goes, and whether it comes at all."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from beneficiaries.models import Officer
from beneficiaries.offices.scope import officer_of
from ledger.errors import BadInput
from ledger.history import acting


@transaction.atomic
def keep(*, email: str, wanted: str, by: User) -> Officer:
    """Sets the user's own address and `wanted`, "yes" or "no". An empty address gets no mail.

    Raises: NotAllowed for an account without a post, BadInput.
    """
    officer = officer_of(by)
    address = email.strip()
    errors: dict[str, str] = {}
    if wanted not in ("yes", "no"):
        errors["wanted"] = "Choose whether the mail comes."
    if address:
        try:
            validate_email(address)
        except ValidationError:
            errors["email"] = f"{address!r} is no address. Write it as name@office.gov.pk."
    elif wanted == "yes":
        errors["email"] = "Without an address no mail comes. Give one, or switch the mail off."
    if errors:
        raise BadInput("The mail cannot be set like this.", fields=errors)
    row = Officer.objects.select_for_update().get(pk=officer.pk)
    row.daily_mail = wanted == "yes"
    with acting(by, f"Daily mail {'on' if row.daily_mail else 'off'}, address {'given' if address else 'empty'}"):
        User.objects.filter(pk=by.pk).update(email=address)
        row.save(update_fields=["daily_mail"])
    by.email = address
    return row
