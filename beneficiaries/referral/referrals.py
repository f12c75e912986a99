"""Referrals: receive one under the sender's own reference, and decide what becomes of it. What was sent is never changed."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from beneficiaries import cases, registry
from beneficiaries.identity import parse_text, whole_cnic
from beneficiaries.inputs import take
from beneficiaries.models import Case, District, Office, Person, Referral, ReferralDecision
from beneficiaries.offices.registers import enter_referrals
from beneficiaries.offices.scope import get_visible, office_of, visible
from beneficiaries.referral.referral_values import Places, clean, digest
from ledger.clock import today
from ledger.errors import BadInput, WrongState
from ledger.history import trace
from ledger.locks import hold
from ledger.roles import Role, require_role, roles_of

NEW = "new"
STATES = {NEW: "New", "accepted": "Accepted", "duplicate": "Duplicate", "declined": "Declined"}
READERS = (Role.CASE_OFFICER, Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.AUDITOR)
DECIDERS = (Role.CASE_OFFICER,)
Outcome = ReferralDecision.Outcome


def with_state(rows: QuerySet[Referral]) -> QuerySet[Any]:
    """The rows with `state`: new, accepted, duplicate or declined."""
    last = ReferralDecision.objects.filter(referral=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
    rows = rows.annotate(outcome=Coalesce(Subquery(last), Value(NEW)))
    return rows.annotate(state=Either(When(outcome=Outcome.REOPENED, then=Value(NEW)), default="outcome"))


def visible_referrals(user: User) -> QuerySet[Any]:
    """The referrals in the inbox of the user's office, or all from a federal one, with their state."""
    rows = Referral.objects.select_related("district__province", "prison", "office", "through", "created_by")
    return with_state(visible(rows, to=user))


def find(user: User, text: str) -> QuerySet[Any]:
    """Visible referrals by sender's reference, name or CNIC, for the search box; a CNIC came by POST."""
    rows = visible_referrals(user)
    if cnic := whole_cnic(text):
        return rows.filter(cnic=cnic)
    named = Q(name__icontains=text) | Q(name_urdu__icontains=text)
    return rows.filter(Q(reference__icontains=text) | named)


def behind(case: Case, *, to: User) -> list[ReferralDecision]:
    """Why the case is there and who else told of it: the decisions that name it, of referrals the user may see."""
    rows = standing_decisions().filter(case=case).select_related("referral", "decided_by").order_by("pk")
    return list(visible(rows, to=to, path="referral__office"))


def standing_decisions() -> QuerySet[ReferralDecision]:
    """Of each referral the decision that counts, the last."""
    later = ReferralDecision.objects.filter(referral=OuterRef("referral"), pk__gt=OuterRef("pk"))
    return ReferralDecision.objects.filter(~Exists(later))


def waiting(user: User) -> int:
    """How many new referrals a case officer has to look at; none for others."""
    return visible_referrals(user).filter(state=NEW).count() if Role.CASE_OFFICER in roles_of(user) else 0


def office_for(district: District, through: Office) -> Office:
    """Whose inbox it goes to: a federal office passes it to the one regional directorate of the province, if there is one."""
    if not through.is_federal:
        return through
    regional = list(Office.objects.filter(level=Office.Level.REGIONAL, province=district.province_id)[:2])
    return regional[0] if len(regional) == 1 else through


@transaction.atomic
def receive(*, given: Mapping[str, str], by: User, way: str = Referral.Way.API) -> Referral:
    """Keeps a referral, which gets a number of the diary. Sent again with the same content it is the one that is there.

    Raises: NotAllowed, BadInput by field, WrongState (`reference_used`) where the reference stands for another content.
    """
    require_role(by, Role.CASE_OFFICER, action="send a referral")
    values, wrong = clean(given, Places.read())
    if wrong:
        raise BadInput("The referral cannot be taken like this.", fields=wrong)
    through = office_of(by)
    hold("beneficiaries_referral", through.pk)
    there = Referral.objects.filter(through=through, source=values["source"], reference=values["reference"]).first()
    if there is not None:
        refuse_other_content(there, digest(values))
        return there
    made = Referral.objects.create(**row(values, through=through, by=by, way=way))
    enter_referrals([made], by=by, on=today())
    return made


def refuse_other_content(there: Referral, said: str) -> None:
    """Raises: WrongState."""
    if there.digest != said:
        detail = (
            f"The reference {there.reference} was used before with another content, on {there.recorded_at:%-d %b %Y}."
        )
        raise WrongState(f"{detail} Send it under a new reference.", ids=(there.pk,), code="reference_used")


def row(values: Mapping[str, Any], *, through: Office, by: User, way: str) -> dict[str, Any]:
    """The columns of a new referral."""
    office = office_for(values["district"], through)
    kept = {"digest": digest(values), "through": through, "office": office, "way": way, "created_by": by}
    return dict(values) | kept | trace()


def _open(pk: int, *, by: User, action: str) -> Any:
    """A referral that waits, held until the transaction ends. Raises: NotAllowed, NotFound, WrongState."""
    found = _held(pk, by=by, action=action)
    if found.state != NEW:
        detail = f"{found} is {STATES[found.state].lower()} already. Nothing was changed."
        raise WrongState(detail, ids=(found.pk,), code="already_decided")
    return found


def _held(pk: int, *, by: User, action: str) -> Any:
    require_role(by, *DECIDERS, action=action)
    get_visible(visible_referrals(by), to=by, pk=pk)
    hold("beneficiaries_referral_decision", pk % 2**31)
    return visible_referrals(by).get(pk=pk)


def _decide(referral: Referral, outcome: str, *, by: User, **more: Any) -> ReferralDecision:
    return ReferralDecision.objects.create(referral=referral, outcome=outcome, decided_by=by, **more, **trace())


@transaction.atomic
def accept(
    *,
    referral: int,
    by: User,
    case_values: Mapping[str, Any],
    person: int | None = None,
    person_values: Mapping[str, Any] | None = None,
) -> Case:
    """Opens the case: for a registered person, or for one that is registered now from what the sender told.

    `case_values` go to the service that opens a case of this kind, `person_values` over what the referral says.
    Raises: NotAllowed, NotFound, BadInput, WrongState, as those services do.
    """
    found = _open(referral, by=by, action="accept a referral")
    if person is not None:
        who = get_visible(Person.objects.all(), to=by, pk=person)
    else:
        who = registry.register_person(**(_told(found) | dict(person_values or {})), by=by)
    if found.kind == Case.Kind.RELIEF:
        told = {"referral": found.source, "referral_reference": found.reference}
        case = cases.open_relief_case(person=who, by=by, **(dict(case_values) | told))
    else:
        case = cases.open_prisoner_case(person=who, by=by, **case_values)
    _decide(found, Outcome.ACCEPTED, by=by, case=case)
    return case


def _told(found: Referral) -> dict[str, Any]:
    """What the sender told of the person, for the register."""
    names = ("name", "name_urdu", "relation", "relative_name", "gender", "phone", "born_on", "district")
    return {name: getattr(found, name) for name in names} | {"cnic": found.cnic or None}


@transaction.atomic
def mark_duplicate(
    *, referral: int, by: User, reason: str, case: int | None = None, twin: int | None = None
) -> ReferralDecision:
    """The same matter is a case, or another referral, already. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    found = _open(referral, by=by, action="decide a referral")
    why = take("reason", parse_text, reason, maximum=300)
    if (case is None) == (twin is None) or twin == found.pk:
        detail = "Name the case, or the other referral, of which this is a duplicate."
        raise BadInput(detail, fields={"of": detail})
    of: dict[str, Any] = {"case": get_visible(Case.objects.all(), to=by, pk=case)} if case else {}
    of |= {"twin": get_visible(Referral.objects.all(), to=by, pk=twin)} if twin else {}
    return _decide(found, Outcome.DUPLICATE, by=by, reason=why, **of)


@transaction.atomic
def decline(*, referral: int, by: User, reason: str) -> ReferralDecision:
    """It becomes no case; the sender is told the reason. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    found = _open(referral, by=by, action="decide a referral")
    return _decide(found, Outcome.DECLINED, by=by, reason=take("reason", parse_text, reason, maximum=300))


@transaction.atomic
def reopen(*, referral: int, by: User, reason: str) -> ReferralDecision:
    """Takes up again what was declined or called a duplicate. Raises: NotAllowed, NotFound, BadInput, WrongState."""
    found = _held(referral, by=by, action="take up a referral again")
    why = take("reason", parse_text, reason, maximum=300)
    if found.state not in (Outcome.DUPLICATE, Outcome.DECLINED):
        detail = f"{found} is {STATES[found.state].lower()}, so there is nothing to take up again. Nothing was changed."
        raise WrongState(detail, ids=(found.pk,))
    return _decide(found, Outcome.REOPENED, by=by, reason=why)
