"""Rules of chains as data: versions, two people, never in the past, no overlap; a running chain keeps what it was given."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from funds import approvals, disbursements
from funds.chain import chains, rule_book, rule_versions, simulation
from funds.chain.rule_book import NewStep
from funds.models import ApprovalRule, ApprovalStep, RuleDecision
from funds.requests import content
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.money import CEILING
from ledger.roles import Role
from tests import world
from tests.funds.by_sql import chain_by_hand, copied, refused

pytestmark = pytest.mark.django_db
STEPS = [NewStep(Role.VERIFIER, "Verified"), NewStep(Role.APPROVER, "Sanctioned")]
TOMORROW = timedelta(days=1)


@pytest.fixture
def here(small_world: world.World) -> world.World:
    return small_world


def proposed(here: world.World, **given: Any) -> ApprovalRule:
    """A rule of the test fund, so that it overlaps with none."""
    values = {
        "title": "Large diyat", "minimum": "100000", "maximum": "500000", "fund": here.fund, "kind": "diyat", "steps": STEPS,
        "reason": "Order 7", "by": here["fund_manager"],
    }  # fmt: skip
    return rule_book.propose(**values | given)


def agreed(here: world.World, **given: Any) -> ApprovalRule:
    return rule_book.agree(rule=proposed(here, **given).pk, by=here["approver"])


def taken(here: world.World, amount: str, *, kind: str = "diyat", on: date | None = None, office: Any = None) -> str:
    found = chains.covering(
        fund=here.fund.pk, kind=kind, office=(office or here.office).pk, amount=Decimal(amount), on=on or today()
    )
    return found[0].title if found else ""


def test_a_rule_counts_when_a_second_person_agrees(here: world.World) -> None:
    rule = proposed(here)
    assert (rule.number, rule.version, taken(here, "200000")) == (2, 1, "All requests")
    rule_book.agree(rule=rule.pk, by=here["approver"], remark="Seen")
    assert taken(here, "200000") == "Large diyat"
    assert taken(here, "200000", kind="relief_grant") == taken(here, "99999.99") == "All requests"
    row = RuleDecision.objects.get(rule=rule)
    assert (row.outcome, row.decided_by, row.remark) == ("agreed", here["approver"], "Seen")


def test_the_proposer_does_not_agree_by_page_or_by_sql(here: world.World) -> None:
    rule = proposed(here)
    with pytest.raises(NotAllowed, match="You proposed this version"):
        rule_book.agree(rule=rule.pk, by=here["fund_manager"])
    insert = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    refused("23F51", insert, rule.pk, here["fund_manager"].pk)
    refused("23F51", insert, rule.pk, None)
    assert taken(here, "200000") == "All requests"


def test_only_a_fund_manager_proposes_and_only_some_agree(here: world.World) -> None:
    with pytest.raises(NotAllowed, match="fund manager"):
        proposed(here, by=here["approver"])
    rule = proposed(here)
    for role in ("case_officer", "finance_officer", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            rule_book.agree(rule=rule.pk, by=here[role])


def test_an_office_makes_rules_of_its_own_funds_only(here: world.World) -> None:
    manager = world.make_user("quetta_manager", here.quetta_office, Role.FUND_MANAGER)
    with pytest.raises(NotAllowed, match="Rules of TEST"):
        proposed(here, by=manager)
    with pytest.raises(NotAllowed, match="for all funds"):
        proposed(here, by=manager, fund=None)


def test_a_version_never_begins_in_the_past_once_something_was_submitted(here: world.World) -> None:
    early = proposed(here, effective_from=today() - TOMORROW)  # nothing was submitted under any rule yet
    here.submitted()
    with pytest.raises(WrongState, match="has passed"):
        rule_book.agree(rule=early.pk, by=here["approver"])
    insert = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    refused("23F51", insert, early.pk, here["approver"].pk)
    rule_book.decline(rule=early.pk, by=here["approver"], remark="Too late")
    with pytest.raises(BadInput) as caught:
        proposed(here, number=early.number, effective_from=today() - TOMORROW)
    assert "effective_from" in caught.value.fields
    assert agreed(here, number=early.number).version == 2


def test_the_next_version_takes_over_on_its_day_and_ends_on_its_last(here: world.World) -> None:
    first = agreed(here)
    day, last = today() + 10 * TOMORROW, today() + 20 * TOMORROW
    second = agreed(here, number=first.number, title="Larger diyat", effective_from=day, effective_to=last)
    assert (second.number, second.version) == (first.number, 2)
    assert [taken(here, "200000", on=at) for at in (day - TOMORROW, day, last, last + TOMORROW)] == [
        "Large diyat", "Larger diyat", "Larger diyat", "All requests",
    ]  # fmt: skip
    assert [row.version for row in rule_versions.coming(today())] == [2]
    versions = rule_versions.versions(first.number)
    assert [rule_versions.state_of(row, on=today(), current={first.pk}) for row in versions] == ["coming", "in_force"]


def test_one_proposal_of_a_rule_waits_at_a_time_and_its_scope_stays(here: world.World) -> None:
    rule = proposed(here)
    with pytest.raises(WrongState, match="waits for consent"):
        proposed(here, number=rule.number)
    refused("23F50", *flat(copied(rule, version=2)))
    rule_book.decline(rule=rule.pk, by=here["fund_manager"], remark="A slip")
    assert RuleDecision.objects.get(rule=rule).outcome == "withdrawn"
    again = proposed(here, number=rule.number, fund=None, kind="")
    assert (again.version, again.fund, again.kind) == (2, here.fund, "diyat")
    rule_book.decline(rule=again.pk, by=here["approver"], remark="Not now")
    refused("23F50", *flat(copied(rule, version=3, kind="fine")))
    refused("23F50", *flat(copied(rule, version=4)))
    refused("23F50", *flat(copied(rule, version=3, proposed_by_id=None)))


def flat(statement: tuple[str, list[object]]) -> tuple[object, ...]:
    return statement[0], *statement[1]


def test_equals_do_not_overlap(here: world.World) -> None:
    first = agreed(here)
    twin = {"title": "Twin", "minimum": "500000", "maximum": "900000"}
    with pytest.raises(WrongState, match="overlap with rule 2") as caught:
        proposed(here, **twin)
    assert caught.value.code == "overlap"
    assert agreed(here, **twin | {"minimum": "500000.01"})
    assert agreed(here, **twin | {"kind": "", "title": "Every kind"})  # less specific, so not an equal
    assert agreed(here, **twin, office=here.quetta_office)
    assert taken(here, "500000") == first.title


def test_two_proposals_that_overlap_are_not_both_agreed_to(here: world.World) -> None:
    one, other = proposed(here), proposed(here, title="Other")
    rule_book.agree(rule=one.pk, by=here["approver"])
    with pytest.raises(WrongState, match="overlap"):
        rule_book.agree(rule=other.pk, by=here["approver"])
    insert = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    refused("23F51", insert, other.pk, here["approver"].pk)


@pytest.mark.parametrize(
    ("days", "fits"), [((20, 30), False), ((11, 30), False), ((21, 30), True), ((0, 9), True), ((0, 10), False)]
)
def test_equals_share_no_day(here: world.World, days: tuple[int, int], fits: bool) -> None:
    """One is in force from the tenth to the twentieth day; another of the same band before it, after it, or across."""
    agreed(here, effective_from=today() + 10 * TOMORROW, effective_to=today() + 20 * TOMORROW)
    first, last = (today() + day * TOMORROW for day in days)
    given = {"title": "Other", "effective_from": first, "effective_to": last}
    if fits:
        assert agreed(here, **given)
    else:
        with pytest.raises(WrongState, match="overlap"):
            proposed(here, **given)


def test_a_band_moves_by_shrinking_one_and_growing_the_other_from_the_same_day(here: world.World) -> None:
    low = agreed(here, title="Low", minimum="1", maximum="100")
    high = agreed(here, title="High", minimum="100.01", maximum="1000")
    with pytest.raises(WrongState, match="overlap"):
        proposed(here, number=low.number, title="Low", minimum="1", maximum="500")
    day = today() + TOMORROW
    agreed(here, number=high.number, title="High", minimum="500.01", maximum="1000", effective_from=day)
    agreed(here, number=low.number, title="Low", minimum="1", maximum="500", effective_from=day)
    assert [taken(here, "300"), taken(here, "300", on=day)] == ["High", "Low"]


def test_a_gap_between_bands_is_shown(here: world.World) -> None:
    world.make_rule(maximum="1000", effective_from=today())
    agreed(here, title="From 2000", minimum="2000", maximum="3000", kind="fine")
    rows = list(rule_versions.in_force(today()))
    found = [gap for gap in rule_versions.gaps(rows, [here.fund]) if gap.kind == "Fine"]
    assert [(gap.fund, gap.low, gap.high) for gap in found] == [("TEST", Decimal("1000.01"), Decimal("1999.99"))]


@pytest.mark.parametrize(
    ("bands", "left"),
    [
        ([("0.01", "5"), ("5.01", "9")], []),
        ([("1", "5")], [("0.01", "0.99")]),
        ([("7", "9"), ("0", "5")], [("5.01", "6.99")]),
        ([("0.01", "9"), ("2", "3"), ("9.02", "10")], [("9.01", "9.01")]),
        ([], []),
    ],
)
def test_gaps_between_bands(bands: list[tuple[str, str]], left: list[tuple[str, str]]) -> None:
    pairs = [(Decimal(low), Decimal(high)) for low, high in bands]
    assert rule_versions.between(pairs) == [(Decimal(low), Decimal(high)) for low, high in left]


def test_fund_goes_before_kind_and_kind_before_office(here: world.World) -> None:
    office = {"office": here.quetta_office}
    one, all_funds = {"minimum": "1", "maximum": "1000"}, {"fund": None, "kind": ""}
    agreed(here, **one, **all_funds | office, title="office")
    agreed(here, **one, **all_funds | {"kind": "diyat"}, title="kind")
    assert taken(here, "5", office=here.quetta_office) == "kind"
    agreed(here, **one, **all_funds | office | {"kind": "diyat"}, title="kind and office")
    assert taken(here, "5", office=here.quetta_office) == "kind and office"
    assert taken(here, "5") == "kind"
    agreed(here, **one, kind="", title="fund")
    assert taken(here, "5", office=here.quetta_office) == "fund"
    assert taken(here, "5", kind="fine", office=here.quetta_office) == "fund"


def test_a_later_version_never_touches_a_running_chain(here: world.World) -> None:
    running = here.submitted()
    steps = [(Role.VERIFIER, "Looked at"), (Role.APPROVER, "Sanctioned", "Secretary")]
    world.make_rule(title="New", steps=steps, effective_from=today())
    assert [step.act for step in chains.current_steps(running)] == ["Verified", "Budget agreed", "Sanctioned"]
    for role in ("verifier", "finance_officer", "approver"):
        running = approvals.approve(disbursement=running.pk, by=here[role])
    assert running.state == "sanctioned"
    again = disbursements.submit(disbursement=here.draft().pk, by=here["case_officer"])
    assert [step.act for step in chains.current_steps(again)] == ["Looked at", "Sanctioned"]
    assert chains.chosen(running).rule.version == 1
    assert chains.chosen(again).rule.version == 2


def test_what_is_agreed_to_is_never_changed(here: world.World) -> None:
    rule = agreed(here)
    refused("42501", "UPDATE funds_approvalrule SET maximum = 9 WHERE id = %s", rule.pk)
    refused("42501", "DELETE FROM funds_rulestep WHERE rule_id = %s", rule.pk)
    refused("23F50", *flat(copied(rule.steps.first(), position=3)))


def test_slips_are_told_by_field(here: world.World) -> None:
    for given, field in (
        ({"minimum": "600000"}, "maximum"),
        ({"maximum": "none"}, "maximum"),
        ({"effective_to": today() - TOMORROW}, "effective_to"),
        ({"kind": "gift"}, "kind"),
        ({"steps": []}, "steps"),
        ({"steps": [NewStep("ddo", "Paid")]}, "steps.0.role"),
        ({"steps": [*STEPS, NewStep(Role.VERIFIER, "Seen")]}, "steps.2.role"),
        ({"steps": [NewStep(Role.APPROVER, "Seen", signatures=10)]}, "steps.0.signatures"),
        ({"steps": [NewStep(Role.APPROVER, "Seen", days=0)]}, "steps.0.days"),
        ({"steps": [NewStep(Role.APPROVER, " ")]}, "steps.0.act"),
        ({"reason": " "}, "reason"),
        ({"title": ""}, "title"),
    ):
        with pytest.raises(BadInput) as caught:
            proposed(here, **given)
        assert field in caught.value.fields, given
    with pytest.raises(NotFound):
        proposed(here, number=99)


def test_the_last_step_sanctions_by_sql_too(here: world.World) -> None:
    rule = proposed(here)
    bare = ApprovalRule.objects.create(
        number=9, title="Bare", minimum=1, maximum=2, fund=here.fund, kind="fine", effective_from=today(), reason="x",
        proposed_by=here["fund_manager"],
    )  # fmt: skip
    insert = "INSERT INTO funds_ruledecision (rule_id, outcome, remark, decided_by_id) VALUES (%s, 'agreed', '', %s)"
    refused("23F51", insert, bare.pk, here["approver"].pk)
    assert rule_book.agree(rule=rule.pk, by=here["approver"]).decision.outcome == "agreed"


def test_a_submission_carries_the_chain_of_its_rule_by_sql_too(here: world.World) -> None:
    """A chain that lacks a step, or is another rule's, is refused when the request moves."""
    agreed(here, title="Grants", minimum="1", kind="relief_grant")
    request = here.draft()
    choice = chains.choose(request, on=today())
    easier = rule_versions.versions(1)[0]
    for rule, left_out in ((easier, 0), (choice.rule, 1)):
        with pytest.raises(Exception, match="rule") as caught:
            submit_by_hand(request, rule, left_out)
        assert caught.value.__cause__.pgcode == "23F52"
    submit_by_hand(request, choice.rule, 0)
    step = ApprovalStep.objects.filter(disbursement=request).first()
    refused("23F52", *flat(copied(step, position=9)))


def submit_by_hand(request: Any, rule: ApprovalRule, left_out: int) -> None:
    """The steps of a rule, as the application role could write them."""
    with transaction.atomic():
        row = chain_by_hand(request, rule, left_out)
        row.digest, row.state, row.position, row.waiting_since = content.digest(row), "submitted", 1, today()
        row.save()


def test_the_simulator_says_which_rule_why_and_who(here: world.World) -> None:
    agreed(here, steps=[NewStep(Role.VERIFIER, "Seen", signatures=2), NewStep(Role.APPROVER, "Sanctioned")])
    given = {"fund": here.fund, "kind": "diyat", "office": here.quetta_office, "on": today()}
    found = simulation.simulate(amount=Decimal(200000), **given)
    assert found is not None
    assert found.rule.title == "Large diyat"
    assert "covers Rs 2,00,000.00" in found.why[0]
    assert found.why[1:] == [
        "Rule 1, “All requests” covers it too, but a fund's own rule goes before one for all funds."
    ]
    names = [[signer.officer.user.username for signer in row.signers] for row in found.steps]
    assert [sorted(row) for row in names] == [["second_verifier", "verifier"], ["approver"]]
    assert found.enough and found.days == 6
    assert simulation.simulate(amount=CEILING, **given) is None
    above = simulation.simulate(amount=Decimal(6_000_000), **given | {"kind": "fine"})
    assert above is not None and above.steps[-1].short == 1 and not above.enough


def test_one_person_for_two_steps_is_not_enough(here: world.World) -> None:
    here["second_verifier"].groups.clear()
    steps = [NewStep(Role.VERIFIER, "Seen"), NewStep(Role.VERIFIER, "Seen again"), NewStep(Role.APPROVER, "Sanctioned")]
    agreed(here, steps=steps)
    found = simulation.simulate(amount=Decimal(200000), fund=here.fund, kind="diyat", office=here.office, on=today())
    assert found is not None
    assert not found.enough and not any(row.short for row in found.steps)
