"""The register of people: one row per human being, values in canonical form."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from beneficiaries.casework.resting import changing
from beneficiaries.duplicates import Candidate, MayBeRegistered, everybody_alike, seek, seen_by
from beneficiaries.heirs.majority import ADULT_AGE
from beneficiaries.identity import (
    IdentityError,
    cnic_doubts,
    parse_address,
    parse_cnic,
    parse_name,
    parse_old_nic,
    parse_other_id,
    parse_phone,
    parse_text,
    parse_urdu_name,
    whole_cnic,
)
from beneficiaries.inputs import take
from beneficiaries.models import District, Office, Person
from beneficiaries.offices.scope import get_visible, office_of, visible
from beneficiaries.people.likeness import Particulars
from beneficiaries.people.merged import names_merged_into, refuse_merged
from beneficiaries.people.names import fold, searchable
from beneficiaries.people.sounds import sound_of
from beneficiaries.screened import screening
from ledger.clock import today
from ledger.errors import BadInput, WrongState
from ledger.history import acting
from ledger.roles import Role, require_role

CORRECTABLE = (
    "name", "relation", "relative_name", "name_urdu", "gender", "cnic", "cnic_kind", "other_kind", "other_id", "born_on",
    "is_minor", "phone", "home_address",
)  # fmt: skip


def visible_people(user: User) -> QuerySet[Person]:
    """The people of the user's office, or all from a federal one; who was merged into another is met there."""
    return visible(Person.objects.filter(merged_into=None).select_related("district", "province", "office"), to=user)


def find_people(user: User, text: str) -> QuerySet[Person]:
    """People whose name or relative's name contains the text, or whose CNIC it is."""
    if cnic := whole_cnic(text):
        return visible_people(user).filter(cnic=cnic)
    return find_named(user, text)


def find_named(user: User, text: str) -> QuerySet[Person]:
    """People whose name or relative's name fits the text: for addresses, in which no CNIC belongs."""
    return visible_people(user).filter(named(text))


def named(text: str, *, at: str = "") -> Q:
    """The text as part of a name as written, or all its words as folded; `at` leads to the person, as in "person__"."""
    place = f"{at}folded__contains"
    folded = [Q(**{place: word}) for word in fold(text).split()]
    written = Q(**{place: unicodedata.normalize("NFC", text.casefold())})
    return written | reduce(and_, folded) if folded else written


def age_on(born_on: date, day: date) -> int:
    """Whole years lived on that day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


_NEEDED = ("name", "relative_name")
_PARSERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("name", parse_name),
    ("relative_name", parse_name),
    ("name_urdu", parse_urdu_name),
    ("cnic", parse_cnic),
    ("phone", parse_phone),
    ("home_address", parse_address),
)
_CHOICES = (("gender", Person.Gender), ("relation", Person.Relation), ("cnic_kind", Person.CnicKind))


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Canonical values. Raises: BadInput with every field that cannot be taken."""
    errors: dict[str, str] = {}
    for field, parse in _PARSERS:
        if field not in _NEEDED and not values.get(field):
            values[field] = None if field == "cnic" else ""
            continue
        try:
            values[field] = parse(values[field])
        except IdentityError as error:
            errors[field] = str(error)
    for field, choices in _CHOICES:
        if values.get(field) not in choices.values:
            errors[field] = (
                f"{values.get(field)!r} is not in the list. Choose one of: {', '.join(map(str, choices.labels))}."
            )
    _clean_other(values, errors)
    born = values.get("born_on")
    if born is not None:
        if born > today():
            errors["born_on"] = f"{born:%-d %b %Y} is after today. Give the date of birth."
        elif age_on(born, today()) < ADULT_AGE:
            values["is_minor"] = True
    if errors:
        raise BadInput("The person cannot be registered like this.", fields=errors)
    return values


def _clean_other(values: dict[str, Any], errors: dict[str, str]) -> None:
    """A number of another paper and its kind come together."""
    kind, number = values.get("other_kind") or "", values.get("other_id") or ""
    values |= {"other_kind": kind, "other_id": number}
    if kind and kind not in Person.OtherKind.values:
        errors["other_kind"] = f"{kind!r} is not in the list. Choose one of: {', '.join(Person.OtherKind.values)}."
    elif kind and not number:
        errors["other_id"] = "Write the number of this paper, or choose no other paper."
    elif number and not kind:
        errors["other_kind"] = "Say which paper this number is of."
    elif number:
        try:
            values["other_id"] = (parse_old_nic if kind == Person.OtherKind.NIC else parse_other_id)(number)
        except IdentityError as error:
            errors["other_id"] = str(error)


def doubts(person: Person) -> list[str]:
    """What should be compared with the card once more; shown after saving, and refused to nobody."""
    return cnic_doubts(person.cnic or "", person.gender)


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
    home_address: str = "",
    name_urdu: str = "",
    cnic_kind: str = Person.CnicKind.CNIC,
    other_kind: str = "",
    other_id: str = "",
    distinct_because: str = "",
) -> Person:
    """A new person in the user's office. A CNIC that is registered already is refused, with whom it belongs to if visible.

    Where somebody alike is on record, `distinct_because` must say why this is another person; a verifier compares the two. The
    person is compared with the watch list; a hit refuses nothing here.

    Raises: NotAllowed, BadInput, WrongState (code `duplicate`), MayBeRegistered (code `likely_duplicate`).
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
            "home_address": home_address,
            "name_urdu": name_urdu,
            "cnic_kind": cnic_kind,
            "other_kind": other_kind,
            "other_id": other_id,
        }
    )
    _refuse_twin(values, by=by)
    said = take("distinct_because", parse_text, distinct_because, maximum=200) if distinct_because.strip() else ""
    alike = _alike(values, district)
    if not said and (seen := seen_by(by, alike)):
        raise MayBeRegistered(seen)
    try:
        with acting(by, "Registered"), transaction.atomic():
            made = Person.objects.create(
                **values,
                **_found_by(values),
                office=office,
                district=district,
                province_id=district.province_id,
                guardian=guardian,
                created_by=by,
            )
            seek(made, said=said, alike=alike)
    except IntegrityError:
        # Somebody registered the same number between the look and the write: say so as if it had been there before.
        _refuse_twin(values, by=by)
        raise
    screening.screen_people([made], occasion=screening.Occasion.REGISTERED)
    return made


def _alike(values: dict[str, Any], district: District) -> list[Candidate]:
    """Who of every office should be compared first."""
    compared = ("name", "relative_name", "gender", "name_urdu", "born_on", "phone")
    given = Particulars(
        **{field: values[field] for field in compared},
        cnic=values["cnic"] or "",
        district=district.pk,
        province=district.province_id,
    )
    return everybody_alike(given)


def _found_by(values: dict[str, Any], merged: Sequence[str] = ()) -> dict[str, str]:
    """What the searches look in; `merged`: the names of records merged into this one."""
    return {
        "folded": searchable(values["name"], values["relative_name"], values["name_urdu"], *merged),
        "sound": sound_of(values["name"], values["relative_name"]),
    }


def _refuse_twin(values: dict[str, Any], *, by: User, person: int | None = None) -> None:
    """Raises: WrongState if a number is somebody else's, naming the person only if the user may see the record."""
    cnic, kind = values["cnic"], values["other_kind"]
    same = {"CNIC": Q(cnic=cnic)} if cnic else {}
    same |= {"number of another paper": Q(other_kind=kind, other_id=values["other_id"])} if kind else {}
    for what, wanted in same.items():
        twin = Person.objects.filter(wanted).exclude(pk=person or 0).first()
        if twin is not None:
            mine = visible_people(by).filter(pk=twin.pk).exists()
            whose = f"It belongs to {twin.name}." if mine else "It belongs to somebody registered by another office."
            ids = (twin.pk,) if mine else ()
            raise WrongState(f"This {what} is already registered. {whose}", ids=ids, code="duplicate")


def _check_guardian(guardian: Person | None, *, by: User, person: int | None = None) -> None:
    """Raises: NotFound for a guardian the user may not see, BadInput for a minor or the person."""
    if guardian is None:
        return
    found = get_visible(Person.objects.all(), to=by, pk=guardian.pk)
    refuse_merged([found.pk])
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
    with changing(by=by, reason=f"Record corrected: {reason.strip()}", people=[person, *_wards(person)]):
        return _correct(person, by=by, reason=reason.strip(), changes=changes)


def _wards(person: int) -> list[int]:
    """Those whose guardian the person is: their payee lines name the guardian."""
    return list(Person.objects.filter(guardian=person).order_by("pk").values_list("pk", flat=True))


def _correct(person: int, *, by: User, reason: str, changes: dict[str, Any]) -> Person:
    row = Person.objects.select_for_update().get(pk=person)
    refuse_merged([row.pk])
    values = _clean({field: changes.get(field, getattr(row, field)) for field in CORRECTABLE})
    _refuse_twin(values, by=by, person=row.pk)
    values |= _found_by(values, names_merged_into(row))
    if "district" in changes:
        values |= {"district": changes["district"], "province_id": changes["district"].province_id}
    if "guardian" in changes:
        _check_guardian(changes["guardian"], by=by, person=row.pk)
        values["guardian"] = changes["guardian"]
    for field, value in values.items():
        setattr(row, field, value)
    with acting(by, reason):
        row.save()
        seek(row)
    screening.screen_people([row], occasion=screening.Occasion.CORRECTED)
    return row
