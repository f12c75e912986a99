"""Separation of duties, in one place: who may not take which part in a request, in the words of a refusal. Reads only.

No setting and no superuser flag is asked. The database keeps the same rules in duty_rules.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from beneficiaries.models import Officer
from beneficiaries.offices import persons
from beneficiaries.private.sealed import ValueIndex
from funds.chain import signatures
from funds.models import ApprovalStep, Conflict, Decision, Disbursement, Instrument, PayeeLine
from ledger.errors import NotAllowed, WrongState

TOLD = 10
STAFF_CNIC = "This payee has an account here as a member of the staff. The funds pay nothing to staff."
STAFF_IBAN = "This is the account of a member of the staff. Give the payee's own account."


def conflicts_with(request: Any) -> QuerySet[Conflict]:
    """The conflicts ever declared that touch a request: itself, its cases, their people and its payees. Takes a key or an
    OuterRef."""
    rows = Conflict.objects.select_related("ground", "disbursement", "case", "person", "ending")
    return rows.filter(
        Q(disbursement=request)
        | Q(case__payee_lines__disbursement=request)
        | Q(person__payee_lines__disbursement=request)
        | Q(person__cases__payee_lines__disbursement=request)
        | Q(person__merged_into__payee_lines__disbursement=request)
        | Q(person__merged_into__cases__payee_lines__disbursement=request)
    ).distinct()


def standing_conflicts(request: Any) -> QuerySet[Conflict]:
    """Those of them that nobody ended, which bar their officer. Takes a key or an OuterRef."""
    return conflicts_with(request).filter(ending=None)


def deciding_bar(request: Disbursement, step: ApprovalStep, user: User) -> str:
    """Why the person may not decide this step for what they did or are; empty if they may."""
    return _bar(request, user, then="decide on it", signed=_signed(request, step, user))


def barred(steps: Sequence[ApprovalStep], users: Iterable[User]) -> set[tuple[int, int]]:
    """The pairs (step, user), by their keys, of waiting steps and people that `deciding_bar` refuses; the same four queries
    for many as for one, once persons.know has read the people."""
    people, keys = {user.pk: user for user in users}, [step.disbursement_id for step in steps]
    made = Decision.objects.filter(disbursement__in=keys)
    counts = set(signatures.counting(made).values_list("pk", flat=True))
    rows: dict[int, list[Decision]] = {}
    for row in made.select_related("delegation__giver"):
        rows.setdefault(row.disbursement_id, []).append(row)
    cnics = {user.pk: user.officer.cnic for user in people.values() if hasattr(user, "officer")}
    paid = PayeeLine.objects.filter(disbursement__in=keys, cnic__in=sorted(set(cnics.values())))
    payees = set(paid.values_list("disbursement_id", "cnic"))
    declarers = ArraySubquery(standing_conflicts(OuterRef("pk")).order_by().values("declared_by"))
    declared = dict(Disbursement.objects.filter(pk__in=keys).values_list("pk", declarers))
    found = set()
    for step in steps:
        request, taken = step.disbursement, {step.disbursement.maker_id, *declared[step.disbursement_id]}
        for row in rows.get(request.pk, ()):
            taken |= _takes(row, step, counts=row.pk in counts)
        for user in people.values():
            if not taken.isdisjoint(persons.selves(user)) or (request.pk, cnics.get(user.pk)) in payees:
                found.add((step.pk, user.pk))
    return found


def _takes(row: Decision, step: ApprovalStep, *, counts: bool) -> set[int]:
    """The accounts that may not decide the step because of this decision on the request."""
    if row.outcome == signatures.RECUSED:
        return {row.decided_by_id}
    if row.submission != step.submission or (row.step_id == step.pk and not counts):
        return set()
    return {row.decided_by_id} | ({row.delegation.giver.user_id} if row.delegation else set())


def paying_bar(request: Disbursement, user: User) -> str:
    """Why the person may not hand out this request's money, nor confirm that it went."""
    took = request.decisions.filter(_by_or_for(user)).exclude(outcome=signatures.RECUSED).exists()
    return _bar(
        request, user, then="pay it", signed="You decided on this request, so somebody else must pay it." * took
    )


def making_bar(request: Disbursement, user: User) -> str:
    """Why the maker may not send the request on."""
    return _apart(request, user, then="ask for it")


def _bar(request: Disbursement, user: User, *, then: str, signed: str) -> str:
    officer: Officer | None = getattr(user, "officer", None)
    if request.maker_id in persons.selves(user):
        return f"You drafted this request, so somebody else must {then}."
    if signed:
        return signed
    if officer is not None and request.lines.filter(cnic=officer.cnic).exists():
        return f"You are a payee of this request, so somebody else must {then}."
    return _apart(request, user, then=then)


def _signed(request: Disbursement, step: ApprovalStep, user: User) -> str:
    """One person decides on one step of a submission, and once as long as the signature counts."""
    rows = request.decisions.filter(_by_or_for(user), submission=request.submission)
    rows = rows.exclude(outcome=signatures.RECUSED)
    elsewhere = rows.exclude(step=step).order_by("pk").first()
    made = elsewhere or signatures.counting(rows.filter(step=step)).first()
    if made is None:
        return ""
    if made.decided_by_id not in persons.selves(user):
        who = f"{made.name} signed this request for you on {made.decided_on:%-d %b %Y}"
        return f"{who}, so somebody else must decide now."
    return f"You already signed this request on {made.decided_on:%-d %b %Y}, so somebody else must decide now."


def _by_or_for(user: User) -> Q:
    """Decisions that the person made, and those that somebody made in their stead."""
    accounts = persons.selves(user)
    return Q(decided_by__in=accounts) | Q(delegation__giver__user__in=accounts)


def _apart(request: Disbursement, user: User, *, then: str) -> str:
    accounts = persons.selves(user)
    if request.decisions.filter(decided_by__in=accounts, outcome=signatures.RECUSED).exists():
        return f"You recused yourself from this request, so somebody else must {then}."
    declared = standing_conflicts(request.pk).filter(declared_by__in=accounts).first()
    if declared is not None:
        return f"You declared a conflict of interest with {declared.about}, so somebody else must {then}."
    return ""


def hands_free(request: Disbursement, *, by: User) -> None:
    """Whoever hands out the money neither asked for it nor decided on it nor receives it. Raises: NotAllowed."""
    if refusal := paying_bar(request, by):
        raise NotAllowed(refusal)


def require_clearer(request: Disbursement, paid: Instrument, *, by: User) -> None:
    """Whoever confirms that the money went did not issue the instrument either. Raises: NotAllowed."""
    if paid.issued_by_id in persons.selves(by):
        raise NotAllowed(f"You issued {paid}, so somebody else must compare it with the bank statement.")
    hands_free(request, by=by)


def staff_lines(lines: Iterable[PayeeLine]) -> dict[int, tuple[str, str]]:
    """By position the field at fault and the refusal, for lines that name the CNIC or account of a member of the staff."""
    rows = list(lines)
    known: dict[str, set[str]] = {}
    for field in ("cnic", "iban"):
        given = {value for line in rows if (value := getattr(line, field))}
        found = Officer.objects.filter(**{f"{field}__in": sorted(given)}) if given else Officer.objects.none()
        known[field] = set(found.values_list(field, flat=True))
    told = {}
    for line in rows:
        if line.cnic in known["cnic"]:
            told[line.position] = ("person", STAFF_CNIC)
        elif line.iban in known["iban"]:
            told[line.position] = ("iban", STAFF_IBAN)
    return told


def refuse_staff(request: Disbursement, lines: Iterable[int] | None = None) -> None:
    """Before money is handed out: a payee may have got an account here since. Takes keys of lines; of none, asks of all.

    Raises: WrongState.
    """
    rows = request.lines.alias(number=ValueIndex("cnic"), account=ValueIndex("iban"))
    rows = rows.filter(Q(number__in=_of_staff("cnic")) | Q(account__in=_of_staff("iban")))
    rows = rows if lines is None else rows.filter(pk__in=list(lines))
    names = ", ".join(rows.order_by("position").values_list("payee_name", flat=True)[:TOLD])
    if not names:
        return
    detail = f"{names}: a member of the staff, to whom the funds pay nothing. Cancel {request.number}; tell the fund manager."
    raise WrongState(detail, ids=(request.pk,), code="payee_is_staff")


def _of_staff(column: str) -> QuerySet[Officer, str]:
    """The indexes of the sealed numbers of everybody who has an account, so that none has to be opened."""
    rows = Officer.objects.annotate(value=ValueIndex(column)).exclude(value="")
    return rows.order_by().values_list("value", flat=True)
