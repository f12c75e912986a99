"""Checks around the money in 2025-26: an invented watch list with hits, a rule not met and one overridden, complaints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db.models import QuerySet

from beneficiaries import cases
from beneficiaries.casework import earlier_help
from beneficiaries.models import Case, Person, ReliefCase, ScreeningHit, WatchListVersion
from beneficiaries.screened import screening, watch_lists
from beneficiaries.screened.watch_files import COLUMNS
from config.demo import sheets
from config.demo.course import submit
from config.demo.invent import CHECKS
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds import complaints
from funds.disbursements import create_draft
from funds.entitlement import overrides
from funds.models import Complaint, Decision, Disbursement, EligibilityRule, PayeeLine
from funds.requests.payees import Payee
from ledger.clock import today

LIST = "Practice list"
DAY = date(2025, 10, 21)
OTHER_FATHER = "Another father's name and another district; the CNIC of our record was compared with the card"
# Reference, kind, name, aliases, born, documents, nationality, listed on, remarks; the first and third look like ours.
FIRST = (
    ("PL-001", "individual", "Abdul Waheed", "Abd al-Wahid; Wahid Jan", "1958 to 1990", "", "Pakistan", "2019-03-04", "Invented"),
    ("PL-002", "individual", "Sarfaraz Gul Jamote", "Sarfraz Jamoot", "1971", "Passport ZZ0000001", "", "2020-11-30", "Invented"),
    ("PL-003", "individual", "Rabiya Banu", "Rabia Bano", "", "", "Pakistan", "2021-06-15", "Invented"),
    ("PL-004", "entity", "Sang-e-Meel Relief Trust", "Sang Meel Trust", "", "", "", "2018-01-09", "Invented"),
    ("PL-005", "entity", "Naya Sawera Foundation", "", "", "", "", "2022-08-01", "Invented"),
)  # fmt: skip
SECOND = (
    *FIRST[:3],
    ("PL-004", "entity", "Sang-e-Meel Relief Trust", "Sang Meel Trust; Meel Welfare", "", "", "", "2018-01-09", "Invented"),
    ("PL-006", "individual", "Ghazan Khan Tareen", "", "1980", "", "", "2025-09-30", "Invented"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint, received `days` before the demonstration is loaded."""

    days: int
    category: str
    channel: str
    text: str
    by: str = "bilal"
    name: str = ""
    about: str = ""
    to: str = ""
    outcome: str = ""
    reply: str = ""
    on: str = ""  # of which course of a request the case is taken, or the appeal


COMPLAINTS = (
    Told(58, "delay", "helpline", "The application was handed in in spring and nobody has called since", by="farah"),
    Told(33, "payment", "visit", "The cheque has not come although the letter says it is ready", name="Nasreen Akhtar",
         to="imran", on="vouchered"),
    Told(25, "appeal_rejected", "letter", "It was called a civil claim, but the injury came from a violation",
         name="Abdul Majeed", to="asif", on="rejected"),
    Told(20, "data", "telephone", "The name on the letter is written otherwise than on the CNIC", name="Bushra Bibi",
         to="sadia", outcome="upheld", reply="The record was corrected and a new letter was sent"),
    Told(12, "conduct", "jail_visit", "The family was told three times to come back for one paper", about="kamran",
         to="nadia"),
    Told(3, "refusal", "portal", "The application was not taken because it was written in Sindhi", by="farah"),
)  # fmt: skip


def scenarios() -> list[Scenario]:
    """The list twice, the requests that a rule concerns, complaints."""
    plays: list[tuple[str, Callable[[Stage, str], None]]] = [
        ("list-1", partial(_load, FIRST)),
        ("judged", _judge),
        ("list-2", partial(_load, SECOND)),
        ("overridden", _overridden),
        ("complaints", _complain),
    ]
    found = [Scenario(f"check:{key}", DAY, CHECKS, number, play) for number, (key, play) in enumerate(plays)]
    return [*found, Scenario("check:helped-again", today(), CHECKS, len(found), _again)]


def done() -> set[str]:
    """The keys of what is there, beside the requests that keep their own."""
    found = {
        f"list-{number}" for number in WatchListVersion.objects.filter(source=LIST).values_list("number", flat=True)
    }
    there = {
        "judged": ScreeningHit.objects.filter(judgements__isnull=False),
        "complaints": Complaint.objects.all(),
    }
    return {f"check:{key}" for key in found | {key for key, rows in there.items() if rows.exists()}}


def _load(rows: tuple[tuple[str, ...], ...], stage: Stage, key: str) -> None:
    text = "\n".join(",".join(row) for row in (COLUMNS, *rows))
    watch_lists.load(text.encode(), file_name="practice-list.csv", by=stage.users["salman"], source=LIST)


def _judge(stage: Stage, key: str) -> None:
    """Some hits are judged, the rest wait; nobody judges a person whom they registered."""
    hits = ScreeningHit.objects.filter(entry__reference="PL-003").order_by("pk")
    for hit in hits[:2]:
        screening.judge(hit=hit.pk, outcome=screening.CLEARED, reason=OTHER_FATHER, by=stage.users["sadia"])


def _new_case(stage: Stage, person: Person, violation: str, day: date) -> Case:
    """Another case of somebody who was helped before."""
    case = cases.open_relief_case(
        person=person,
        violation=violation,
        happened_on=day - timedelta(days=23),
        district=person.district,
        referral=ReliefCase.Referral.HELPLINE,
        referral_reference="1099/77120",
        report=f"Visited on {day - timedelta(days=7):%-d %b %Y}: threatened again, had to leave the house.",
        recommended_amount=20_000,
        by=person.created_by,
        opened_on=day - timedelta(days=6),
    )
    sheets.attach(stage, case, [case.kind])
    return case


def _draft(stage: Stage, line: PayeeLine, violation: str, day: date, key: str) -> Disbursement:
    """A second grant for the payee of a line that was paid."""
    person = line.case.person
    case = _new_case(stage, person, violation, day)
    payee = Payee(case=case, amount=20_000, person=person, method=PayeeLine.Method.CHEQUE)
    return create_draft(
        fund=stage.fund("HRRF"),
        kind="relief_grant",
        title=f"Relief grant, {person}",
        pay_to=person.name,
        payees=[payee],
        by=person.created_by,
        on=day,
        key=key,
    )


def _paid_by_hrrf() -> QuerySet[PayeeLine]:
    rows = PayeeLine.objects.filter(disbursement__fund__code="HRRF", person__isnull=False, person__is_minor=False)
    return rows.select_related("case__person__created_by", "case__person__district")


def _again(stage: Stage, key: str) -> None:
    """A draft that the waiting period holds up: whoever was helped last asks again."""
    helped = _paid_by_hrrf().filter(disbursement__state__in=["closed", "acknowledged", "cleared", "paid"])
    helped = helped.exclude(case__relief__violation="domestic")  # nobody is helped twice for one violation of a year
    _draft(stage, helped.latest("disbursement__drafted_on"), "domestic", today(), key)


def _overridden(stage: Stage, key: str) -> None:
    """The same for somebody else, let go on by an approver, so that the officers of the chain read why."""
    summer = (date(2025, 7, 1), date(2025, 8, 31))
    helped = _paid_by_hrrf().filter(disbursement__state="closed", disbursement__drafted_on__range=summer)
    helped = helped.exclude(case__relief__violation="kidnapping")
    request = _draft(stage, helped.earliest("pk"), "kidnapping", DAY, key)
    case = request.lines.select_related("case").get().case
    earlier_help.record_reason(
        case=case.pk, by=case.created_by, on=DAY, reason="This is another violation, after the first grant was paid"
    )
    overrides.override(
        disbursement=request.pk,
        case=case.pk,
        rule=EligibilityRule.objects.get(code="relief-waiting").pk,
        reason="Another violation by the same people within the year; the committee was told on 20 October",
        by=stage.users["asif"],
        on=DAY,
    )
    submit(stage, request, Calendar.of(DAY, submitted=DAY))


def _complain(stage: Stage, key: str) -> None:
    for row in COMPLAINTS:
        _told(stage, row)


def _told(stage: Stage, row: Told) -> None:
    by, received = stage.users[row.by], today() - timedelta(days=row.days)
    request = Disbursement.objects.filter(fund__code="HRRF", state=row.on).order_by("-pk").first() if row.on else None
    decision = (
        Decision.objects.filter(disbursement=request, outcome="rejected").first() if row.on == "rejected" else None
    )
    line = request.lines.order_by("position").first() if request else None
    made = complaints.register(
        category=row.category,
        channel=row.channel,
        text=row.text,
        by=by,
        case=line.case_id if line else None,
        decision=decision.pk if decision else None,
        complainant=row.name,
        about_officer=stage.users[row.about].pk if row.about else None,
        received_on=received,
    )
    if not row.to:
        return
    boss, officer = stage.users["waqar"], stage.users[row.to]
    day = received + timedelta(days=2)
    complaints.assign(complaint=made.pk, officer=officer.pk, text="Look into it and answer in time", by=boss, on=day)
    if row.outcome:
        day = received + timedelta(days=6)
        complaints.reply(complaint=made.pk, outcome=row.outcome, text=row.reply, by=officer, on=day)
