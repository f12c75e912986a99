"""Screening against the watch list: by the number of a paper and by likeness of names; hits wait in a queue until judged.

Whoever is registered, corrected, named as a payee or about to be paid is compared with the list as it is now, and everybody
again when a list is loaded (watch_lists.py). An open hit holds up payment, here and by a rule of the database.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from beneficiaries.identity import parse_text
from beneficiaries.inputs import take
from beneficiaries.models import HitJudgement, Office, Person, ScreeningHit, ScreeningSetting
from beneficiaries.models.watch_list import CLEARING_ROLES
from beneficiaries.offices.row_scope import everywhere
from beneficiaries.offices.scope import get_visible, officer_of, visible
from beneficiaries.people.merged import every_record_of
from beneficiaries.screened.watch_index import Match, current, matches
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, WrongState
from ledger.history import trace
from ledger.locks import hold
from ledger.roles import Role, require_role

OPEN, CLEARED, CONFIRMED, ENDED = "open", "cleared", "confirmed", "ended"
JUDGES = tuple(Role(role) for role, _ in CLEARING_ROLES)  # one of them, by the setting in force
BATCH = 2000
Occasion = ScreeningHit.Occasion


@dataclass(frozen=True, slots=True)
class Setting:
    """What counts as a hit, and who judges it; the usual where the pack has set nothing yet."""

    name_score: int = 88
    clearing_role: Role = Role.VERIFIER
    source: str = "Default of the product"
    verified: bool = False


def setting() -> Setting:
    """The setting in force today."""
    row = ScreeningSetting.objects.filter(effective_from__lte=today()).order_by("-effective_from").first()
    return Setting(row.name_score, Role(row.clearing_role), row.source, row.verified) if row else Setting()


def with_state(rows: QuerySet[ScreeningHit]) -> QuerySet[ScreeningHit]:
    """Each hit with its last outcome, by whom, and whether its entry still stands."""
    last = HitJudgement.objects.filter(hit=OuterRef("pk")).order_by("-pk")
    return rows.annotate(
        outcome=Subquery(last.values("outcome")[:1]),
        judge=Subquery(last.values("judged_by")[:1]),
        gone=F("entry__end__pk"),
    )


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Of hits with their state: open, cleared, confirmed, or ended because the list no longer says so."""
    if state == ENDED:
        return rows.filter(gone__isnull=False)
    rows = rows.filter(gone__isnull=True)
    return rows.filter(outcome__isnull=True) if state == OPEN else rows.filter(outcome=state)


def state_of(hit: ScreeningHit) -> str:
    """The state of a hit from `with_state`."""
    if hit.gone is not None:  # type: ignore[attr-defined]
        return ENDED
    return hit.outcome or OPEN  # type: ignore[attr-defined]


def visible_hits(user: User) -> QuerySet[ScreeningHit]:
    """The hits on people and payees of the user's office, or of all from a federal one."""
    rows = ScreeningHit.objects.select_related("person__district", "entry__added_in", "office")
    return visible(with_state(rows), to=user)


def in_the_way(
    people: Collection[int], payees: Collection[str] = (), *, office: int | None = None, maker: int | None = None
) -> QuerySet[ScreeningHit]:
    """Hits that hold up payment to these people, and by this office to these organisations; what `maker` cleared counts as open.

    A hit on one record of a person holds up every other that it was merged with.
    """
    wanted = Q(person__in=every_record_of(people)) | Q(person=None, payee__in=list(payees), office=office)
    rows: QuerySet[Any] = with_state(ScreeningHit.objects.filter(wanted))
    rows = rows.filter(gone__isnull=True).select_related("person", "entry")
    # Written out, because a hit without a judgement has no outcome to compare.
    return rows.filter(Q(outcome=None) | ~Q(outcome=CLEARED) | Q(judge=maker or 0)).order_by("pk")


@everywhere()
def screen_people(people: Iterable[Person], *, occasion: str) -> int:
    """Compares people with the list and keeps what was not found before; says how many hits there are."""
    index = current()
    if not index.by_sound:
        return 0
    floor = setting().name_score
    return _keep(
        _hit(match, occasion, office=person.office_id, person=person)
        for person in people
        for match in matches(person, floor, index)
    )


@everywhere()
def screen_payees(names: Iterable[str], *, office: Office, occasion: str) -> int:
    """The same for organisations that are to be paid, by name alone."""
    wanted = list(dict.fromkeys(names))
    index = current() if wanted else None
    if index is None or not index.by_sound:
        return 0
    floor = setting().name_score
    return _keep(
        _hit(match, occasion, office=office.pk, payee=name) for name in wanted for match in matches(name, floor, index)
    )


def _keep(found: Iterable[ScreeningHit]) -> int:
    rows = list(found)
    if rows:
        ScreeningHit.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def count() -> int:
    """How many hits were ever found."""
    return ScreeningHit.objects.count()


def _hit(match: Match, occasion: str, *, office: int, person: Person | None = None, payee: str = "") -> ScreeningHit:
    return ScreeningHit(
        office_id=office,
        person=person,
        payee=payee,
        entry_id=match.entry,
        by=match.by,
        score=match.score,
        why=match.why[:300],
        occasion=occasion,
        **trace(),
    )


def objection(hit: ScreeningHit, *, by: User) -> str:
    """Why this person may not judge the hit, '' where they may."""
    if hit.person is None:
        return ""
    if hit.person.created_by_id == by.pk:
        return f"You registered {hit.person}, so somebody else judges this."
    if hit.person.cnic and officer_of(by).cnic == hit.person.cnic:
        return "This is about yourself, so somebody else judges it."
    return ""


@transaction.atomic
def judge(*, hit: int, outcome: str, reason: str, by: User) -> HitJudgement:
    """Clears a hit, so that payment may go on, or confirms it, so that it stays blocked; another judgement may follow later.

    It holds for this person and this entry as it is written now. Raises: NotAllowed, NotFound, BadInput, WrongState.
    """
    require_role(by, setting().clearing_role, action="judge a hit of the watch list")
    found = get_visible(visible_hits(by), to=by, pk=hit)
    why = take("reason", parse_text, reason, maximum=1000)
    if outcome not in HitJudgement.Outcome.values:
        raise BadInput("Say what you found.", fields={"outcome": f"{outcome!r} is not cleared or confirmed."})
    if text := objection(found, by=by):
        raise NotAllowed(text)
    hold("beneficiaries_screeninghit", found.pk)
    last = HitJudgement.objects.filter(hit=found).order_by("-pk").values_list("outcome", flat=True).first()
    if last == outcome:
        raise WrongState(f"This hit is {outcome} already.", ids=(found.pk,), code="already_judged")
    if state_of(found) == ENDED:
        raise WrongState("The list no longer has this entry, so it holds nothing up.", ids=(found.pk,), code="ended")
    return HitJudgement.objects.create(hit=found, outcome=outcome, reason=why, judged_by=by, **trace())
