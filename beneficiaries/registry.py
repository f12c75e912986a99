"""The register of people: one row per human being, values in canonical form."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from beneficiaries.identity import IdentityError, parse_cnic, parse_name, parse_phone, whole_cnic
from beneficiaries.models import District, Office, Person
from beneficiaries.scope import get_visible, office_of, visible
from ledger.clock import today
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.roles import Role, require_role

ADULT_AGE = 18  # PPC s.299: an adult is eighteen


def visible_people(user: User) -> QuerySet[Person]:
    """The people of the user's office, or all from a federal one."""
    return visible(Person.objects.select_related("district", "province", "office"), to=user)


def find_people(user: User, text: str) -> QuerySet[Person]:
    """People whose name or relative's name contains the text, or whose CNIC it is."""
    if cnic := whole_cnic(text):
        return visible_people(user).filter(cnic=cnic)
    return find_named(user, text)


def find_named(user: User, text: str) -> QuerySet[Person]:
    """People whose name or relative's name contains the text: for addresses, in which no CNIC belongs."""
    return visible_people(user).filter(Q(name__icontains=text) | Q(relative_name__icontains=text))


def age_on(born_on: date, day: date) -> int:
    """Whole years lived on that day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Canonical values. Raises: BadInput with every field that cannot be taken."""
    errors: dict[str, str] = {}
    for field, parse in (
        ("name", parse_name),
        ("relative_name", parse_name),
        ("cnic", parse_cnic),
        ("phone", parse_phone),
    ):
        if field in ("cnic", "phone") and not values.get(field):
            values[field] = None if field == "cnic" else ""
            continue
        try:
            values[field] = parse(values[field])
        except IdentityError as error:
            errors[field] = str(error)
    for field, choices in (("gender", Person.Gender), ("relation", Person.Relation)):
        if values.get(field) not in choices.values:
            errors[field] = (
                f"{values.get(field)!r} is not in the list. Choose one of: {', '.join(map(str, choices.labels))}."
            )
    born = values.get("born_on")
    if born is not None:
        if born > today():
            errors["born_on"] = f"{born:%d %b %Y} is after today. Give the date of birth."
        elif age_on(born, today()) < ADULT_AGE:
            values["is_minor"] = True
    if errors:
        raise BadInput("The person cannot be registered like this.", fields=errors)
    return values


@transaction.atomic
def register_person(
    *,
    name: str,
    relation: str,
    relative_name: str,
    gender: str,
    district: District,
    by: User,
    cnic: str | None = None,
    born_on: date | None = None,
    is_minor: bool = False,
    guardian: Person | None = None,
    phone: str = "",
) -> Person:
    """A new person in the user's office. A CNIC that is registered already is refused, with whom it belongs to if visible.

    Raises: NotAllowed, BadInput, WrongState (code `duplicate`).
    """
    require_role(by, Role.CASE_OFFICER, action="register a person")
    office: Office = office_of(by)
    _check_guardian(guardian, by=by)
    values = _clean(
        {
            "name": name,
            "relation": relation,
            "relative_name": relative_name,
            "gender": gender,
            "cnic": cnic,
            "born_on": born_on,
            "is_minor": is_minor,
            "phone": phone,
        }
    )
    if values["cnic"]:
        _refuse_twin(values["cnic"], by=by)
    try:
        with acting(by, "Registered"), transaction.atomic():
            return Person.objects.create(
                **values,
                office=office,
                district=district,
                province_id=district.province_id,
                guardian=guardian,
                created_by=by,
            )
    except IntegrityError:
        # Somebody registered the same CNIC between the look and the write: say so as if it had been there before.
        _refuse_twin(values["cnic"], by=by)
        raise


def _refuse_twin(cnic: str | None, *, by: User, person: int | None = None) -> None:
    """Raises: WrongState if the CNIC is somebody else's, naming the person only if the user may see the record."""
    twin = Person.objects.filter(cnic=cnic).exclude(pk=person or 0).first() if cnic else None
    if twin is None:
        return
    mine = visible_people(by).filter(pk=twin.pk).exists()
    whose = f"It belongs to {twin.name}." if mine else "It belongs to somebody registered by another office."
    raise WrongState(f"This CNIC is already registered. {whose}", ids=(twin.pk,) if mine else (), code="duplicate")


def _check_guardian(guardian: Person | None, *, by: User, person: int | None = None) -> None:
    """Raises: NotFound for a guardian the user may not see, BadInput for a minor or the person."""
    if guardian is None:
        return
    found = get_visible(Person.objects.all(), to=by, pk=guardian.pk)
    if found.is_minor or found.pk == person:
        detail = (
            f"{found.name} is a minor. A guardian is an adult." if found.is_minor else "Nobody is the own guardian."
        )
        raise BadInput(detail, fields={"guardian": detail})


@transaction.atomic
def correct_person(*, person: int, by: User, reason: str, **changes: Any) -> Person:
    """Corrects particulars, with a reason that the history keeps. Raises: NotFound, NotAllowed, BadInput, WrongState."""
    require_role(by, Role.CASE_OFFICER, action="correct a person")
    if not reason.strip():
        raise BadInput("Say why the record changes.", fields={"reason": "Say why the record changes."})
    get_visible(Person.objects.all(), to=by, pk=person)
    row = Person.objects.select_for_update().get(pk=person)
    fields = ("name", "relation", "relative_name", "gender", "cnic", "born_on", "is_minor", "phone")
    values = _clean({field: changes.get(field, getattr(row, field)) for field in fields})
    _refuse_twin(values["cnic"], by=by, person=row.pk)
    if "district" in changes:
        values |= {"district": changes["district"], "province_id": changes["district"].province_id}
    if "guardian" in changes:
        _check_guardian(changes["guardian"], by=by, person=row.pk)
        values["guardian"] = changes["guardian"]
    for field, value in values.items():
        setattr(row, field, value)
    with acting(by, reason.strip()):
        row.save()
    return row
