"""Rules of chains and limits on their way: a version that comes, one that waits, a limit that waits; and a sum that was split."""

from collections.abc import Callable
from datetime import date, timedelta

from beneficiaries.models import Officer, OfficerLimit
from beneficiaries.offices import limits
from config.demo.diyat import MACH, Prisoner, owed_by
from config.demo.invent import MONEY
from config.demo.scenario import Scenario
from config.demo.stage import Stage
from funds import disbursements
from funds.chain import rule_book
from funds.chain.rule_book import NewStep
from funds.models import ApprovalRule, Disbursement
from funds.requests.payees import heirs_payees
from ledger.clock import today

COMING, WAITING = "Minutes 4 of the committee, item 2", "Proposal F.1(3)/2026-Funds"
FOR_THE_LEAVE = "Order 118: while the Deputy Secretary is on leave"
# Each is the Deputy Secretary's; both together are the Joint Secretary's.
PARTS = ("First part of diyat, heirs of one family of Mach", "Second part of diyat, heirs of one family of Mach")
PART, APART = 800_000, 6  # rupees of each, and days between them
LARGE, SMALL = "Above Rs 25,00,000: Secretary", "Up to Rs 50,000: Section Officer"


def scenarios(day: date) -> list[Scenario]:
    """All of today: what is proposed begins later."""
    plays: tuple[tuple[str, Callable[[Stage, str], None]], ...] = (
        ("coming", _coming),
        ("waiting", _waiting),
        ("limit", _limit),
        ("split", _split),
    )
    return [Scenario(f"delegation:{key}", day, MONEY, number, play) for number, (key, play) in enumerate(plays)]


def done() -> set[str]:
    """The keys of what is there."""
    there = {
        "coming": ApprovalRule.objects.filter(reason=COMING),
        "waiting": ApprovalRule.objects.filter(reason=WAITING),
        "limit": OfficerLimit.objects.filter(reason=FOR_THE_LEAVE),
        "split": Disbursement.objects.filter(title=PARTS[-1]),
    }
    return {f"delegation:{key}" for key, rows in there.items() if rows.exists()}


def _next(stage: Stage, title: str, steps: list[NewStep], *, reason: str, after: int) -> ApprovalRule:
    rule = ApprovalRule.objects.filter(title=title).latest("version")
    return rule_book.propose(
        title=title,
        minimum=rule.minimum,
        maximum=rule.maximum,
        steps=steps,
        effective_from=today() + timedelta(days=after),
        number=rule.number,
        reason=reason,
        by=stage.users["salman"],
    )


def _steps(title: str) -> list[NewStep]:
    rule = ApprovalRule.objects.filter(title=title).latest("version")
    return [NewStep(row.role, row.act, row.post, row.signatures, row.days) for row in rule.steps.order_by("position")]


def _coming(stage: Stage, key: str) -> None:
    """Two approvers, whoever they are, recommend what the Secretary sanctions."""
    steps = _steps(LARGE)
    steps[2:-1] = [NewStep("approver", "Recommended", signatures=2, days=5)]
    made = _next(stage, LARGE, steps, reason=COMING, after=30)
    rule_book.agree(rule=made.pk, by=stage.users["waqar"], remark="As the committee decided")


def _waiting(stage: Stage, key: str) -> None:
    """A second look before small sums as well."""
    steps = _steps(SMALL)
    steps[-1:] = [NewStep("approver", "Recommended", "Committee Secretary", days=2), steps[-1]]
    _next(stage, SMALL, steps, reason=WAITING, after=14)


def _limit(stage: Stage, key: str) -> None:
    limits.propose(
        officer=Officer.objects.get(user__username="kamran").pk,
        amount="200000",
        effective_from=today() + timedelta(days=7),
        effective_to=today() + timedelta(days=97),
        reason=FOR_THE_LEAVE,
        by=stage.users["junaid"],
    )


def _split(stage: Stage, key: str) -> None:
    """One family's diyat asked for in two parts within a week: the second takes the chain of both."""
    first = today() - timedelta(days=APART)
    prisoner = Prisoner(2 * PART, "diyat", MACH, "Quetta", date(2019, 5, 7), "four heirs")
    obligation, _ = owed_by(stage, prisoner, first)
    for number, title in enumerate(PARTS):
        day = first + timedelta(days=number * APART)
        maker = obligation.order.case.created_by
        request = disbursements.create_draft(
            fund=stage.fund("DAD"),
            kind="diyat",
            title=title,
            pay_to=f"Sessions Judge, {obligation.order.court.district}",
            payees=heirs_payees(obligation, total=str(PART)),
            by=maker,
            on=day,
        )
        disbursements.submit(disbursement=request.pk, by=maker, on=day)
