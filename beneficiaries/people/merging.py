"""What becomes of a pair: two people, one person in two offices, one record merged into the other, or parted again."""

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from beneficiaries.casework.resting import changing
from beneficiaries.duplicates import basis_of, seek
from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import Heir, Pair, PairDecision, Person
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import office_of
from beneficiaries.people.merged import merged_into, names_merged_into
from beneficiaries.people.names import searchable
from beneficiaries.screened import screening
from ledger.errors import BadInput, NotFound, WrongState
from ledger.history import acting, trace
from ledger.roles import Role, require_role

# What names a person and goes along with a merge, by the relation it points back with. Rows of every other relation stay
# with the record of their day, because they are evidence: disclosures, decisions, payee lines; they are read through
# `merged.numbers_of`. tests/beneficiaries/test_merging.py asks that each new relation is in one of the two.
MOVES = {"cases": "person", "inheritances": "person", "wards": "guardian"}
STAYS = {
    "bonds",
    "conflicts",
    "contact_wishes",
    "disclosures",
    "holds",
    "means",
    "merged",
    "payee_lines",
    "watch_hits",
}
# Particulars that the kept record takes over where it has none. A number of a paper leaves the other record with it.
NUMBERS = ("cnic", "other_id")
FILLED = (*NUMBERS, "name_urdu", "born_on", "phone", "home_address", "guardian_id")
WITH = {"cnic": ("cnic_kind",), "other_id": ("other_kind",), "born_on": ("is_minor",)}
UNPAID = ("draft", "returned", "submitted", "sanctioned", "vouchered")


def visible_pairs(user: User) -> QuerySet[Pair]:
    """The pairs of whom the user may see both: of the own office, or all from a federal one."""
    rows = Pair.objects.select_related("first__office", "second__office", "first__district", "second__district")
    office = office_of(user)
    return rows if office.is_federal else rows.filter(first__office=office, second__office=office)


def open_pairs(user: User) -> QuerySet[Pair]:
    """Those that wait to be compared, the likeliest first."""
    standing = {"first__merged_into": None, "second__merged_into": None}
    return visible_pairs(user).filter(state=Pair.State.OPEN, **standing)


def get_pair(pk: int, *, by: User) -> Pair:
    """Raises: NotFound, also where one of the two is another office's."""
    found = visible_pairs(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such pair in your office.")
    return found


@transaction.atomic
def mark_different(*, pair: int, reason: str, by: User) -> PairDecision:
    """Two people. They are not asked about again unless name, father or husband, district or birth of one changes.

    Raises: NotAllowed, NotFound, BadInput without a reason, WrongState if it was decided already.
    """
    return _mark(pair, PairDecision.Act.DIFFERENT, Pair.State.DIFFERENT, reason=reason, by=by)


@transaction.atomic
def mark_linked(*, pair: int, reason: str, by: User) -> PairDecision:
    """One person whom two offices keep: each goes on with its own record, a federal office sees both.

    Raises: NotAllowed, NotFound, BadInput without a reason, WrongState if it was decided already or one office has both.
    """
    found = get_pair(pair, by=by)
    if found.first.office_id == found.second.office_id:
        raise WrongState("One office keeps both records, so they are merged or they are different.", ids=(pair,))
    return _mark(pair, PairDecision.Act.LINKED, Pair.State.LINKED, reason=reason, by=by)


def _mark(pair: int, act: PairDecision.Act, state: Pair.State, *, reason: str, by: User) -> PairDecision:
    row, why = _take(pair, reason=reason, by=by)
    with acting(by, why):
        row.state, row.basis = state, basis_of(row.first, row.second)
        row.save()
    return _decide(row, act, why=why, by=by)


@transaction.atomic
def merge(*, pair: int, keep: int, reason: str, by: User) -> PairDecision:
    """The record `keep` stands for both: cases, shares and wards of the other move to it, and what it lacks is filled in.

    The other stays to be read and is named by nothing new. Payments that were signed for keep its name.

    Raises: NotAllowed, NotFound, BadInput, WrongState, each saying what stands in the way.
    """
    row, why = _take(pair, reason=reason, by=by)
    if keep not in (row.first_id, row.second_id):
        raise BadInput("Choose which of the two is kept.", fields={"keep": "Choose which of the two is kept."})
    kept, gone = (row.first, row.second) if keep == row.first_id else (row.second, row.first)
    _refuse_merge(kept, gone)
    try:
        with (
            acting(by, f"Merged record {gone.pk} into record {kept.pk}: {why}"),
            transaction.atomic(),
            changing(by=by, reason=f"Records merged: {why}", people=[kept.pk, gone.pk]),
        ):
            moved = _move(gone, kept)
            filled = [field for field in FILLED if getattr(gone, field) and not getattr(kept, field)]
            decision = _decide(
                row, PairDecision.Act.MERGED, why=why, by=by, kept=kept, gone=gone, moved=moved, filled=filled
            )
            _fill(kept, gone, filled)
            row.state = Pair.State.MERGED
            row.save()
            seek(kept)
            screening.screen_people([kept], occasion=screening.Occasion.CORRECTED)
    except IntegrityError as error:
        raise WrongState(
            f"A rule refuses one record for both: {str(error.__cause__ or error).splitlines()[0]} Nothing was changed.",
            ids=(row.pk,),
        ) from error
    return decision


@transaction.atomic
def part(*, person: int, reason: str, by: User) -> PairDecision:
    """Undoes a merge: the record stands for itself again, and what moved comes back as far as the kept one still has it.

    What was opened, asked or paid on the kept record since then stays there.

    Raises: NotAllowed, NotFound, BadInput without a reason, WrongState if it is not merged, or its keeper is.
    """
    require_role(by, Role.VERIFIER, action="undo a merge")
    last = PairDecision.objects.filter(gone=person).order_by("-pk").first()
    if last is None:
        raise NotFound("There is no such merged person in your office.")
    row, why = _take(last.pair_id, reason=reason, by=by, state=Pair.State.MERGED)
    kept, gone = (row.first, row.second) if person == row.second_id else (row.second, row.first)
    if kept.merged_into_id is not None:
        raise WrongState(f"{kept.name} was merged further. Undo that merge first.", ids=(kept.pk,))
    with (
        acting(by, f"Merge of record {gone.pk} into record {kept.pk} undone: {why}"),
        changing(by=by, reason=f"Merge undone: {why}", people=[kept.pk, gone.pk]),
    ):
        decision = _decide(row, PairDecision.Act.PARTED, why=why, by=by, kept=kept, gone=gone)
        _give_back(kept, gone, last.filled)
        _move_back(kept, gone, last.moved)
        row.state, row.basis = Pair.State.DIFFERENT, basis_of(kept, gone)
        row.save()
    return decision


def _take(pair: int, *, reason: str, by: User, state: Pair.State = Pair.State.OPEN) -> tuple[Pair, str]:
    """The pair in that state, and the reason as it is kept. Locked: first the people, as a correction does, then the pair."""
    require_role(by, Role.VERIFIER, action="decide whether two people are one")
    seen = get_pair(pair, by=by)
    people = Person.objects.select_for_update().filter(pk__in=(seen.first_id, seen.second_id)).order_by("pk")
    first, second = people  # the first of a pair has the lower key
    row = Pair.objects.select_for_update().get(pk=pair)
    row.first, row.second = first, second
    if row.state != state:
        last = row.decisions.select_related("decided_by").last()
        who = f" by {last.decided_by.get_full_name()}: {last.reason}" if last else ""
        raise WrongState(f"This pair is decided already: {row.get_state_display().lower()}{who}", ids=(row.pk,))
    return row, take("reason", parse_text, reason, maximum=200)


def _decide(pair: Pair, act: PairDecision.Act, *, why: str, by: User, **given: Any) -> PairDecision:
    return PairDecision.objects.create(
        pair=pair,
        act=act,
        reason=why,
        basis=basis_of(pair.first, pair.second),
        score=pair.score,
        decided_by=by,
        **trace(),
        **given,
    )


@everywhere()
def obstacles(kept: Person, gone: Person) -> list[str]:
    """Why `gone` cannot be merged into `kept`, each with what to do; empty where it can. Other offices' files go unnamed."""
    found = []
    if kept.merged_into_id or gone.merged_into_id:
        found.append("One of them was merged into another record already. Compare that one.")
    if kept.office_id != gone.office_id:
        offices = " and ".join(sorted({str(row.office) for row in (kept, gone)}))
        found.append(f"{offices} keep one each. Say that it is one person in two offices; each goes on with its own.")
    if kept.cnic and gone.cnic:
        found.append("Each has a CNIC. Correct the record whose CNIC is wrong first; a dash removes it.")
    if kept.other_id and gone.other_id:
        found.append("Each has the number of another paper. Remove the one that is wrong first.")
    if kept.guardian_id == gone.pk or gone.guardian_id == kept.pk:
        found.append("One is the guardian of the other, so they are two people.")
    shared = Heir.objects.filter(person=kept, obligation__in=Heir.objects.filter(person=gone).values("obligation"))
    for row in shared.select_related("obligation__order__case"):
        case = row.obligation.order.case
        where = f"case {case.number}" if case.office_id == gone.office_id else "a case of another office"
        found.append(f"The court named both as heirs in {where}.")
    for line in _unpaid(gone):
        request = line.disbursement
        which = f"Request {request.number}" if request.office_id == gone.office_id else "A request of another office"
        found.append(
            f"{which} names {line.payee_name} and is not paid. Name the other, cancel it or let it be paid first."
        )
    return found


def _unpaid(person: Person) -> Any:
    """Lines of requests that are still to be decided or paid: what is signed there may not change its payee."""
    lines: Any = person.payee_lines  # type: ignore[attr-defined]
    return lines.filter(disbursement__state__in=UNPAID).select_related("disbursement").order_by("disbursement_id")


def _refuse_merge(kept: Person, gone: Person) -> None:
    if found := obstacles(kept, gone):
        raise WrongState(" ".join(found), ids=(kept.pk, gone.pk))


@everywhere()
def _move(gone: Person, kept: Person) -> dict[str, list[int]]:
    """Saves row by row, so that each keeps its history; a federal office's case about this person goes along."""
    moved: dict[str, list[int]] = {}
    for relation, field in MOVES.items():
        for row in getattr(gone, relation).select_for_update().order_by("pk"):
            setattr(row, field, kept)
            row.save()
            moved.setdefault(relation, []).append(row.pk)
    return moved


def _fill(kept: Person, gone: Person, filled: list[str]) -> None:
    taken = [name for field in filled for name in (field, *WITH.get(field, ()))]
    for name in taken:
        setattr(kept, name, getattr(gone, name))
    for field in filled:
        if field in NUMBERS:
            _clear(gone, field)
    gone.merged_into = kept
    gone.save()
    kept.folded = searchable(kept.name, kept.relative_name, kept.name_urdu, *names_merged_into(kept))
    kept.save()


def _clear(person: Person, field: str) -> None:
    setattr(person, field, None if field in ("cnic", "born_on", "guardian_id") else "")
    if field == "other_id":
        person.other_kind = ""


def _give_back(kept: Person, gone: Person, filled: list[str]) -> None:
    """Numbers go back to the record they came from; what was only copied leaves the kept one if it is still the same."""
    for field in filled:
        if field in NUMBERS and not getattr(gone, field):
            for name in (field, *WITH[field]):
                setattr(gone, name, getattr(kept, name))
            _clear(kept, field)
        elif getattr(kept, field) == getattr(gone, field):
            _clear(kept, field)
    gone.merged_into = None
    others = [row for row in merged_into(kept) if row.pk != gone.pk]
    names = [name for row in others for name in (row.name, row.relative_name, row.name_urdu) if name]
    kept.folded = searchable(kept.name, kept.relative_name, kept.name_urdu, *names)
    kept.save()
    gone.save()


@everywhere()
def _move_back(kept: Person, gone: Person, moved: dict[str, list[int]]) -> None:
    for relation, field in MOVES.items():
        rows: Any = getattr(gone, relation).model
        for row in (
            rows.objects.select_for_update().filter(pk__in=moved.get(relation, []), **{field: kept}).order_by("pk")
        ):
            setattr(row, field, gone)
            row.save()
