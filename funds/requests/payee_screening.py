"""Payees against the watch list: when they and their accounts are named, and once more before money goes to them."""

from collections.abc import Collection, Iterable

from beneficiaries.models import Person, ScreeningHit
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.people.merged import every_record_of
from beneficiaries.screened import screening
from funds.models import Disbursement, PayeeLine
from ledger.errors import WrongState

TOLD = 3


class PayeeListed(WrongState):
    """A payee looks like a party of the watch list and nobody has cleared that (409); `ids` are the hits."""

    code = "watch_list"


def receivers(lines: Iterable[PayeeLine]) -> tuple[set[int], set[str]]:
    """Who would get the money: people by key, the guardian too where one takes it, and organisations by name."""
    people, payees = set[int](), set[str]()
    for line in lines:
        if line.person is None:
            payees.add(line.payee_name)
            continue
        people.add(line.person.pk)
        if line.method == PayeeLine.Method.GUARDIAN_ORDER and line.person.guardian_id:
            people.add(line.person.guardian_id)
    return people, payees


def screen(request: Disbursement, lines: Iterable[PayeeLine], *, occasion: str) -> None:
    """Compares everybody who would get the money with the list as it is now."""
    people, payees = receivers(lines)
    screening.screen_people(Person.objects.filter(pk__in=every_record_of(people)), occasion=occasion)
    screening.screen_payees(sorted(payees), office=request.office, occasion=occasion)


@everywhere()
def in_the_way(request: Disbursement, lines: Collection[PayeeLine]) -> list[ScreeningHit]:
    """Hits that hold up payment of these lines."""
    people, payees = receivers(lines)
    return list(screening.in_the_way(people, payees, office=request.office_id, maker=request.maker_id))


@everywhere()
def in_the_way_of(request: Disbursement) -> list[ScreeningHit]:
    """Hits that hold up payment of any line, found without reading the lines' private values."""
    rows = PayeeLine.objects.filter(disbursement=request)
    guarded = rows.filter(method=PayeeLine.Method.GUARDIAN_ORDER)
    named = [*rows.values_list("person", flat=True), *guarded.values_list("person__guardian", flat=True)]
    people: set[int] = {key for key in named if key is not None}
    payees = set(rows.filter(person=None).values_list("payee_name", flat=True))
    return list(screening.in_the_way(people, payees, office=request.office_id, maker=request.maker_id))


@everywhere()
def require_clear(request: Disbursement, lines: Collection[PayeeLine]) -> None:
    """Screens once more and lets the money go only if nothing is in the way. Raises: PayeeListed."""
    screen(request, lines, occasion=screening.Occasion.PAYMENT)
    if hits := in_the_way(request, lines):
        told = "; ".join(f"{hit.subject} and “{hit.entry}”" for hit in hits[:TOLD])
        detail = f"The watch list holds up this payment: {told}. It is judged in the queue of hits first."
        raise PayeeListed(detail, ids=tuple(hit.pk for hit in hits))
