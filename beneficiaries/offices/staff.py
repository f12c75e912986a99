"""Users and their posts: who works here, in which office, with which roles. Accounts end; they are never deleted."""

import re
import secrets
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from beneficiaries.identity import IdentityError, parse_cnic, parse_iban, parse_name, parse_text
from beneficiaries.inputs import take
from beneficiaries.models import ApiToken, IncompatibleRoles, Office, Officer
from beneficiaries.offices.policies import in_force
from beneficiaries.offices.scope import acts_for, get_visible, visible
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.history import acting
from ledger.roles import Role, require_role

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,29}")
GRADES = range(1, 23)  # BPS 1 to 22
# Letters and digits that nobody confuses when they are read out or copied by hand.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def visible_officers(user: User) -> QuerySet[Officer]:
    """The posts an administrator looks after: those of the own office, or all from a federal one. Raises: NotAllowed."""
    require_role(user, Role.ADMINISTRATOR, action="see the users")
    return visible(Officer.objects.select_related("user", "office").prefetch_related("user__groups"), to=user)


def get_officer(pk: int, *, by: User) -> Officer:
    """Raises: NotAllowed, NotFound."""
    require_role(by, Role.ADMINISTRATOR, action="see the users")
    return get_visible(Officer.objects.select_related("user", "office"), to=by, pk=pk)


def new_password() -> str:
    """A first password for somebody to change: four groups of five letters and digits, about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def register(on: date | None = None) -> QuerySet[IncompatibleRoles]:
    """The register of incompatible roles as it is in force: pairs that one person may not hold together."""
    return IncompatibleRoles.objects.filter(in_force(on or today()))


def clashes(roles: Iterable[Role], *, on: date | None = None) -> list[tuple[Role, Role]]:
    """The pairs among these roles that one person may not hold together; every pair while the register is empty."""
    return clashes_in(pairs_on(on), roles)


def pairs_on(on: date | None = None) -> set[frozenset[str]]:
    """The pairs in the register on the day, to be asked about many people."""
    return {frozenset(pair) for pair in register(on).values_list("first", "second")}


def clashes_in(pairs: set[frozenset[str]], roles: Iterable[Role]) -> list[tuple[Role, Role]]:
    """As `clashes`, of a register that was read before."""
    order = list(Role)
    held = sorted(set(roles), key=order.index)
    return [pair for pair in combinations(held, 2) if not pairs or frozenset(pair) in pairs]


@transaction.atomic
def create_officer(
    *,
    username: str,
    first_name: str,
    last_name: str,
    office: Office,
    designation: str,
    grade: int,
    cnic: str,
    roles: Iterable[str],
    password: str,
    reason: str,
    by: User,
    iban: str = "",
) -> Officer:
    """A new user with a post; an approver's limit is proposed next (limits.py). `iban` is the salary account's.

    Raises: NotAllowed, NotFound for an office that is not the administrator's, BadInput with every field at fault.
    """
    require_role(by, Role.ADMINISTRATOR, action="register a user")
    _check_office(office, by=by)
    errors: dict[str, str] = {}
    login = username.strip().lower()
    if not USERNAME.fullmatch(login):
        errors["username"] = (
            f"User name {username!r} does not fit. Use 3 to 30 small letters and digits, a letter first."
        )
    elif User.objects.filter(username=login).exists():
        errors["username"] = f"There is a user {login} already. Choose another user name."
    names = {field: _collect(errors, field, parse_name, text, maximum=60)
             for field, text in (("first_name", first_name), ("last_name", last_name))}  # fmt: skip
    number = _collect(errors, "cnic", parse_cnic, cnic)
    if number and Officer.objects.filter(cnic=number).exists():
        errors["cnic"] = "This CNIC belongs to a user already: one person has one account."
    account = (_collect(errors, "iban", parse_iban, iban) or "") if iban.strip() else ""
    wanted = _roles(errors, roles)
    values = _post_values(errors, designation=designation, grade=grade)
    why = _collect(errors, "reason", parse_text, reason, maximum=200)
    user = User(username=login, first_name=names["first_name"] or "", last_name=names["last_name"] or "")
    _check_password(errors, password, user)
    if errors:
        raise BadInput("The user cannot be registered like this.", fields=errors)
    user.set_password(password)
    try:
        with acting(by, f"Registered as {_named(wanted)}: {why}"), transaction.atomic():
            user.save()
            _set_groups(user, wanted)
            return Officer.objects.create(user=user, office=office, cnic=number or "", iban=account, **values)
    except IntegrityError as error:
        raise WrongState("Somebody else registered this user name or CNIC just now.", code="duplicate") from error


@transaction.atomic
def change_officer(
    *,
    officer: int,
    office: Office,
    designation: str,
    grade: int,
    roles: Iterable[str],
    reason: str,
    by: User,
    iban: str = "",
) -> Officer:
    """Another post or other roles for a user; they count from the next request on. A limit goes with the post it was given for.

    An empty `iban` leaves the salary account as it is.

    Raises: NotAllowed (also for the own account), NotFound, BadInput.
    """
    row = _lock(officer, by=by, what="change your own account")
    _check_office(office, by=by)
    errors: dict[str, str] = {}
    wanted = _roles(errors, roles)
    values = _post_values(errors, designation=designation, grade=grade)
    why = _collect(errors, "reason", parse_text, reason, maximum=200)
    if iban.strip():
        values["iban"] = _collect(errors, "iban", parse_iban, iban)
    if errors:
        raise BadInput("The user cannot be changed like this.", fields=errors)
    before = roles_named(row.user)
    note = f"Roles: {_named(before)} → {_named(wanted)}. {why}" if set(before) != set(wanted) else why
    for field, value in (values | {"office": office}).items():
        setattr(row, field, value)
    with acting(by, note or ""):
        _set_groups(row.user, wanted)
        row.save()
    return row


@transaction.atomic
def deactivate(*, officer: int, reason: str, by: User) -> Officer:
    """Closes an account: no sign-in, every session and API token ends at once. What the user did stays.

    Raises: NotAllowed (also for the own account), NotFound, BadInput, WrongState.
    """
    row = _lock(officer, by=by, what="close your own account")
    why = take("reason", parse_text, reason, maximum=200)
    if not row.user.is_active:
        raise WrongState(f"The account of {row.user.get_full_name()} is closed already.", ids=(row.pk,))
    row.user.is_active = False
    # A session carries a digest of the password, so none comes back to life when the account is opened again.
    row.user.set_unusable_password()
    row.user.save(update_fields=["is_active", "password"])
    with acting(by, f"Account closed: {why}"):
        for token in ApiToken.objects.select_for_update().filter(user=row.user, revoked_at=None):
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
        row.save()
    return row


@transaction.atomic
def reactivate(*, officer: int, password: str, reason: str, by: User) -> Officer:
    """Opens a closed account again with a new password. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    row = _lock(officer, by=by, what="open your own account")
    why = take("reason", parse_text, reason, maximum=200)
    if row.user.is_active:
        raise WrongState(f"The account of {row.user.get_full_name()} is open already.", ids=(row.pk,))
    row.user.is_active = True
    _new_password(row.user, password)
    with acting(by, f"Account opened again: {why}"):
        row.save()
    return row


@transaction.atomic
def reset_password(*, officer: int, password: str, reason: str, by: User) -> Officer:
    """Sets a password the user changes after signing in; sessions with the old one end.

    Raises: NotAllowed (also for the own account), NotFound, BadInput, WrongState for a closed account.
    """
    row = _lock(officer, by=by, what="reset your own password here: use “Change password”")
    why = take("reason", parse_text, reason, maximum=200)
    if not row.user.is_active:
        raise WrongState(f"The account of {row.user.get_full_name()} is closed. Open it again first.", ids=(row.pk,))
    _new_password(row.user, password)
    with acting(by, f"Password reset: {why}"):
        row.save()
    return row


def roles_named(user: User) -> list[Role]:
    """The roles of any user, active or not, in the order of the list."""
    names = {group.name for group in user.groups.all()}
    return [role for role in Role if role.value in names]


def _lock(officer: int, *, by: User, what: str) -> Officer:
    require_role(by, Role.ADMINISTRATOR, action="change a user")
    found = get_visible(Officer.objects.all(), to=by, pk=officer)
    if found.user_id == by.pk:
        raise NotAllowed(f"You cannot {what}. Another administrator does that.")
    row = Officer.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row.user = User.objects.select_for_update().get(pk=found.user_id)
    return row


def _check_office(office: Office, *, by: User) -> None:
    if not acts_for(office, by=by):
        raise NotFound("There is no such office for you.")


def _collect(errors: dict[str, str], field: str, parse: Any, text: str, **options: Any) -> str | None:
    try:
        return str(parse(text, **options))
    except IdentityError as error:
        errors[field] = str(error)
        return None


def _roles(errors: dict[str, str], names: Iterable[str]) -> list[Role]:
    given = list(names)
    unknown = [name for name in given if name not in Role.values]
    if unknown or not given:
        errors["roles"] = f"{unknown[0]!r} is no role." if unknown else "Choose at least one role."
        return []
    wanted = [role for role in Role if role.value in given]
    if pairs := clashes(wanted):
        texts = "; ".join(f"{one.label} and {other.label.lower()}" for one, other in pairs)
        errors["roles"] = (
            f"One person may not hold both: {texts}. Preparing, approving, paying and checking stay apart."
        )
    return wanted


def _post_values(errors: dict[str, str], *, designation: str, grade: int) -> dict[str, Any]:
    if grade not in GRADES:
        errors["grade"] = f"Grade {grade} is not in the basic pay scales. Give 1 to 22."
    return {"designation": _collect(errors, "designation", parse_text, designation, maximum=80), "grade": grade}


def _check_password(errors: dict[str, str], password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors["password"] = " ".join(error.messages)


def _new_password(user: User, password: str) -> None:
    errors: dict[str, str] = {}
    _check_password(errors, password, user)
    if errors:
        raise BadInput(errors["password"], fields=errors)
    user.set_password(password)
    user.save(update_fields=["password", "is_active"])


def _set_groups(user: User, roles: list[Role]) -> None:
    user.groups.set(Group.objects.get_or_create(name=role.value)[0] for role in roles)


def _named(roles: Iterable[Role]) -> str:
    return ", ".join(str(role.label).lower() for role in roles) or "nothing"
