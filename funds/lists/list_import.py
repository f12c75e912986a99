"""A file with many payees becomes one draft, all or nothing: people found by CNIC or registered, cases found or opened."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Person
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import acts_for
from beneficiaries.people.many import by_cnic
from beneficiaries.people.names import fold
from funds import disbursements
from funds.lists import list_cases, list_rows
from funds.lists.list_rows import Entry, Fault
from funds.models import Disbursement, Fund, ListImport, PaymentKind
from funds.requests.payees import Payee
from funds.workflow import DEAD, Action, State, actors
from ledger.clock import act_date
from ledger.errors import BadInput, WrongState
from ledger.history import trace
from ledger.roles import require_role

IMPORTERS = actors(Action.SUBMIT, State.DRAFT)
KINDS = (PaymentKind.RELIEF, PaymentKind.LEGAL_AID)
TOLD = 100  # faults that a page or an answer shows; all of them are in `faults`
# What the service of drafts calls a field, and our column.
_COLUMN = {"person": "cnic", "case": "case_number", "payee_name": "name", "payee_relation": "father_name"}


@dataclass(frozen=True, slots=True)
class Differing:
    """A payee whose name is registered otherwise than the list has it."""

    row: int
    listed: str
    registered: str
    person: int


@dataclass(slots=True)
class Outcome:
    """What a file does or would do. `confirmation` is what to give as `confirmed` once the differing names were compared."""

    file_name: str
    sha256: str
    rows: int = 0
    amount: Decimal = Decimal(0)
    known: int = 0
    registered: int = 0
    opened: int = 0
    differing: list[Differing] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    request: Disbursement | None = None

    @property
    def confirmation(self) -> str:
        """The same for the same file and the same differing names; empty where no name differs."""
        if not self.differing:
            return ""
        text = repr((self.sha256, [(row.row, row.listed, row.registered, row.person) for row in self.differing]))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class ListRefused(BadInput):
    """Rows of the list are wrong (422); `outcome.faults` holds all of them. Nothing was written."""

    def __init__(self, outcome: Outcome) -> None:
        count = len(outcome.faults)
        what = "1 place of the list is" if count == 1 else f"{count:,} places of the list are"
        more = f" The first {TOLD} are told." if count > TOLD else ""
        told = {f"row {fault.row}, {fault.column}": fault.what for fault in outcome.faults[:TOLD]}
        super().__init__(f"{what} wrong. Nothing was imported.{more}", fields=told)
        self.outcome = outcome


class NamesDiffer(WrongState):
    """Payees are registered under other names (409): compare them and confirm. Nothing was written."""

    code = "names_differ"

    def __init__(self, outcome: Outcome) -> None:
        rows = outcome.differing
        told = "; ".join(f"row {row.row}: “{row.listed}”, registered “{row.registered}”" for row in rows[:5])
        more = f"; and {len(rows) - 5:,} more" if len(rows) > 5 else ""
        super().__init__(
            f"{len(rows):,} payees are registered under another name: {told}{more}. Compare them. If they are the same people, "
            f"import again and confirm with {outcome.confirmation}.",
            ids=tuple(row.person for row in rows[:TOLD]),
        )
        self.outcome = outcome


@transaction.atomic
def import_list(
    *,
    fund: Fund,
    kind: str,
    content: bytes,
    file_name: str,
    by: User,
    title: str = "",
    pay_to: str = "",
    confirmed: str = "",
    on: date | None = None,
    most: int = list_rows.MOST_ROWS,
) -> Outcome:
    """One draft with a line for each row of a CSV or XLSX; people and cases that are not there yet are made with it.

    `confirmed` is the outcome's `confirmation` where names differ from the registered ones; `most` rows are taken.
    Raises: NotAllowed, BadInput for the file or the kind, ListRefused by row and column, NamesDiffer, WrongState for a file
    that a request under way was drafted from.
    """
    require_role(by, *IMPORTERS, action="import a list of payees")
    _check_kind(kind)
    outcome = Outcome(_shown(file_name), hashlib.sha256(content).hexdigest())
    _refuse_again(outcome)
    day = act_date(on)
    entries = list(list_rows.read(content, outcome.faults, most=most))
    people = _people(entries, outcome, by=by)
    _refuse(outcome)
    if outcome.differing and confirmed != outcome.confirmation:
        raise NamesDiffer(outcome)
    payees = list_cases.payees(entries, people, outcome, by=by, on=day)
    _refuse(outcome)
    outcome.request = _drafted(
        outcome, fund, kind, entries, payees, title or f"List of {len(entries):,} payees, {outcome.file_name}",
        pay_to or f"{len(entries):,} payees of the list", by=by, on=day,
    )  # fmt: skip
    return outcome


def try_list(**given: Any) -> Outcome:
    """What `import_list` would do, with everything it finds, undone again. Raises: NotAllowed, BadInput for the file as a whole."""
    try:
        with transaction.atomic():
            outcome = import_list(**given)
            transaction.set_rollback(True)
            outcome.request = None
            return outcome
    except (ListRefused, NamesDiffer) as refusal:
        return refusal.outcome


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        allowed = ", ".join(KINDS)
        detail = f"A list pays {allowed}. What a court ordered is asked for case by case, with its order."
        raise BadInput(detail, fields={"kind": detail})


def _shown(file_name: str) -> str:
    return take("file", parse_text, PurePath(file_name).name[-100:] or "list", maximum=100)


def _refuse(outcome: Outcome) -> None:
    if outcome.faults:
        outcome.faults.sort(key=lambda fault: (fault.row, fault.column))
        raise ListRefused(outcome)


@everywhere()
def _refuse_again(outcome: Outcome) -> None:
    """The same file twice would pay the same people twice. Raises: WrongState."""
    rows = ListImport.objects.filter(sha256=outcome.sha256).exclude(disbursement__state__in=DEAD)
    if rows.exists():
        detail = "A request under way was drafted from this very file. Cancel that one first, or import another list."
        raise WrongState(detail, code="imported_already")


def _people(entries: Sequence[Entry], outcome: Outcome, *, by: User) -> dict[str, Person]:
    """Who of the list is registered, by CNIC; what is lacking or differs goes to the outcome."""
    outcome.rows, outcome.amount = len(entries), sum((entry.amount for entry in entries), Decimal(0))
    known = by_cnic([entry.cnic for entry in entries])
    for entry in entries:
        person = known.get(entry.cnic)
        if person is None:
            _lacking(entry, outcome.faults)
        elif not acts_for(person.office, by=by):
            _fault(outcome, entry, "cnic", "Another office registered this person. That office asks for the money.")
        else:
            outcome.known += 1
            _compare(entry, person, outcome)
    return known


def _lacking(entry: Entry, faults: list[Fault]) -> None:
    """A new person needs what the register asks for."""
    for column, value in (("father_name", entry.father_name), ("district", entry.district)):
        if not value:
            faults.append(
                Fault(entry.row, column, "", "This person is not registered yet, so it is needed. Fill it in.")
            )


def _compare(entry: Entry, person: Person, outcome: Outcome) -> None:
    listed, registered = (entry.name, entry.father_name), (person.name, person.relative_name)
    if fold(listed[0]) == fold(registered[0]) and (not listed[1] or fold(listed[1]) == fold(registered[1])):
        return
    outcome.differing.append(Differing(entry.row, ", ".join(filter(None, listed)), ", ".join(registered), person.pk))


def _fault(outcome: Outcome, entry: Entry, column: str, what: str) -> None:
    value = getattr(entry, column, "")
    outcome.faults.append(Fault(entry.row, column, list_rows.seen(column, str(value or "")), what))


def _drafted(
    outcome: Outcome,
    fund: Fund,
    kind: str,
    entries: Sequence[Entry],
    payees: Sequence[Payee],
    title: str,
    pay_to: str,
    *,
    by: User,
    on: date,
) -> Disbursement:
    try:
        request = disbursements.create_draft(
            fund=fund, kind=kind, title=title, pay_to=pay_to, payees=payees, by=by, on=on
        )
    except BadInput as refusal:
        outcome.faults += _of_lines(refusal.fields, entries)
        _refuse(outcome)
        raise
    ListImport.objects.create(
        disbursement=request,
        file_name=outcome.file_name,
        sha256=outcome.sha256,
        rows=len(entries),
        registered=outcome.registered,
        opened=outcome.opened,
        differing=len(outcome.differing),
        imported_by=by,
        **trace(),
    )
    return request


def _of_lines(fields: Mapping[str, str], entries: Sequence[Entry]) -> Iterable[Fault]:
    """What the draft refused of a line, said of its row."""
    for name, what in fields.items():
        parts = name.split(".")
        if len(parts) == 3 and parts[1].isdecimal():
            entry, column = entries[int(parts[1]) - 1], _COLUMN.get(parts[2], parts[2])
            yield Fault(entry.row, column, list_rows.seen(column, str(getattr(entry, column, "") or "")), what)
