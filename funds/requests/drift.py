"""What changed under a request since it was submitted, and the chain that ends by it.

The rows of a submitted request are frozen. But a paper of it may be withdrawn, and the register may come to name a payee
otherwise. Then the signatures were given for something else: a running chain is void, and a sanction is not paid.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, StrIndex

from beneficiaries.identity import masked_cnic
from beneficiaries.models import Paper, Person
from beneficiaries.offices.row_scope import everywhere
from funds.models import ChainVoid, Disbursement, PayeeLine, SubmittedPaper
from funds.workflow import EDITABLE, Action, State, next_state
from ledger.clock import today
from ledger.errors import WrongState
from ledger.history import acting, trace
from ledger.texts import shortened

TOLD = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not what it was, with values that may be shown."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.field} was {self.before or 'empty'}, is {self.after or 'empty'}"


def of(request: Disbursement) -> list[Drift]:
    """Everything that differs from what was submitted; private values masked."""
    return [*_papers(request), *payees(request)]


def _papers(request: Disbursement) -> Iterator[Drift]:
    bound = SubmittedPaper.objects.filter(disbursement=request, submission=request.submission)
    gone = bound.exclude(paper__withdrawal=None).select_related("paper__kind", "paper__case").order_by("paper_id")
    for row in gone:
        paper = row.paper
        newer = Paper.objects.filter(case=paper.case, kind=paper.kind, withdrawal=None, pk__gt=paper.pk).last()
        after = f"withdrawn, now file {newer.sha256[:12]}" if newer else "withdrawn"
        yield Drift(f"Paper “{paper.kind}” of case {paper.case.number}", f"file {paper.sha256[:12]}", after)


def payees(request: Disbursement) -> Iterator[Drift]:
    """How the register names a payee otherwise than the line does."""
    for line in _unlike(request).select_related("person__guardian").order_by("position"):
        person, where = line.person, f"payee on line {line.position}"
        assert person is not None
        if line.payee_name != person.name:
            yield Drift(f"Name of the {where}", line.payee_name, person.name)
        if line.cnic != (person.cnic or ""):
            yield Drift(f"CNIC of the {where}", masked_cnic(line.cnic), masked_cnic(person.cnic or ""))
        relation = f"{person.get_relation_display()} {person.relative_name}"
        if not line.payee_relation.startswith(relation):
            yield Drift(f"Father's or husband's name of the {where}", line.payee_relation, relation)
        guardian = person.guardian.name if person.guardian else ""
        if line.method == PayeeLine.Method.GUARDIAN_ORDER and not line.payee_relation.endswith(f"guardian {guardian}"):
            yield Drift(f"Guardian of the {where}", line.payee_relation, guardian)


def _unlike(request: Disbursement) -> QuerySet[PayeeLine]:
    """The lines worth a look, found without opening a private value: of a hundred thousand there are few."""
    relation = Case(
        *(When(person__relation=value, then=Value(f"{label} ")) for value, label in Person.Relation.choices),
        output_field=CharField(),
    )
    named = StrIndex("payee_relation", Concat(relation, "person__relative_name"))
    rows = PayeeLine.objects.filter(disbursement=request, payee_kind=PayeeLine.PayeeKind.PERSON)
    return rows.filter(person__merged_into=None).filter(
        ~Q(payee_name=F("person__name"))
        | ~Q(cnic=F("person__cnic"))
        | (Q(person__cnic=None) & ~Q(cnic=""))
        | ~Q(pk__in=rows.annotate(named=named).filter(named=1).values("pk"))
        | Q(method=PayeeLine.Method.GUARDIAN_ORDER)
    )


def said(found: Sequence[Drift]) -> str:
    """'Name of the payee on line 1 was Zainab Bibi, is Zainab Begum; ...'."""
    more = f"; and {len(found) - TOLD} more" if len(found) > TOLD else ""
    return "; ".join(map(str, found[:TOLD])) + more


def require_fresh(request: Disbursement) -> None:
    """Before it is submitted its lines name the payees as the register does. Raises: WrongState."""
    if found := list(payees(request)):
        detail = f"{said(found)}. Open {request.number}, look at the payees and save it; then submit it."
        raise WrongState(detail, ids=(request.pk,), code="payee_changed")


def require_unchanged(request: Disbursement) -> None:
    """Before it is signed or paid. Raises: WrongState naming each field that changed and what to do."""
    found = of(request)
    if not found:
        return
    todo = (
        "Return it to the maker, who corrects and submits it again."
        if request.state == State.SUBMITTED
        else "Cancel it, so that the money is free, and ask again."
    )
    detail = f"{request.number} is not what was signed: {said(found)}. {todo}"
    raise WrongState(detail, ids=(request.pk,), code="content_changed")


@contextmanager
def watching(*, by: User, reason: str, cases: Sequence[int], people: Sequence[int]) -> Iterator[None]:
    """Around a change in the register: a chain that runs on what changed comes back to its maker with a note of the fields."""
    with everywhere():
        keys = PayeeLine.objects.filter(Q(case__in=cases) | Q(person__in=people)).values("disbursement")
        rows = Disbursement.objects.filter(pk__in=keys, state__in=(*EDITABLE, State.SUBMITTED))
        held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    yield
    with everywhere():
        for request in held:
            if request.state == State.SUBMITTED and (found := of(request)):
                _void(request, found, by=by, cause=reason)


def _void(request: Disbursement, found: Sequence[Drift], *, by: User, cause: str) -> None:
    ChainVoid.objects.bulk_create(
        ChainVoid(
            disbursement=request,
            submission=request.submission,
            field=shortened(each.field, 160),
            before=each.before[:300],
            after=each.after[:300],
            cause=cause,
            caused_by=by,
            **trace(),
        )
        for each in found
    )
    with acting(by, f"Chain void: {said(found)}"):
        request.state = next_state(Action.VOID, request.state, number=request.number, pk=request.pk)
        request.waiting_since = today()
        request.save(update_fields=["state", "waiting_since"])
