"""Payee lines as they are asked for, checked line by line before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Sum

from beneficiaries.heirs.majority import minor_on
from beneficiaries.heirs.waivers import due, waived_of
from beneficiaries.identity import IdentityError, parse_iban, parse_name, parse_text
from beneficiaries.models import Case, Heir, Obligation, Person
from beneficiaries.offices import persons
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import officer_of, visible
from beneficiaries.people.merged import refuse_merged
from funds.chain.duties import staff_lines
from funds.models import Conflict, PayeeLine, PaymentKind
from funds.workflow import DEAD
from ledger.clock import today
from ledger.errors import BadInput, NotFound
from ledger.money import CEILING, AmountError, figures, parse_amount

# Which obligation of a court a payment kind answers; the others need none.
OBLIGATION_KINDS = {kind.value: kind.value for kind in PaymentKind if kind.value in Obligation.Kind.values}
# Asked of each line of a list.
_METHODS, _PAYEE_KINDS = frozenset(PayeeLine.Method.values), frozenset(PayeeLine.PayeeKind.values)


@dataclass(frozen=True, slots=True)
class Payee:
    """One line as asked for. `amount` is rupees, as text or Decimal; a person's name and CNIC are taken from the register."""

    case: Case
    amount: Any
    method: str = PayeeLine.Method.CHEQUE
    person: Person | None = None
    heir: Heir | None = None
    obligation: Obligation | None = None
    payee_kind: str = PayeeLine.PayeeKind.PERSON
    payee_name: str = ""
    payee_relation: str = ""
    iban: str = ""
    account_title: str = ""


def heirs_payees(obligation: Obligation, *, total: Any, methods: dict[int, str] | None = None) -> list[Payee]:
    """One line per heir who did not waive: `total` rupees split by the court's shares in whole rupees, the sum exactly `total`.

    `methods` maps a person's id to how they are paid; a minor's share goes into a savings certificate by default.
    """
    chosen = methods or {}
    return [
        Payee(
            case=obligation.order.case,
            amount=amount,
            person=heir.person,
            heir=heir,
            obligation=obligation,
            method=chosen.get(heir.person_id, usual_method(heir.person, heir)),
        )
        for heir, amount in due(obligation, parse_amount(total))
    ]


def usual_method(person: Person, heir: Heir | None = None) -> PayeeLine.Method:
    """A cheque, but a savings certificate for a minor and a deposit in court for an heir of unsound mind."""
    if minor_on(person, today()):
        return PayeeLine.Method.CERTIFICATE
    unsound = heir is not None and heir.unsound_mind
    return PayeeLine.Method.COURT_DEPOSIT if unsound else PayeeLine.Method.CHEQUE


class _Errors:
    """Collects what is wrong by field of a line, so that the officer sees all of it at once."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def add(self, position: int, field: str, text: str) -> None:
        self.fields.setdefault(f"lines.{position}.{field}", text)

    def attempt(self, position: int, field: str, parse: Any, value: Any) -> Any:
        try:
            return parse(value)
        except (IdentityError, AmountError) as error:
            self.add(position, field, str(error))
            return None


def clean_lines(kind: str, payees: Sequence[Payee], *, by: User, excluding: int | None = None) -> list[PayeeLine]:
    """Unsaved PayeeLines of a request of this kind by the maker `by`.

    Raises: NotFound for a case or person of another office, BadInput naming each line and field.
    `excluding` is the request being revised, whose own lines do not count against the balance of an obligation.
    """
    if not payees:
        raise BadInput("The request has no payee. Add at least one line.", fields={"lines": "Add at least one payee."})
    _check_seen(payees, by=by)
    errors = _Errors()
    lines = [_clean_line(kind, payee, number, errors) for number, payee in enumerate(payees, start=1)]
    _check_people(lines, errors, maker=by)
    _check_conflicts(lines, errors, maker=by)
    if not errors.fields:
        _check_obligations(lines, errors, excluding=excluding)
        _check_shares(lines, errors)
        _check_repeats(lines, errors)
    if errors.fields:
        count = len(errors.fields)
        detail = "1 thing to correct" if count == 1 else f"{count} things to correct"
        raise BadInput(f"{detail} in the payee lines.", fields=errors.fields)
    return lines


def _check_seen(payees: Sequence[Payee], *, by: User) -> None:
    """A case, or a person no court named, of another office is not there for this maker. Raises: NotFound."""
    cases = {payee.case.pk for payee in payees}
    people = {payee.person.pk for payee in payees if payee.person is not None and payee.heir is None}
    for rows, wanted in ((Case.objects.all(), cases), (Person.objects.all(), people)):
        if wanted - set(visible(rows, to=by).filter(pk__in=wanted).order_by().values_list("pk", flat=True)):
            raise NotFound(f"There is no such {rows.model._meta.verbose_name} in your office.")
    refuse_merged(payee.person.pk for payee in payees if payee.person is not None)


def _check_people(lines: Sequence[PayeeLine], errors: _Errors, *, maker: User) -> None:
    """Heirs are those of the award, an award with heirs pays no other person, and nobody asks for themselves."""
    awards = {line.obligation_id for line in lines if line.obligation_id is not None}
    inherited = set(Heir.objects.filter(obligation__in=awards).order_by().values_list("obligation", flat=True))
    own, total = officer_of(maker).cnic, Decimal(0)
    staff = staff_lines(lines)
    for line in lines:
        if line.heir is not None and line.heir.obligation_id != line.obligation_id:
            errors.add(line.position, "heir", "The heir belongs to another award.")
        elif line.heir is not None and line.person_id not in (None, line.heir.person_id):
            errors.add(line.position, "person", f"The share is {line.heir.person}'s, not {line.payee_name}'s.")
        elif line.heir is None and line.person_id is not None and line.obligation_id in inherited:
            errors.add(
                line.position, "heir", f"The court named heirs; {line.payee_name} is paid as one of them or not."
            )
        if line.cnic == own:
            errors.add(line.position, "person", "You are this payee, so somebody else must draft the request.")
        elif line.position in staff:
            errors.add(line.position, *staff[line.position])
        total += line.amount
        if total > CEILING:
            errors.add(line.position, "amount", f"The lines make more than {figures(CEILING)} together.")


def _check_conflicts(lines: Sequence[PayeeLine], errors: _Errors, *, maker: User) -> None:
    """Nobody asks for money in a case, or for a person, from which they stand apart."""
    rows = Conflict.objects.filter(declared_by__in=persons.selves(maker), disbursement=None, ending=None)
    declared = rows.values_list("case", "person")
    cases, people = ({key for key in keys if key} for keys in zip(*declared, strict=True)) if declared else ((), ())
    for line in lines:
        if line.case_id in cases or line.case.person_id in people or line.person_id in people:
            text = "You declared a conflict of interest here, so somebody else must draft the request."
            errors.add(line.position, "case", text)


def _clean_line(kind: str, payee: Payee, number: int, errors: _Errors) -> PayeeLine:
    line = PayeeLine(
        position=number,
        case=payee.case,
        obligation=payee.obligation,
        heir=payee.heir,
        person=payee.person,
        payee_kind=payee.payee_kind,
        method=payee.method,
    )
    line.amount = errors.attempt(number, "amount", parse_amount, payee.amount) or Decimal(0)
    if line.amount == 0:
        errors.add(number, "amount", f"Amount {payee.amount} pays nothing. Give at least one paisa.")
    _clean_payee(line, payee, errors)
    _clean_channel(line, payee, kind, errors)
    _clean_cause(line, kind, errors)
    return line


def _clean_payee(line: PayeeLine, payee: Payee, errors: _Errors) -> None:
    number = line.position
    if line.payee_kind not in _PAYEE_KINDS:
        errors.add(
            number, "payee_kind", f"{line.payee_kind!r} is no kind of payee. Choose person, court, jail or treasury."
        )
    if line.payee_kind == PayeeLine.PayeeKind.PERSON:
        if payee.person is None:
            errors.add(number, "person", "Choose the person who is paid.")
            return
        line.payee_name = payee.person.name
        line.payee_relation = f"{payee.person.get_relation_display()} {payee.person.relative_name}"
        line.cnic = payee.person.cnic or ""
        if payee.heir is not None:
            line.share = payee.heir.share
            line.payee_relation = f"{line.payee_relation}, {payee.heir.kinship} of the deceased"
    else:
        line.payee_name = errors.attempt(number, "payee_name", parse_name, payee.payee_name) or ""
        line.payee_relation = payee.payee_relation and (
            errors.attempt(number, "payee_relation", lambda text: parse_text(text, maximum=160), payee.payee_relation)
            or ""
        )


def _clean_channel(line: PayeeLine, payee: Payee, kind: str, errors: _Errors) -> None:
    number = line.position
    if line.method not in _METHODS:
        errors.add(number, "method", f"{line.method!r} is no way to pay. Choose one of the list.")
    if payee.iban:
        line.iban = errors.attempt(number, "iban", parse_iban, payee.iban) or ""
    if line.method == PayeeLine.Method.TRANSFER:
        if not payee.iban:
            errors.add(number, "iban", "A transfer needs the payee's IBAN.")
        line.account_title = payee.account_title or line.payee_name
        if line.account_title.casefold() != line.payee_name.casefold():
            text = f"Account title {line.account_title!r} is not the payee's name {line.payee_name!r}. They must agree."
            errors.add(number, "account_title", text)
    _check_care(line, errors)
    if kind == PaymentKind.FINE and line.payee_kind == PayeeLine.PayeeKind.PERSON:
        errors.add(number, "payee_kind", "A fine is paid to the court, the jail or the treasury, never to a person.")


def _check_care(line: PayeeLine, errors: _Errors) -> None:
    """The share of a minor or of an heir of unsound mind is kept for them, or goes to the guardian a court ordered."""
    if line.person is None:
        return
    minor = minor_on(line.person, today())
    if not minor and not (line.heir is not None and line.heir.unsound_mind):
        if line.method == PayeeLine.Method.GUARDIAN_ORDER:
            text = f"{line.payee_name} is of age and of sound mind, so no guardian is paid. Choose another way."
            errors.add(line.position, "method", text)
    elif line.method not in PayeeLine.SAFE:
        what = "a minor" if minor else "of unsound mind"
        text = (
            f"{line.payee_name} is {what}: pay into a savings certificate, deposit in court, or to the guardian "
            "by the court's order, never in hand."
        )
        errors.add(line.position, "method", text)
    elif line.method == PayeeLine.Method.GUARDIAN_ORDER:
        if line.person.guardian is None:
            text = f"{line.payee_name} has no guardian on record. Record the one the court named, then ask again."
            errors.add(line.position, "method", text)
            return
        told = f"{line.payee_relation}, by guardian {line.person.guardian.name}"
        line.payee_relation = (
            errors.attempt(line.position, "method", lambda text: parse_text(text, maximum=160), told) or ""
        )


def _clean_cause(line: PayeeLine, kind: str, errors: _Errors) -> None:
    number, wanted = line.position, OBLIGATION_KINDS.get(kind)
    if wanted and line.obligation is None:
        errors.add(number, "obligation", f"Choose the court's order of {PaymentKind(kind).label.lower()} that is paid.")
    elif wanted and line.obligation is not None and line.obligation.kind != wanted:
        text = f"The obligation is {line.obligation.get_kind_display().lower()}, the request {PaymentKind(kind).label.lower()}."
        errors.add(number, "obligation", text)
    elif line.obligation is not None and line.obligation.order.case_id != line.case_id:
        errors.add(number, "obligation", "The obligation belongs to another case.")
    if line.obligation is not None and line.obligation.is_contingent:
        errors.add(number, "obligation", "A surety bond is contingent: nothing is paid on it unless it is forfeited.")
    if line.case.set_aside_on is not None:
        errors.add(number, "case", f"Case {line.case.number} was set aside: {line.case.set_aside_reason}")
    if kind == PaymentKind.RELIEF and line.case.kind != Case.Kind.RELIEF:
        errors.add(number, "case", f"Case {line.case.number} is not a relief case.")


@everywhere()
def _check_obligations(lines: Sequence[PayeeLine], errors: _Errors, *, excluding: int | None) -> None:
    """Nothing beyond what the order leaves to pay, counting every live request of every fund.

    The obligations stay locked until the caller's transaction ends, so that two requests at once cannot both fit.
    """
    wanted = {line.obligation_id for line in lines if line.obligation_id is not None}
    if not wanted:
        return
    locked = Obligation.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    others = PayeeLine.objects.filter(obligation__in=wanted).exclude(disbursement__state__in=DEAD)
    if excluding is not None:
        others = others.exclude(disbursement_id=excluding)
    left = {row.pk: row.balance for row in locked}
    for row in others.values("obligation_id").annotate(total=Sum("amount")):
        left[row["obligation_id"]] -= row["total"]
    for key, waived in waived_of(locked).items():
        left[key] -= waived
    for key, free in left.items():
        ours = [line for line in lines if line.obligation_id == key]
        asked = sum((line.amount for line in ours), Decimal(0))
        if asked > free:
            # One sentence about the sum: heirs share one award, so no single line is at fault.
            text = f"Amount {figures(asked)} is more than the balance of the award, {figures(max(free, Decimal(0)))}."
            errors.add(ours[-1].position, "amount", text)


def _check_shares(lines: Sequence[PayeeLine], errors: _Errors) -> None:
    """Where heirs are paid, each gets the court's share of the whole, to the rupee."""
    by_obligation: dict[int, list[PayeeLine]] = {}
    for line in lines:
        if line.heir is not None and line.obligation is not None:
            by_obligation.setdefault(line.obligation.pk, []).append(line)
    for group in by_obligation.values():
        obligation = group[0].obligation
        total = sum((line.amount for line in group), Decimal(0))
        owed = {heir.pk: amount for heir, amount in due(obligation, total)} if obligation else {}
        gone = next((line for line in group if line.heir_id not in owed), None)
        if gone is not None:
            errors.add(
                gone.position, "heir", f"{gone.payee_name} waived the share before the court. Leave the line out."
            )
            continue
        if {line.heir_id for line in group} != set(owed):
            errors.add(group[0].position, "heir", "Some heirs are missing. Give every heir a line.")
            continue
        for line in group:
            if line.heir_id is not None and line.amount != owed[line.heir_id]:
                text = f"{line.payee_name}'s share {line.share} of {figures(total)} is {figures(owed[line.heir_id])}."
                errors.add(line.position, "amount", text)


def _check_repeats(lines: Sequence[PayeeLine], errors: _Errors) -> None:
    """One person is paid once for one case in a request."""
    seen: dict[tuple[int, int | None, int | None], int] = {}
    for line in lines:
        if line.person_id is None:
            continue
        cause = (line.person_id, line.case_id, line.obligation_id)
        if cause in seen:
            text = f"{line.payee_name} is already on line {seen[cause]} for case {line.case.number}."
            errors.add(line.position, "person", text)
        seen[cause] = line.position
