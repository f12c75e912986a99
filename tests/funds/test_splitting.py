"""A sum split over several requests takes the chain of the whole, and the limit of who sanctions is compared with it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.test import Client

from beneficiaries.models import Case, Limit, Pair, Person
from beneficiaries.people import merging
from funds import approvals, disbursements
from funds.chain import chains, splitting
from funds.models import ChosenRule, Disbursement, Fund
from funds.requests.payees import Payee, heirs_payees
from ledger.clock import today
from ledger.errors import NotAllowed
from tests import world
from tests.funds.by_sql import accepted, refused, run

pytestmark = pytest.mark.django_db
DAY = world.DAY


@pytest.fixture
def here(small_world: world.World) -> world.World:
    """Thirty days are added up, and above Rs 30,000 somebody else sanctions."""
    Limit.objects.create(code="splitting_days", value=30, effective_from=date(2020, 7, 1), source="House rules")
    steps = [*world.THREE_STEPS[:2], ("approver", "Sanctioned", "Secretary")]
    world.make_rule(title="Small", maximum="30000")
    world.make_rule(title="Large", minimum=Decimal("30000.01"), number=2, steps=steps)
    return small_world


def asked(
    here: world.World, case: Case, amount: str = "20000", *, fund: Fund | None = None, **payee: Any
) -> Disbursement:
    person = payee.pop("person", case.person)
    return disbursements.create_draft(
        fund=fund or here.fund,
        kind=payee.pop("kind", "relief_grant"),
        title="Grant",
        pay_to=str(person),
        payees=[Payee(case=case, amount=amount, person=person, **payee)],
        by=here["case_officer"],
        on=payee.pop("drafted", DAY - timedelta(days=60)),
    )


def sent(here: world.World, request: Disbursement, *, on: date = DAY) -> ChosenRule:
    row = disbursements.submit(disbursement=request.pk, by=here["case_officer"], on=on)
    found = chains.chosen(row)
    assert found is not None
    return found


def test_one_request_is_its_own_sum(here: world.World) -> None:
    found = sent(here, asked(here, here.relief_case()))
    assert (found.basis, found.days, found.reasons, found.rule.title) == (Decimal(20000), 30, [], "Small")


def test_two_requests_to_one_payee_take_the_chain_of_both(here: world.World) -> None:
    person = here.person()
    first = asked(here, here.relief_case(person))
    sent(here, first)
    found = sent(here, asked(here, here.relief_case(person)))
    assert (found.basis, found.rule.title) == (Decimal(40000), "Large")
    payee = next(row for row in found.reasons if row["what"] == "payee")
    assert (payee["name"], payee["total"]) == (person.name, "40000.00")
    assert payee["parts"] == [{"request": first.pk, "fund": "TEST", "amount": "20000.00", "on": DAY.isoformat()}]


def test_the_sum_goes_across_funds(here: world.World) -> None:
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    person = here.person()
    sent(here, asked(here, here.relief_case(person), fund=other))
    found = sent(here, asked(here, here.relief_case(person)))
    assert (found.basis, found.reasons[0]["parts"][0]["fund"]) == (Decimal(40000), "OTHER")


def test_a_merged_record_counts_for_the_one_that_stands(here: world.World) -> None:
    one, twin = (here.person(name, relative_name="Sher Zaman", cnic=None) for name in ("Sughra Bibi", "Sugra Bibi"))
    here.paid(asked(here, here.relief_case(twin)))
    pair = Pair.objects.get(first=one, second=twin)
    merging.merge(pair=pair.pk, keep=one.pk, reason="One card", by=here["verifier"])
    found = sent(here, asked(here, here.relief_case(Person.objects.get(pk=one.pk))))
    assert found.basis == Decimal(40000)
    assert {row["what"] for row in found.reasons} >= {"payee", "household"}


def test_the_heirs_of_one_obligation_are_a_household(here: world.World) -> None:
    """A widow gets a grant of her own days after the diyat of her husband was asked for."""
    obligation = here.obligation("12000")
    here.four_heirs(obligation)
    lines = heirs_payees(obligation, total="12000")
    diyat = disbursements.create_draft(
        fund=here.fund, kind="diyat", title="Diyat", pay_to="Judge", payees=lines, by=here["case_officer"], on=DAY
    )
    widow = obligation.heirs.get(kinship="widow").person
    sent(here, asked(here, here.relief_case(widow), amount="25000"))
    found = sent(here, diyat)
    assert (found.basis, found.rule.title) == (Decimal(37000), "Large")
    assert found.reasons[0]["what"] == "household"
    assert found.reasons[0]["name"] == obligation.order.case.number


def test_people_who_share_a_case_are_a_household(here: world.World) -> None:
    brother, sister = here.person("Aslam Khan"), here.person("Bushra Khan")
    case = here.relief_case(brother)
    sent(here, asked(here, here.relief_case(sister)))
    found = sent(here, asked(here, case, person=sister))
    assert found.basis == Decimal(40000)


def test_strangers_are_not_added_up(here: world.World) -> None:
    sent(here, asked(here, here.relief_case()))
    assert sent(here, asked(here, here.relief_case(here.person("Bushra Khan")))).basis == Decimal(20000)


@pytest.mark.parametrize(("days", "basis"), [(29, 40000), (30, 20000)])
def test_what_was_submitted_within_the_days_counts(here: world.World, days: int, basis: int) -> None:
    """However old the paper is, its days begin when it was sent; asked from a later day than today, for that one passes."""
    person = here.person()
    sent(here, asked(here, here.relief_case(person)))
    later = today() + timedelta(days=days)
    assert splitting.rolling(asked(here, here.relief_case(person)), on=later).basis == basis


@pytest.mark.parametrize("days", [40, 29, 0])
def test_a_day_in_the_past_does_not_bring_two_requests_apart(here: world.World, days: int) -> None:
    """Both are sent now, one of them with an earlier day, whichever comes first."""
    person = here.person()
    drafts = [asked(here, here.relief_case(person)) for _ in range(3)]
    earlier = today() - timedelta(days=days)
    found = [sent(here, row, on=day) for row, day in zip(drafts, (earlier, today(), earlier), strict=True)]
    assert [row.basis for row in found] == [20000, 40000, 60000]
    assert [row.rule.title for row in found] == ["Small", "Large", "Large"]


def test_a_day_before_the_setting_does_not_go_round_it(here: world.World) -> None:
    Limit.objects.filter(code="splitting_days").update(effective_from=DAY + timedelta(days=1))
    person = here.person()
    sent(here, asked(here, here.relief_case(person)))
    assert sent(here, asked(here, here.relief_case(person))).basis == Decimal(40000)


def test_a_day_in_the_past_does_not_bring_back_a_rule_that_was_replaced(here: world.World) -> None:
    world.make_rule(title="Smaller", maximum="10000", effective_from=today())
    world.make_rule(title="Larger", minimum=Decimal("10000.01"), number=2, effective_from=today())
    assert sent(here, asked(here, here.relief_case())).rule.title == "Larger"


def test_two_rules_chosen_before_either_is_sent_are_added_up(here: world.World) -> None:
    """By hand: the sums of both are asked for while both are drafts."""
    person = here.person()
    drafts = [asked(here, here.relief_case(person)) for _ in range(2)]
    insert = (
        "INSERT INTO funds_chosenrule (disbursement_id, submission, rule_id, chosen_on, basis, days, reasons)"
        " VALUES (%s, 1, %s, %s, %s, 30, '[]')"
    )
    run((insert, [drafts[0].pk, here.rule.pk, DAY, 20000]))
    refused("23F52", insert, drafts[1].pk, here.rule.pk, DAY, 20000)
    accepted(insert, drafts[1].pk, here.rule.pk, DAY, 40000)


def test_drafts_and_dead_requests_do_not_count(here: world.World) -> None:
    person = here.person()
    asked(here, here.relief_case(person))
    for act in (approvals.reject, approvals.return_for_correction):
        row = asked(here, here.relief_case(person))
        sent(here, row)
        act(disbursement=row.pk, by=here["verifier"], ground="other", reason="No", on=DAY)
    assert sent(here, asked(here, here.relief_case(person))).basis == Decimal(20000)


def test_without_the_setting_nothing_is_added_up(here: world.World) -> None:
    Limit.objects.filter(code="splitting_days").update(effective_to=date(2021, 1, 1))
    person = here.person()
    sent(here, asked(here, here.relief_case(person)))
    found = sent(here, asked(here, here.relief_case(person)))
    assert (found.basis, found.days) == (Decimal(20000), 0)


def test_a_lower_sum_cannot_be_written_by_sql(here: world.World) -> None:
    person = here.person()
    sent(here, asked(here, here.relief_case(person)))
    draft = asked(here, here.relief_case(person))
    insert = (
        "INSERT INTO funds_chosenrule (disbursement_id, submission, rule_id, chosen_on, basis, days, reasons)"
        " VALUES (%s, %s, %s, %s, %s, 30, '[]')"
    )
    refused("23F52", insert, draft.pk, 1, here.rule.pk, DAY, 20000)
    refused("23F52", insert, draft.pk, 2, here.rule.pk, DAY, 40000)
    assert sent(here, draft).basis == Decimal(40000)
    refused("23F52", insert, draft.pk, 2, here.rule.pk, DAY, 40000)


def test_the_limit_is_compared_with_the_sum(here: world.World) -> None:
    """Within the limit alone, above it together: refused by the service, and by the database if that is gone round."""
    person = here.person()
    secretary = world.make_user("secretary", here.office, world.Role.APPROVER, limit="35000")
    sent(here, asked(here, here.relief_case(person)))
    request = asked(here, here.relief_case(person))
    sent(here, request)
    for role in ("verifier", "finance_officer"):
        approvals.approve(disbursement=request.pk, by=here[role])
    with pytest.raises(NotAllowed, match=r"Rs 40,000\.00 is above your authority, Rs 35,000\.00") as caught:
        approvals.approve(disbursement=request.pk, by=secretary)
    assert caught.value.code == "above_limit"
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseError) as broken:
        patch.setattr(approvals, "_within_limit", lambda *args, **kwargs: None)
        approvals.approve(disbursement=request.pk, by=secretary)
    assert broken.value.__cause__.pgcode == "23F53"


def test_the_reason_is_frozen_and_shown(here: world.World, client: Client) -> None:
    person = here.person()
    first = asked(here, here.relief_case(person))
    sent(here, first, on=today())
    request = asked(here, here.relief_case(person))
    client.force_login(here["verifier"])
    shown = client.get(f"/requests/{request.pk}/").content.decode()
    assert (
        "Approved as a larger sum" in shown and "Rs 40,000.00" in shown
    )  # a draft already says which chain it will take
    sent(here, request, on=today())
    approvals.reject(disbursement=first.pk, by=here["verifier"], ground="other", reason="No")
    shown = client.get(f"/requests/{request.pk}/").content.decode()
    assert "Approved as a larger sum" in shown and first.number in shown
    assert splitting.rolling(request, on=today()).basis == Decimal(20000)


def test_another_offices_request_keeps_its_number(here: world.World, client: Client) -> None:
    person = here.person()
    sent(here, asked(here, here.relief_case(person)))
    case = here.relief_case(by=here["quetta"])
    request = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Grant", pay_to="x", by=here["quetta"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=case.person)],
    )  # fmt: skip
    assert splitting.rolling(request, on=DAY).basis == Decimal(20000)
    twin = Disbursement.objects.exclude(pk=request.pk).get()
    reason = splitting.Reason("payee", "x", Decimal(40000), (splitting.Part(twin.pk, "TEST", Decimal(20000), DAY),))
    view = type("View", (), {"escalated": True, "rolling": splitting.Rolling(Decimal(40000), 30, [reason])})()
    from funds.views import added_up

    for user, number in ((here["quetta"], ""), (here["case_officer"], twin.number)):
        view.viewer = User.objects.get(pk=user.pk)
        assert added_up.rows(view)[0]["parts"][0]["number"] == number
