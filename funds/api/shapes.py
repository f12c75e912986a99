"""What requests, their chains and decisions look like in answers."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from funds.budget.budget_position import room_of
from funds.budget.position import Position, position
from funds.chain import chains
from funds.chain.signatures import standing
from funds.models import ApprovalStep, Decision, Disbursement, PayeeLine, Sanction, Voucher
from funds.workflow import EDITABLE, State
from ledger.api_types import MOST_ITEMS, Amount, Page, Paging, page


class DisbursementOut(Schema):
    id: int
    number: str
    fund: str
    year: str
    office: str
    kind: str
    title: str
    pay_to: str
    state: str
    amount: Amount
    maker: str
    drafted_on: date
    submission: int
    position: int
    waiting_since: date | None
    digest: str

    @staticmethod
    def resolve_fund(row: Disbursement) -> str:
        return row.fund.code

    @staticmethod
    def resolve_year(row: Disbursement) -> str:
        return row.year.label

    @staticmethod
    def resolve_office(row: Disbursement) -> str:
        return row.office.code

    @staticmethod
    def resolve_maker(row: Disbursement) -> str:
        return row.maker.get_username()


class AccountOut(Schema):
    iban: str


class LineOut(Schema):
    id: int
    position: int
    case_id: int
    obligation_id: int | None
    heir_id: int | None
    person_id: int | None
    payee_kind: str
    payee_name: str
    payee_relation: str
    cnic: str
    method: str
    iban: str
    account_title: str
    share: str
    amount: Amount

    @staticmethod
    def resolve_cnic(row: PayeeLine) -> str:
        return row.masked_cnic

    @staticmethod
    def resolve_iban(row: PayeeLine) -> str:
        return row.masked_iban


class DecisionOut(Schema):
    """`delegation` is the one under which it was signed for `acted_for`; null and empty where the officer signed alone."""

    id: int
    disbursement_id: int
    submission: int
    step: int
    act: str
    outcome: str
    back_to: int
    ground: str | None
    reason: str
    digest: str
    minutes_item: int | None
    decided_by: str
    name: str
    post: str
    delegation: int | None
    acted_for: str
    decided_on: date
    recorded_at: datetime

    @staticmethod
    def resolve_delegation(row: Decision) -> int | None:
        return row.delegation_id

    @staticmethod
    def resolve_acted_for(row: Decision) -> str:
        return row.delegation.giver_name if row.delegation else ""

    @staticmethod
    def resolve_step(row: Decision) -> int:
        return row.step.position

    @staticmethod
    def resolve_minutes_item(row: Decision) -> int | None:
        """The item of a committee's minutes that the decision was signed with."""
        return row.minutes_item_id

    @staticmethod
    def resolve_act(row: Decision) -> str:
        return row.step.act

    @staticmethod
    def resolve_ground(row: Decision) -> str | None:
        return row.ground.code if row.ground else None

    @staticmethod
    def resolve_decided_by(row: Decision) -> str:
        return row.decided_by.get_username()


class GroundOut(Schema):
    """`outcome`: returned, rejected or recused; the last is for declared conflicts of interest, too."""

    outcome: str
    code: str
    name: str


class StepOut(Schema):
    position: int
    role: str
    act: str
    post: str
    committee: str | None = None
    signatures: int
    days: int
    last: bool
    decisions: list[DecisionOut] = []

    @staticmethod
    def resolve_committee(row: ApprovalStep) -> str | None:
        return row.committee.code if row.committee else None

    @staticmethod
    def resolve_decisions(row: ApprovalStep) -> Any:
        return getattr(row, "stands", [])


class SanctionOut(Schema):
    id: int
    number: str
    disbursement_id: int
    fund: str
    year: str
    budget_head: str
    amount: Amount
    digest: str
    sanctioned_by: str
    sanctioned_on: date
    entry_id: int

    @staticmethod
    def resolve_fund(row: Sanction) -> str:
        return row.fund.code

    @staticmethod
    def resolve_year(row: Sanction) -> str:
        return row.year.label

    @staticmethod
    def resolve_budget_head(row: Sanction) -> str:
        return row.budget_head.code if row.budget_head else ""

    @staticmethod
    def resolve_sanctioned_by(row: Sanction) -> str:
        return row.sanctioned_by.get_username()


class RoomOut(Schema):
    """A fund's money in the year of today, in rupees: available = spent + committed + free + unreleased."""

    available: Amount
    spent: Amount
    committed: Amount
    free: Amount
    unreleased: Amount
    cash: Amount
    uncleared: Amount


class HeadroomOut(Schema):
    """What the request's own head of the budget has: free before and, once it is sanctioned, after; below zero: too little.

    `asked` is what others in the chain ask of the same head. `head` is empty where the budget is not divided.
    """

    head: str
    free_before: Amount
    free_after: Amount
    asked: Amount


class AddedUpOut(Schema):
    """The sum on which the submission's band was chosen; `reasons` name whose money of the last `days` makes it more."""

    rule: str
    basis: Amount
    days: int
    reasons: list[dict[str, Any]]


class DisbursementDetail(DisbursementOut):
    """`lines` holds the first 200; the rest follow under /disbursements/{id}/lines. `headroom` is null once it is sanctioned,
    and where no head of the budget pays its kind."""

    lines: Page[LineOut]
    chain: list[StepOut]
    added_up: AddedUpOut | None
    sanction: SanctionOut | None
    voucher: str | None
    room: RoomOut
    headroom: HeadroomOut | None

    @staticmethod
    def resolve_lines(row: Disbursement) -> dict[str, Any]:
        return page(row.lines.all(), Paging(limit=MOST_ITEMS))

    @staticmethod
    def resolve_chain(row: Disbursement) -> Any:
        steps = list(chains.current_steps(row))
        made = standing(steps)
        for step in steps:
            step.stands = made.get(step.position, [])  # type: ignore[attr-defined]
        return steps

    @staticmethod
    def resolve_added_up(row: Disbursement) -> Any:
        found = chains.chosen(row)
        if found is None:
            return None
        return {"rule": found.rule.title, "basis": found.basis, "days": found.days, "reasons": found.reasons}

    @staticmethod
    def resolve_sanction(row: Disbursement) -> Sanction | None:
        return (
            Sanction.objects.select_related("fund", "year", "budget_head", "sanctioned_by")
            .filter(disbursement=row)
            .first()
        )

    @staticmethod
    def resolve_voucher(row: Disbursement) -> str | None:
        return Voucher.objects.filter(sanction__disbursement=row).values_list("number", flat=True).first()

    @staticmethod
    def resolve_room(row: Disbursement) -> Position:
        return position(row.fund)

    @staticmethod
    def resolve_headroom(row: Disbursement) -> dict[str, Any] | None:
        has = room_of(row, None) if row.state in (*EDITABLE, State.SUBMITTED) else None
        if has is None:
            return None
        after = has.after(row.amount)
        return {"head": has.stands.code, "free_before": has.free, "free_after": after, "asked": has.asked}
