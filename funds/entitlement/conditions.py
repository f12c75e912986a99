"""What a rule of eligibility can ask, pure: a small fixed vocabulary; which rule asks what, with which figures, is data.

The facts it asks are in facts.py. Every condition answers met, not met or not known, and says in words what it saw. Not
known is an answer of its own: no date of birth is neither too young nor old enough.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from beneficiaries.owed.months import months_after
from funds.entitlement.facts import MET, NOT_KNOWN, NOT_MET, Answer, Facts, Help, said_day
from ledger.money import AmountError, figures, parse_amount

MOST = 1200  # months or years beyond which a figure is a slip
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One word of the vocabulary. `takes` parses its figures; `asks` says them in words; `judge` answers."""

    name: str
    label: str
    takes: Mapping[str, Callable[[Any], Any]]
    asks: Callable[[Parameters], str]
    judge: Callable[[Parameters, Facts, date], Answer]


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST:
        raise ValueError(f"{value!r} is not a whole number from 1 to {MOST}")
    return value


def _rupees(value: Any) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError(f'{value!r} is not an amount in quotes, such as "40000"')
        return f"{parse_amount(value):.2f}"
    except AmountError as error:
        raise ValueError(str(error)) from error


def _which_funds(value: Any) -> str:
    if value not in ("any", "same"):
        raise ValueError(f"{value!r} is not any or same")
    return str(value)


def _province(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 8:
        raise ValueError(f"{value!r} is not a province's code")
    return value


def _birthday(facts: Facts, years: int) -> date | None:
    return months_after(facts.born_on, 12 * years) if facts.born_on else None


NO_BIRTH = Answer(NOT_KNOWN, "No date of birth is recorded.")


def _age_at_least(parameters: Parameters, facts: Facts, on: date) -> Answer:
    day = _birthday(facts, parameters["years"])
    if day is None or facts.born_on is None:
        return NO_BIRTH
    seen = {"born_on": facts.born_on.isoformat()}
    if day <= on:
        return Answer(MET, f"{parameters['years']} years old since {said_day(day)}.", seen)
    return Answer(NOT_MET, f"{parameters['years']} years old only on {said_day(day)}.", seen)


def _age_at_most(parameters: Parameters, facts: Facts, on: date) -> Answer:
    day = _birthday(facts, parameters["years"] + 1)
    if day is None or facts.born_on is None:
        return NO_BIRTH
    seen = {"born_on": facts.born_on.isoformat()}
    if on < day:
        return Answer(MET, f"Not above {parameters['years']} before {said_day(day)}.", seen)
    return Answer(NOT_MET, f"Above {parameters['years']} since {said_day(day)}.", seen)


def _income_seen(facts: Facts) -> dict[str, str]:
    shown = {"income_shown_on": facts.income_shown_on.isoformat()} if facts.income_shown_on else {}
    return shown | ({} if facts.monthly_income is None else {"monthly_income": f"{facts.monthly_income:.2f}"})


def _income_at_most(parameters: Parameters, facts: Facts, on: date) -> Answer:
    if facts.monthly_income is None:
        return Answer(NOT_KNOWN, "No evidence of income is recorded.")
    most = Decimal(parameters["monthly_amount"])
    verdict = MET if facts.monthly_income <= most else NOT_MET
    words = "within" if verdict == MET else "above"
    return Answer(
        verdict, f"{figures(facts.monthly_income)} a month, {words} the limit of {figures(most)}.", _income_seen(facts)
    )


def _income_evidence(parameters: Parameters, facts: Facts, on: date) -> Answer:
    if facts.income_shown_on is None:
        return Answer(NOT_KNOWN, "No evidence of income is recorded.")
    until = months_after(facts.income_shown_on, parameters["months"])
    said = f"Evidence of income of {said_day(facts.income_shown_on)}, good until {said_day(until)}."
    return Answer(MET if on <= until else NOT_MET, said, _income_seen(facts))


def _sentence_served(parameters: Parameters, facts: Facts, on: date) -> Answer:
    served = facts.sentence_served_on
    if served is None:
        return Answer(NOT_KNOWN, "It is not recorded when the substantive sentence is served.")
    seen = {"sentence_served_on": served.isoformat()}
    if served <= on:
        return Answer(MET, f"The substantive sentence was served on {said_day(served)}.", seen)
    return Answer(NOT_MET, f"The substantive sentence is served only on {said_day(served)}.", seen)


def _place(parameters: Parameters) -> str:
    """The province as a reader calls it: who asks adds `province_name` to the code."""
    return str(parameters.get("province_name") or parameters["province"])


def _resident_for(parameters: Parameters, facts: Facts, on: date) -> Answer:
    if facts.resident_since is None:
        return Answer(NOT_KNOWN, "No evidence of residence is recorded.")
    seen = {"province": facts.province, "resident_since": facts.resident_since.isoformat()}
    if parameters["province"] and facts.province != parameters["province"]:
        lives = facts.province_name or facts.province or "another province"
        return Answer(NOT_MET, f"Lives in {lives}, not in {_place(parameters)}.", seen)
    enough = months_after(facts.resident_since, parameters["months"])
    since = f"Resident since {said_day(facts.resident_since)}"
    if enough <= on:
        return Answer(MET, f"{since}.", seen)
    return Answer(NOT_MET, f"{since}; long enough only on {said_day(enough)}.", seen)


def _counted(parameters: Parameters, facts: Facts) -> list[Help]:
    rows = [row for row in facts.helped if parameters["funds"] == "any" or row.fund == facts.fund]
    return sorted(rows, key=lambda row: (row.on, row.number))


def _named(rows: Sequence[Help]) -> str:
    told = [
        f"{row.number} of {said_day(row.on)}" + (f", {figures(row.amount)}" if row.amount else "") for row in rows[-3:]
    ]
    return "; ".join(told)


def _helps_seen(rows: Sequence[Help]) -> dict[str, str]:
    return {row.number: f"{row.on.isoformat()} {row.amount:.2f}" for row in rows[-10:]}


def _helped_at_most(parameters: Parameters, facts: Facts, on: date) -> Answer:
    rows = [row for row in _counted(parameters, facts) if months_after(row.on, 12 * parameters["years"]) > on]
    times = "time" if parameters["times"] == 1 else "times"
    if len(rows) < parameters["times"]:
        return Answer(MET, f"Helped before: {_named(rows)}." if rows else "Not helped before.", _helps_seen(rows))
    said = f"Helped {parameters['times']} {times} or more within {parameters['years']} years: {_named(rows)}."
    return Answer(NOT_MET, said, _helps_seen(rows))


def _waiting_period(parameters: Parameters, facts: Facts, on: date) -> Answer:
    rows = _counted(parameters, facts)
    if not rows:
        return Answer(MET, "Not helped before.")
    again = months_after(rows[-1].on, parameters["months"])
    if again <= on:
        return Answer(
            MET, f"Last helped by {_named(rows[-1:])}; the wait ended on {said_day(again)}.", _helps_seen(rows)
        )
    return Answer(
        NOT_MET, f"Helped by {_named(rows[-1:])}; may be helped again from {said_day(again)}.", _helps_seen(rows)
    )


def _of_funds(parameters: Parameters) -> str:
    return "by any fund" if parameters["funds"] == "any" else "by this fund"


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"


VOCABULARY: Mapping[str, Condition] = {
    condition.name: condition
    for condition in (
        Condition(
            "age_at_least",
            "Age at least",
            {"years": _whole},
            lambda given: f"The person is at least {given['years']} years old.",
            _age_at_least,
        ),
        Condition(
            "age_at_most",
            "Age at most",
            {"years": _whole},
            lambda given: f"The person is not older than {given['years']} years.",
            _age_at_most,
        ),
        Condition(
            "income_at_most",
            "Income at most",
            {"monthly_amount": _rupees},
            lambda given: f"The household's income is at most {figures(Decimal(given['monthly_amount']))} a month.",
            _income_at_most,
        ),
        Condition(
            "income_evidence",
            "Evidence of income",
            {"months": _whole},
            lambda given: f"There is evidence of income, not older than {_months(given['months'])}.",
            _income_evidence,
        ),
        Condition(
            "sentence_served",
            "Sentence served",
            {},
            lambda given: "The substantive sentence has been served: only money keeps the prisoner inside.",
            _sentence_served,
        ),
        Condition(
            "resident_for",
            "Residence",
            {"province": _province, "months": _whole},
            lambda given: (
                f"The person has lived {'in ' + _place(given) if given['province'] else 'at one place'}"
                f" for {_months(given['months'])}."
            ),
            _resident_for,
        ),
        Condition(
            "helped_at_most",
            "Earlier help",
            {"times": _whole, "years": _whole, "funds": _which_funds},
            lambda given: (
                f"The person was helped fewer than {given['times']} times within {given['years']} years {_of_funds(given)}."
                if given["times"] > 1
                else f"The person was not helped within {given['years']} years {_of_funds(given)}."
            ),
            _helped_at_most,
        ),
        Condition(
            "waiting_period",
            "Waiting period",
            {"months": _whole, "funds": _which_funds},
            lambda given: f"{_months(given['months'])} have passed since the last help {_of_funds(given)}.",
            _waiting_period,
        ),
    )
}


def parse_parameters(name: str, given: Any) -> dict[str, Any]:
    """The figures of a condition, checked. Raises: ValueError naming the figure."""
    takes = VOCABULARY[name].takes
    if not isinstance(given, dict):
        raise ValueError(f"{given!r} is not an object with the figures of {name}")
    unknown, missing = set(given) - set(takes), set(takes) - set(given)
    if unknown or missing:
        wanted = ", ".join(takes) or "no figure"
        raise ValueError(f"{name} takes {wanted}, not {', '.join(sorted(map(str, given))) or 'none'}")
    found = {}
    for key, parse in takes.items():
        try:
            found[key] = parse(given[key])
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error
    return found


def asks(name: str, parameters: Parameters) -> str:
    """The condition in words, with its figures."""
    return VOCABULARY[name].asks(parameters)


def judge(name: str, parameters: Parameters, facts: Facts, on: date) -> Answer:
    """What the condition finds in these facts on that day."""
    return VOCABULARY[name].judge(parameters, facts, on)
