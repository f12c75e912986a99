"""An officer on leave and who signs meanwhile, a fund that is frozen for an audit, and what is overdue."""

from collections.abc import Callable
from datetime import date, timedelta

from beneficiaries.models import Absence, Officer
from beneficiaries.offices import absences
from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds.absence import delegations, escalations
from funds.chain import freezes
from funds.models import Delegation, Escalation, Freeze
from ledger.clock import today

LEAVE, ORDER, AUDIT = "Earned leave", "Order 118: earned leave of the Deputy Secretary", "Donor's audit of payments"
FIRST = 90  # nobody is invented here, so the numbers only have to be others
DAYS = 10


def scenarios(day: date) -> list[Scenario]:
    """All of today, after everything else: they change what may be done from now on."""
    plays: tuple[tuple[str, Callable[[Stage, str], None]], ...] = (
        ("leave", _leave),
        ("delegated", _delegated),
        ("frozen", _frozen),
        ("overdue", _overdue),
    )
    return [Scenario(f"desks:{key}", day, MONEY, FIRST + number, play) for number, (key, play) in enumerate(plays)]


def done() -> set[str]:
    """The keys of what is there."""
    there = {
        "leave": Absence.objects.filter(reason=LEAVE),
        "delegated": Delegation.objects.filter(reason=ORDER),
        "frozen": Freeze.objects.filter(reason=AUDIT),
        "overdue": Escalation.objects.all(),
    }
    return {f"desks:{key}" for key, rows in there.items() if rows.exists()}


def _officer(name: str) -> int:
    return Officer.objects.get(user__username=name).pk


def _leave(stage: Stage, key: str) -> None:
    last = today() + timedelta(days=DAYS)
    absences.record(officer=_officer("asif"), starts_on=today(), ends_on=last, reason=LEAVE, by=stage.users["asif"])


def _delegated(stage: Stage, key: str) -> None:
    """The Section Officer signs for the Deputy Secretary, up to half of that limit; another one waits for consent."""
    made = delegations.give(
        taker=_officer("kamran"),
        starts_on=today(),
        ends_on=today() + timedelta(days=DAYS),
        ceiling="500000",
        reason=ORDER,
        by=stage.users["asif"],
    )
    delegations.agree(delegation=made.pk, by=stage.users["nadia"], remark="As the order says")
    delegations.give(
        taker=_officer("nadia"),
        starts_on=today() + timedelta(days=20),
        ends_on=today() + timedelta(days=25),
        ceiling="2500000",
        reason="Tour to Geneva",
        by=stage.users["waqar"],
    )


def _frozen(stage: Stage, key: str) -> None:
    made = freezes.propose(
        fund=stage.fund("HEP-EU"),
        what="payments",
        cause="audit",
        starts_on=today(),
        ends_on=today() + timedelta(days=30),
        reason=AUDIT,
        by=stage.users["mariam"],
    )
    freezes.agree(freeze=made.pk, by=stage.users["salman"], remark="The cheque book is with the auditor")


def _overdue(stage: Stage, key: str) -> None:
    """Told, and one of them reminded."""
    escalations.escalate()
    first = escalations.to_me(stage.users["nadia"]).first()
    if first is not None:
        escalations.remind(escalation=first.pk, text="Please decide this week.", by=stage.users["nadia"])
