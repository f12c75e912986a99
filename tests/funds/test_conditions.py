"""The vocabulary of eligibility: each condition met, not met and not known, at the very day; what the data may say."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.owed.months import months_after
from funds.entitlement.conditions import VOCABULARY, asks, judge, parse_parameters
from funds.entitlement.facts import MET, NOT_KNOWN, NOT_MET, Facts, Help

ON = date(2025, 9, 26)
HELP = Help(date(2024, 9, 27), "HRRF", "HRRF/2024-25/R-001", Decimal(20000))
ANY, SAME = {"funds": "any"}, {"funds": "same"}

CASES: list[tuple[str, dict[str, Any], Facts, str]] = [
    ("age_at_least", {"years": 18}, Facts(), NOT_KNOWN),
    ("age_at_least", {"years": 18}, Facts(born_on=date(2007, 9, 26)), MET),
    ("age_at_least", {"years": 18}, Facts(born_on=date(2007, 9, 27)), NOT_MET),
    ("age_at_most", {"years": 17}, Facts(), NOT_KNOWN),
    ("age_at_most", {"years": 17}, Facts(born_on=date(2007, 9, 27)), MET),
    ("age_at_most", {"years": 17}, Facts(born_on=date(2007, 9, 26)), NOT_MET),
    ("income_at_most", {"monthly_amount": "40000.00"}, Facts(), NOT_KNOWN),
    ("income_at_most", {"monthly_amount": "40000.00"}, Facts(monthly_income=Decimal(0)), MET),
    ("income_at_most", {"monthly_amount": "40000.00"}, Facts(monthly_income=Decimal("40000.00")), MET),
    ("income_at_most", {"monthly_amount": "40000.00"}, Facts(monthly_income=Decimal("40000.01")), NOT_MET),
    ("income_evidence", {"months": 6}, Facts(), NOT_KNOWN),
    ("income_evidence", {"months": 6}, Facts(income_shown_on=date(2025, 3, 26)), MET),
    ("income_evidence", {"months": 6}, Facts(income_shown_on=date(2025, 3, 25)), NOT_MET),
    ("sentence_served", {}, Facts(), NOT_KNOWN),
    ("sentence_served", {}, Facts(sentence_served_on=ON), MET),
    ("sentence_served", {}, Facts(sentence_served_on=ON + timedelta(days=1)), NOT_MET),
    ("resident_for", {"province": "BL", "months": 12}, Facts(), NOT_KNOWN),
    ("resident_for", {"province": "BL", "months": 12}, Facts(province="BL", resident_since=date(2024, 9, 26)), MET),
    ("resident_for", {"province": "BL", "months": 12}, Facts(province="BL", resident_since=date(2024, 9, 27)), NOT_MET),
    ("resident_for", {"province": "BL", "months": 12}, Facts(province="SD", resident_since=date(2000, 1, 1)), NOT_MET),
    ("resident_for", {"province": "", "months": 12}, Facts(province="SD", resident_since=date(2000, 1, 1)), MET),
    ("helped_at_most", {"times": 1, "years": 1} | ANY, Facts(), MET),
    ("helped_at_most", {"times": 1, "years": 1} | ANY, Facts(helped=[HELP]), NOT_MET),
    ("helped_at_most", {"times": 2, "years": 1} | ANY, Facts(helped=[HELP]), MET),
    ("helped_at_most", {"times": 1, "years": 1} | SAME, Facts(fund="DAD", helped=[HELP]), MET),
    ("helped_at_most", {"times": 1, "years": 1} | SAME, Facts(fund="HRRF", helped=[HELP]), NOT_MET),
    ("waiting_period", {"months": 12} | ANY, Facts(), MET),
    ("waiting_period", {"months": 12} | ANY, Facts(helped=[HELP]), NOT_MET),
    ("waiting_period", {"months": 11} | ANY, Facts(helped=[HELP]), MET),
    ("waiting_period", {"months": 12} | SAME, Facts(fund="DAD", helped=[HELP]), MET),
]


@pytest.mark.parametrize(("name", "parameters", "facts", "verdict"), CASES)
def test_each_condition_at_its_very_day(name: str, parameters: dict[str, Any], facts: Facts, verdict: str) -> None:
    answer = judge(name, parse_parameters(name, parameters), facts, ON)
    assert answer.verdict == verdict and answer.said.endswith(".") and len(answer.said) < 600
    assert asks(name, parameters).endswith(".")
    assert verdict != NOT_KNOWN or not answer.seen


def test_provinces_are_called_by_their_names() -> None:
    asked = {"province": "BL", "months": 12, "province_name": "Balochistan"}
    facts = Facts(province="SD", province_name="Sindh", resident_since=date(2000, 1, 1))
    assert asks("resident_for", asked) == "The person has lived in Balochistan for 12 months."
    assert judge("resident_for", asked, facts, ON).said == "Lives in Sindh, not in Balochistan."


def test_every_condition_has_every_answer_it_can_give() -> None:
    found = {(name, verdict) for name, _, _, verdict in CASES}
    never_unknown = {"helped_at_most", "waiting_period"}
    wanted = {(name, verdict) for name in VOCABULARY for verdict in (MET, NOT_MET, NOT_KNOWN)}
    assert wanted - found == {(name, NOT_KNOWN) for name in never_unknown}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("age_at_least", {}),
        ("age_at_least", {"years": "18"}),
        ("age_at_least", {"years": 0}),
        ("age_at_least", {"years": True}),
        ("age_at_least", {"years": 99999}),
        ("age_at_least", {"years": 18, "months": 1}),
        ("age_at_least", None),
        ("sentence_served", {"years": 1}),
        ("income_at_most", {"monthly_amount": 40000}),
        ("income_at_most", {"monthly_amount": "NaN"}),
        ("income_at_most", {"monthly_amount": "-1"}),
        ("waiting_period", {"months": 12, "funds": "others"}),
        ("resident_for", {"months": 12, "province": "x" * 9}),
    ],
)
def test_figures_that_cannot_be_taken_are_named(name: str, given: Any) -> None:
    with pytest.raises(ValueError):
        parse_parameters(name, given)


@given(st.dates(), st.integers(0, 1200))
def test_months_are_added_without_leaving_the_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later >= day and later.day <= day.day) or later == date.max
    assert later == date.max or (later.year * 12 + later.month) - (day.year * 12 + day.month) == months


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 100))
def test_at_least_and_at_most_part_every_age(born: date, on: date, years: int) -> None:
    facts = Facts(born_on=born)
    at_least = judge("age_at_least", {"years": years + 1}, facts, on).verdict
    assert {at_least, judge("age_at_most", {"years": years}, facts, on).verdict} == {MET, NOT_MET}
