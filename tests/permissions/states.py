"""A standing world with a request at every stage of the published table, and a payment in every state."""

from dataclasses import dataclass, field

from beneficiaries.models import ReleaseRecord
from beneficiaries.offices import tokens
from funds import approvals, disbursements, payments, vouchers
from funds.committee import committees
from funds.committee.committees import NewMember
from funds.models import Disbursement, Fund, Instrument
from funds.requests.payees import Payee, heirs_payees
from ledger.roles import Role
from tests import world
from tests.funds.committee_world import rule_of
from tests.standing import standing
from tests.world import DAY, START, World

# A step before the first one that the table shows, so that each has an earlier one; then two steps for approvers.
CHAIN = (
    (Role.VERIFIER, "Read"),
    (Role.VERIFIER, "Verified"),
    (Role.FINANCE_OFFICER, "Budget agreed"),
    (Role.APPROVER, "Recommended"),
    (Role.APPROVER, "Sanctioned"),
)
SIGNERS = ("second_verifier", "verifier", "finance_officer", "second_approver", "approver")
CHAIN_STAGES = ("verifier", "finance_officer", "approver", "sanction")
WHY = {"ground": "other", "reason": "Not as it should be"}


@dataclass
class States:
    """Keys of requests by stage, those for prisoners apart; a payment of each; and everybody's token."""

    here: World
    requests: dict[str, int] = field(default_factory=dict)
    prisoners: dict[str, int] = field(default_factory=dict)  # these pay for a prisoner who is still inside
    payments: dict[str, int] = field(default_factory=dict)  # by the stage of their request: one still issued, else any
    paid: dict[str, int] = field(default_factory=dict)  # by their own state, all of one request
    secrets: dict[str, str] = field(default_factory=dict)


@standing
def every_state() -> States:
    """Requests at all stages; each role's own officer took no part that would bar them."""
    here = world.build()
    here.users["second_approver"] = world.make_user("second_approver", here.office, Role.APPROVER)
    for role in (Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER, Role.DDO, Role.RECONCILER):
        here.users[f"quetta_{role}"] = world.make_user(f"quetta_{role}", here.quetta_office, role)
    world.make_rule("With two approvers", steps=CHAIN)
    made = States(here)
    in_committee(made)  # first: once there are requests, a rule is not dated back
    chain(made)
    money(made)
    prisoners(made)
    for name, user in here.users.items():
        made.secrets[name] = tokens.issue(user=user, name="test", by=None)[1]
    return made


def draft(here: World, *, fund: Fund | None = None) -> Disbursement:
    """A relief grant to two people, of the world's fund or another."""
    cases = [here.relief_case() for _ in range(2)]
    return disbursements.create_draft(
        fund=fund or here.fund,
        kind="relief_grant",
        title="Relief grants",
        pay_to="As listed",
        payees=[Payee(case=case, amount="1000", person=case.person) for case in cases],
        by=here["case_officer"],
        on=DAY,
    )


def signed(here: World, signatures: int, request: Disbursement | None = None) -> Disbursement:
    """Submitted, and signed by so many."""
    row = here.submitted(request or draft(here))
    for name in SIGNERS[:signatures]:
        row = approvals.approve(disbursement=row.pk, by=here[name], on=DAY)
    return row


def chain(made: States) -> None:
    """From the draft to the sanction."""
    here = made.here
    made.requests["draft"] = draft(here).pk
    for number, stage in enumerate(CHAIN_STAGES, 1):
        made.requests[stage] = signed(here, number).pk
    of = {"by": here["second_verifier"], "on": DAY, **WHY}
    made.requests["returned"] = approvals.return_for_correction(disbursement=signed(here, 0).pk, **of).pk
    made.requests["rejected"] = approvals.reject(disbursement=signed(here, 0).pk, **of).pk
    made.requests["sanctioned"] = signed(here, len(SIGNERS)).pk


def in_committee(made: States) -> None:
    """Waits for a committee on which nobody of the table sits; in a fund of its own, because its rule is the fund's."""
    here = made.here
    fund = world.make_fund(here["fund_manager"], here.office, code="MEET")
    for name in ("chair_of", "member_of"):
        world.make_user(name, here.office, Role.APPROVER)
    version = committees.propose_new(
        code="SITS", name="It sits", office=here.office, quorum=2, limit="5000000", reason="Order 1", by=here["fund_manager"],
        members=[NewMember("chair_of", "chair"), NewMember("member_of", "secretary")], effective_from=START,
    )  # fmt: skip
    committees.agree(version=version.pk, by=here["second_approver"])
    rule_of(here, version.committee, last=True, fund=fund)
    made.requests["committee"] = here.at_sanction(draft(here, fund=fund)).pk


def issued(here: World, lines: int, request: Disbursement | None = None) -> list[Instrument]:
    """Vouchered, and the first lines paid."""
    row = signed(here, len(SIGNERS), request)
    vouchers.issue_voucher(disbursement=row.pk, by=here["ddo"], on=DAY)
    rows = list(row.lines.order_by("position")[:lines])
    numbers = [(line.pk, f"{next(here.numbers)}") for line in rows]
    said = {line.pk: world.said_of(line) for line in rows}
    return payments.issue_instruments(disbursement=row.pk, numbers=numbers, said=said, by=here["ddo"], on=DAY)


def cleared(here: World, rows: list[Instrument]) -> list[Instrument]:
    return [payments.clear_instrument(instrument=row.pk, by=here["reconciler"], on=DAY) for row in rows]


def received(here: World, rows: list[Instrument]) -> list[Instrument]:
    for row in rows:
        payments.acknowledge(instrument=row.pk, received_by="Zainab Bibi", by=here["case_officer"], on=DAY)
    return rows


def money(made: States) -> None:
    """From the voucher to the end; a request that is vouchered has one line paid and one not."""
    here = made.here
    ways = {
        "vouchered": issued(here, 1),
        "paid": issued(here, 2),
        "cleared": cleared(here, issued(here, 2)),
        "acknowledged": received(here, cleared(here, issued(here, 2))),
        "closed": received(here, cleared(here, issued(here, 2))),
        "cancelled": issued(here, 2),
    }
    for stage, rows in ways.items():
        made.requests[stage], made.payments[stage] = rows[0].line.disbursement_id, rows[0].pk
    payments.close(disbursement=made.requests["closed"], by=here["case_officer"], on=DAY)
    disbursements.cancel(disbursement=made.requests["cancelled"], by=here["ddo"], reason="Withdrawn", on=DAY)


def diyat(here: World) -> Disbursement:
    obligation = here.obligation()
    here.four_heirs(obligation)
    return disbursements.create_draft(
        fund=here.fund,
        kind="diyat",
        title="Diyat",
        pay_to="Sessions Judge",
        payees=heirs_payees(obligation, total="1200000"),
        by=here["case_officer"],
        on=DAY,
    )


def prisoners(made: States) -> None:
    """For prisoners whose release may be recorded; the paid one is vouchered again, with a payment in each state."""
    here = made.here
    ways = {
        "paid": issued(here, 4, diyat(here)),
        "cleared": cleared(here, issued(here, 4, diyat(here))),
        "acknowledged": received(here, cleared(here, issued(here, 4, diyat(here)))),
    }
    for stage, rows in ways.items():
        made.prisoners[stage] = rows[0].line.disbursement_id
        here.confirm(rows[0].line.case, "court_receipt", "release_order", "jail_certificate")
    one, two, three, _ = issued(here, 4, diyat(here))
    cleared(here, [two])
    payments.fail_instrument(instrument=three.pk, state="returned", reason="Name differs", by=here["ddo"], on=DAY)
    made.paid = {"issued": one.pk, "cleared": two.pk, "failed": three.pk}
    assert ReleaseRecord.objects.count() == 3 * len(made.prisoners)
