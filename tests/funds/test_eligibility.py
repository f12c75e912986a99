"""Rules of eligibility: asked at submission, frozen and bound, overridden by the role the rule names and by nobody else."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.checks.i07_approvals import approvals as i07
from beneficiaries.models import Pair
from beneficiaries.people import merging
from beneficiaries.screened import means
from funds import disbursements
from funds.entitlement import eligibility, overrides
from funds.entitlement.eligibility import NotEligible
from funds.models import Disbursement, EligibilityFinding, EligibilityOverride, EligibilityRule
from funds.requests import content
from funds.requests.payees import Payee
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from ledger.roles import Role
from tests import world
from tests.funds.pages import as_, source, words
from tests.world import DAY, World, make_fund, make_user, with_chain

pytestmark = pytest.mark.once


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def rule(here: World, condition: str = "age_at_least", **given: Any) -> EligibilityRule:
    values: dict[str, Any] = {
        "code": f"rule-{EligibilityRule.objects.count()}",
        "title": "Of age",
        "condition": condition,
        "parameters": {"years": 18},
        "when_unknown": "stop",
        "override_role": "approver",
        "source": "House rule 4",
        "effective_from": date(2020, 7, 1),
    }
    return EligibilityRule.objects.create(**values | given)


def override(here: World, request: Disbursement, row: EligibilityRule, by: str = "approver", **more: Any) -> Any:
    given = {"reason": "Born before the register began", "on": DAY} | more
    case = request.lines.get().case_id
    return overrides.override(disbursement=request.pk, case=case, rule=row.pk, by=here[by], **given)


def test_a_rule_not_met_stops_the_submission(here: World) -> None:
    row = rule(here)
    request = here.draft()
    with pytest.raises(NotEligible) as refused:
        here.submitted(request)
    assert refused.value.status == 409 and refused.value.ids == (request.lines.get().case_id,)
    assert (
        "Of age: No date of birth is recorded." in refused.value.detail and "ask the approver" in refused.value.detail
    )
    request.refresh_from_db()
    assert request.state == "draft" and not EligibilityFinding.objects.exists()
    person = request.lines.get().case.person
    person.born_on = date(1990, 1, 1)
    person.save()
    sent = here.submitted(request)
    found = EligibilityFinding.objects.get()
    assert (found.verdict, found.rule, found.submission) == ("met", row, 1)
    assert found.seen == {"born_on": "1990-01-01"} and found.source == "House rule 4" and "18 years" in found.asked
    assert '"eligibility": [{"case"' in content.canonical(sent, [], [], list(content.bound_answers(sent)))
    assert content.digest(sent) == sent.digest and not i07(sent.pk).offenders


def test_not_known_only_warns_where_the_data_says_so(here: World) -> None:
    rule(here, when_unknown="warn")
    assert here.submitted().state == "submitted"
    assert EligibilityFinding.objects.get().verdict == "not_known"


@pytest.mark.parametrize(
    "away",
    [
        {"effective_from": date(2025, 10, 1)},
        {"effective_to": date(2025, 9, 1)},
        {"kind": "diyat"},
    ],
)
def test_rules_of_other_days_and_kinds_are_not_asked(here: World, away: dict[str, Any]) -> None:
    rule(here, **away)
    assert here.submitted().state == "submitted" and not EligibilityFinding.objects.exists()


def test_rules_of_other_funds_are_not_asked(here: World) -> None:
    other = world.make_fund(here["fund_manager"], here.office, code="OTHER")
    rule(here, fund=other)
    assert here.submitted().state == "submitted"
    with pytest.raises(NotEligible):
        here.submitted(here.draft(fund=other))


def test_an_override_goes_with_the_request(here: World) -> None:
    row = rule(here)
    request = here.draft()
    made = override(here, request, row)
    sent = here.submitted(request)
    found = EligibilityFinding.objects.get()
    assert (found.override, found.verdict) == (made, "not_known")
    assert f'"override": {made.pk}' in content.canonical(sent, [], [], list(content.bound_answers(sent)))
    with pytest.raises(WrongState, match="overridden before"):
        override(here, request, row)


def test_only_the_role_of_the_rule_overrides_and_never_the_maker(here: World) -> None:
    row = rule(here)
    request = here.draft()
    for name in ("verifier", "finance_officer", "case_officer", "auditor", "ddo"):
        with pytest.raises(NotAllowed):
            override(here, request, row, name)
    mine = rule(here, override_role="verifier")
    maker = here["case_officer"]
    maker.groups.add(here["verifier"].groups.get())
    del maker._roles
    with pytest.raises(NotAllowed, match="You drafted"):
        override(here, request, mine, "case_officer")
    with pytest.raises(NotFound):
        overrides.override(disbursement=request.pk + 999, case=1, rule=1, by=here["approver"], reason="x")


def test_an_override_needs_a_reason_and_something_that_stops(here: World) -> None:
    row = rule(here)
    request = here.draft()
    for reason in ("", "   ", "a\u202eb", "x" * 501):
        with pytest.raises(BadInput):
            override(here, request, row, reason=reason)
    with pytest.raises(BadInput):
        overrides.override(disbursement=request.pk, case=1, rule=row.pk, by=here["approver"], reason="Why", on=DAY)
    override(here, request, row)
    with pytest.raises(WrongState, match="overridden already"):
        override(here, request, row)


def test_an_override_ends_where_the_facts_change(here: World) -> None:
    """It let an unknown date of birth pass, not a minor."""
    row = rule(here)
    request = here.draft()
    override(here, request, row)
    person = request.lines.get().case.person
    person.born_on = date(2024, 1, 1)
    person.save()
    with pytest.raises(NotEligible, match="only on"):
        here.submitted(request)


def test_earlier_help_counts_in_every_fund_and_office(here: World) -> None:
    first = here.cleared()[0]
    person = first.line.person
    rule(here, "waiting_period", title="Waiting period", parameters={"months": 12, "funds": "any"})
    assert person is not None
    case = here.relief_case(person)
    request = here.draft()
    found = eligibility.of_case(case, on=DAY)
    assert [(row.verdict, row.said) for row in found] == [
        (
            "not_met",
            f"Helped by {first.line.disbursement.number} of 26 Sep 2025, Rs 20,000.00; may be helped again from 26 Sep 2026.",
        )
    ]
    assert eligibility.of_case(case, on=date(2026, 9, 26))[0].verdict == "met"
    # The request itself is no earlier help to its own person.
    assert here.submitted(request).state == "submitted"


def test_means_answer_income_and_residence(here: World) -> None:
    rule(here, "income_at_most", title="Income", parameters={"monthly_amount": "40000.00"})
    rule(here, "resident_for", title="Residence", parameters={"province": "ICT", "months": 12})
    request = here.draft()
    person = request.lines.get().case.person
    with pytest.raises(NotEligible, match="does not meet 2 rules"):
        here.submitted(request)
    by, source = here["case_officer"], "Certificate 12"
    means.record_income(person=person.pk, monthly_income="50000", source=source, by=by, shown_on=DAY)
    means.record_residence(
        person=person.pk, province=here.district.province, resident_since=date(2020, 1, 1), source=source, by=by
    )
    with pytest.raises(NotEligible, match=r"Rs 50,000\.00 a month, above"):
        here.submitted(request)
    means.record_income(person=person.pk, monthly_income="30000", source=source, by=by)
    assert here.submitted(request).state == "submitted"


def test_a_rule_names_its_province_on_page_and_api(here: World) -> None:
    row = rule(here, "resident_for", parameters={"province": "ICT", "months": 12})
    says = "The person has lived in Islamabad for 12 months."
    assert says in words(as_(here["auditor"]).get(reverse("eligibility")))
    (found,) = eligibility.evaluate(here.draft(), on=DAY)
    assert (found.rule, found.asked) == (row, says)


def test_help_on_a_record_that_was_merged_is_earlier_help(here: World) -> None:
    """What was signed names the record of its day; cases move, lines to the person stay."""
    gone = here.person("Zaynab", cnic=None)
    other = here.relief_case()
    paid = here.paid(
        disbursements.create_draft(
            fund=here.fund, kind="relief_grant", title="Grant", pay_to="Zaynab", by=here["case_officer"], on=DAY,
            payees=[Payee(case=other, amount="20000", person=gone)],
        )
    )  # fmt: skip
    kept = here.person("Zainab Bibi")
    merging.merge(
        pair=Pair.objects.get(first=gone, second=kept).pk, keep=kept.pk, reason="One card", by=here["verifier"]
    )
    case = here.relief_case(kept)
    (help_,) = eligibility.facts_of([case], fund=here.fund.code)[case.pk].helped
    assert (help_.number, help_.amount) == (paid[0].line.disbursement.number, 20000)


def test_questions_do_not_grow_with_the_cases(here: World, django_assert_num_queries: Any) -> None:
    rule(here, when_unknown="warn")
    cases = [here.relief_case() for _ in range(3)]
    request = disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="Relief grants",
        pay_to="The people listed",
        payees=[Payee(case=case, amount="20000", person=case.person) for case in cases],
        by=here["case_officer"],
        on=DAY,
    )
    with django_assert_num_queries(7):
        assert len(eligibility.evaluate(request, on=DAY)) == 3


def test_the_page_and_the_form_of_overrides_hold_some_cases(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funds.views.eligibility.CASES", 2)
    rule(here)
    cases = [here.relief_case() for _ in range(3)]
    payees = [Payee(case=case, amount="20000", person=case.person) for case in cases]
    request = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Three", pay_to="All", payees=payees, by=here["case_officer"], on=DAY
    )
    client, address = as_(here["approver"]), reverse("eligibility_override", args=[request.pk])
    for page, told in ((1, cases[:2]), (2, cases[2:])):
        shown = source(client.get(reverse("disbursement_eligibility", args=[request.pk]), {"page": page}))
        assert f'href="{address}?page={page}"' in shown
        form = words(client.get(address, {"page": page}))
        assert [case.number in form for case in cases] == [case in told for case in cases]
    row = EligibilityRule.objects.get()
    given = {"which": f"{cases[2].pk}:{row.pk}", "reason": "Born before the register"}
    assert client.post(address, given).status_code == 422
    assert client.post(f"{address}?page=2", given).status_code == 303


def test_questions_do_not_grow_with_the_funds(here: World, django_assert_num_queries: Any) -> None:
    case = here.relief_case()
    other = make_fund(here["fund_manager"], here.office, code="TWO", lapsable=False, money="10000000")
    for fund in (None, here.fund, other):
        rule(here, "waiting_period", parameters={"months": 12, "funds": "same"}, fund=fund)
    with django_assert_num_queries(6):
        assert len(eligibility.of_case(case, on=DAY)) == 3


def refuses(state: str, call: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        call()
    assert error.value.__cause__.pgcode == state


def raw(text: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def finding(request: Disbursement, row: EligibilityRule, **more: Any) -> EligibilityFinding:
    values = {
        "submission": 1,
        "case": request.lines.get().case,
        "asked": "x",
        "source": "x",
        "verdict": "met",
        "said": "x",
    }
    return EligibilityFinding.objects.create(disbursement=request, rule=row, **values | more)


def submit_raw(request: Disbursement) -> None:
    with_chain(request)
    raw(
        "UPDATE funds_disbursement SET state = 'submitted', submission = 1, position = 1, digest = repeat('a', 64),"
        " waiting_since = %s WHERE id = %s",
        DAY,
        request.pk,
    )


@pytest.mark.parametrize("verdict", ["", "not_met", "not_known"])
def test_the_database_submits_nothing_that_a_rule_stops(here: World, verdict: str) -> None:
    row, request = rule(here), here.draft()
    if verdict:
        finding(request, row, verdict=verdict)
    refuses("23F25", lambda: submit_raw(request))


def test_the_database_submits_what_is_met_warned_or_overridden(here: World) -> None:
    row, warns = rule(here), rule(here, when_unknown="warn")
    request = here.draft()
    made = override(here, request, row)
    finding(request, row, verdict="not_known", override=made, said=made.said)
    refuses("23F25", lambda: submit_raw(request))
    finding(request, warns, verdict="not_known")
    submit_raw(request)


def test_the_database_keeps_findings_to_their_request(here: World) -> None:
    row, request, other = rule(here), here.draft(), here.draft()
    refuses("23F26", lambda: finding(request, row, submission=2))
    refuses("23F26", lambda: finding(request, row, case=other.lines.get().case))
    refuses("23F26", lambda: finding(request, row, override=override(here, other, row)))
    override(here, request, row)
    here.submitted(request)
    refuses("23F26", lambda: finding(request, rule(here), submission=2))


def test_the_database_lets_no_maker_and_no_other_role_override(here: World) -> None:
    row, request = rule(here), here.draft()

    def insert(by: str, **more: Any) -> None:
        values = {"case": request.lines.get().case, "rule": row, "said": "x", "reason": "Because"} | more
        EligibilityOverride.objects.create(disbursement=request, overridden_by=here[by], **values)

    here["case_officer"].groups.add(here["approver"].groups.get())
    refuses("23F27", lambda: insert("case_officer"))
    refuses("23F27", lambda: insert("verifier"))
    refuses("23F27", lambda: insert("approver", case=here.bare_case()))
    insert("approver")
    cnic = request.lines.get().cnic
    here.users["payee"] = make_user("payee", here.office, Role.APPROVER, cnic=cnic)
    refuses("23F27", lambda: insert("payee", said="about the payee, who is the approver"))
    disbursements.cancel(disbursement=request.pk, by=here["case_officer"], reason="Withdrawn", on=DAY)
    refuses("23F27", lambda: insert("approver", said="y"))
