"""A standing world of what two people decide, lend, freeze, close or meet about."""

from dataclasses import dataclass, field
from typing import Any

from beneficiaries.offices import limits, tokens
from funds import budgets, closing
from funds.budget import reappropriations
from funds.chain import conflicts, rule_book
from funds.chain.rule_book import NewStep
from funds.models import Fund
from ledger.chart import fiscal_label
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.funds import divided
from tests.permissions import (
    away_states,
    background_states,
    cheque_states,
    money_back,
    received_states,
    run_states,
    sitting_states,
)
from tests.standing import standing
from tests.world import World

WHY = "Compared by hand"
STATES = ("waits", "agreed", "declined")
KINDS = dict(zip(STATES, ("fine", "legal_aid", "bail_deposit"), strict=True))


@dataclass
class Proposals:
    """By sheet and stage the keys that addresses and bodies name; and everybody's token."""

    here: World
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@standing
def every_proposal() -> Proposals:
    """Proposed by a second fund manager and answered by a second approver, who are nobody of the table."""
    here = world.build()
    here.users["second_manager"] = world.make_user("second_manager", here.office, Role.FUND_MANAGER)
    here.users["second_approver"] = world.make_user("second_approver", here.office, Role.APPROVER)
    made = Proposals(here)
    made.keys["rule"] = rules(here)
    made.keys["limit"] = limits_of(here)
    made.keys["move"] = moves(here)
    made.keys["reopening"] = reopenings(here)
    made.keys |= months_and_years(here)
    made.keys["conflict"] = apart(here)
    case = here.relief_case()
    taker = world.make_user("stand_in", here.office, Role.VERIFIER).officer
    made.keys["delegation"] = away_states.delegated(here, taker)
    made.keys["freeze"] = away_states.frozen(here)
    made.keys["meeting"] = sitting_states.held(here, sitting_states.seated(here))
    made.keys["committee"] = sitting_states.versions(here)
    made.keys["run"], made.keys["hold"] = run_states.run_through(here), run_states.held(here)
    transfer = here.fund.disbursements.filter(state="vouchered").latest("pk").lines.get().pk
    named = {
        "transfer": transfer,
        "case": case.pk,
        "person": case.person_id,
        "officer": here["second_approver"].officer.pk,
        "voucher": here.vouchered().number,
    }
    made.keys["free"] = {"any": named | away_states.begun(here, taker) | money_back.begins(here)}
    made.keys |= money_back.states(here)
    made.keys |= cheque_states.leaves_of(here)
    cheque_states.unclaimed(here)
    made.keys["cheque"] = cheque_states.cheques_of(here)
    made.keys["absence"] = away_states.absent(here)
    made.keys["escalation"] = away_states.overdue(here)
    late = {"pk": made.keys["escalation"]["waits"]["request"]}
    made.keys["list"] = {"draft": {"pk": made.keys["free"]["any"]["long"]}, "later": late}
    made.keys["complaint"] = received_states.complained(here)
    made.keys["referral"] = received_states.referred(here, case.pk)
    told = background_states.in_the_background(here)
    made.keys["message"] = {"lost": {"pk": told["message"]}, "sent": {"pk": told["sent"]}}
    made.keys["bundle"] = background_states.each_own(here)
    for role in Role:
        made.secrets[role.value] = tokens.issue(user=here[role.value], name="test", by=None)[1]
    return made


def rules(here: World) -> dict[str, Any]:
    """Each of a kind of its own, so that none overlaps."""
    found = {}
    for state, kind in KINDS.items():
        row = rule_book.propose(
            title=state.title(), maximum="500", kind=kind, fund=here.fund, reason="Order 1",
            steps=[NewStep("approver", "Sanctioned")], by=here["second_manager"],
        )  # fmt: skip
        found[state] = {"pk": row.pk, "number": row.number}
    rule_book.agree(rule=found["agreed"]["pk"], by=here["second_approver"])
    rule_book.decline(rule=found["declined"]["pk"], by=here["second_approver"], remark="Too low")
    return found


def limits_of(here: World) -> dict[str, Any]:
    found, officer = {}, here["verifier"].officer.pk
    for state in STATES:
        row = limits.propose(officer=officer, amount="0", reason="Order 2", by=here["second_manager"])
        found[state] = {"pk": row.pk}
        answer = {"limit": row.pk, "by": here["second_approver"]}
        if state == "agreed":
            limits.agree(**answer)
        elif state == "declined":
            limits.decline(**answer, remark="Too high")
    return found


def moves(here: World) -> dict[str, Any]:
    """In a divided fund with a budget of this year, because consent moves it today."""
    fund = divided.fund_of(here, lapsable=True)
    for head in ("GRANTS", "LEGAL"):
        budgets.record_allocation(
            fund=fund, kind="original", amount="200000", reference=f"Now {head}", budget_head=head,
            by=here["fund_manager"], on=today(),
        )  # fmt: skip
    found = {}
    for number, state in enumerate(STATES):
        row = reappropriations.ask(
            fund=fund, from_head="GRANTS", to_head="LEGAL", amount="100", order_number=f"F.{number}", reason="More",
            by=here["second_manager"],
        )  # fmt: skip
        found[state] = {"pk": row.pk}
        answer = {"fund": fund, "reappropriation": row.pk, "by": here["second_approver"]}
        if state == "agreed":
            reappropriations.agree(**answer)
        elif state == "declined":
            reappropriations.decline(**answer, remark="Too late")
    return found


def reopenings(here: World) -> dict[str, Any]:
    """Of one month: opened again and closed anew, left closed, asked for once more."""
    found: dict[str, Any] = {}
    close_month(here, here.fund, "2024-07")
    for state in ("agreed", "declined", "waits"):
        row = closing.ask_month(fund=here.fund, month="2024-07", by=here["second_manager"], reason="A receipt")
        found[state] = {"pk": row.pk}
        answer = {"fund": here.fund, "reopening": row.pk, "by": here["second_approver"]}
        if state == "agreed":
            closing.agree_reopening(**answer)
            close_month(here, here.fund, "2024-07")
        elif state == "declined":
            closing.decline_reopening(**answer, remark="Too late")
    return found


def apart(here: World) -> dict[str, Any]:
    found = {}
    for state, person in (("stands", here.person()), ("ended", here.person("Rehmat Bibi"))):
        row = conflicts.declare(by=here["verifier"], person=person.pk, ground="other", reason="My aunt")
        found[state] = {"pk": row.pk}
    conflicts.end(conflict=found["ended"]["pk"], reason="Divorced", by=here["second_manager"])
    return found


def close_month(here: World, fund: Fund, month: str) -> None:
    closing.close_month(fund=fund, month=month, by=here["second_manager"], override=WHY)


def months_and_years(here: World) -> dict[str, dict[str, Any]]:
    """Two closed months in one fund, a closed year in another."""
    open_fund, shut = (world.bare_fund(here["fund_manager"], here.office, code=code) for code in ("CAL", "SHUT"))
    for month in ("2024-07", "2024-08"):
        close_month(here, open_fund, month)
    closing.close_year(fund=shut, label="2024-25", by=here["second_manager"], override=WHY)
    months = {
        "behind": "2024-07",
        "closed": "2024-08",
        "turn": "2024-09",
        "later": "2024-10",
        "runs": f"{today():%Y-%m}",
    }
    years = {"turn": "2024-25", "later": "2025-26", "runs": fiscal_label(today())}
    named = {stage: {"code": "CAL", "label": label} for stage, label in years.items()}
    named["closed"] = {"code": "SHUT", "label": "2024-25"}
    return {
        "month": {stage: {"code": "CAL", "label": label} for stage, label in months.items()},
        "year": named,
    }
