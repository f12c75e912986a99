"""The demonstration: its plan adds up, and loading it survives a kill, reproduces the published figures and is done once."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum

from audit.verify import verify
from beneficiaries.identity import parse_cnic, parse_iban
from beneficiaries.models import Case, Officer, Person, ReliefCase
from config.demo import closings, diyat, live, loading, money, recent, relief
from config.demo.accounts import ACCOUNTS
from config.demo.invent import LIVE, RELIEF, Inventor, cnic, iban
from config.demo.people import FAMILIES
from config.demo.stage import Calendar, working_day
from funds import vouchers
from funds.books import calendar, frozen
from funds.books.statement_json import to_json
from funds.models import ConflictEnd, Disbursement, Fund, Instrument, SignedSchedule, StatementVersion, Voucher
from funds.requests import inbox
from funds.signing import originals
from funds.statements import build
from funds.workflow import State
from ledger.balances import prove_balanced, prove_totals, trial_balance
from ledger.errors import WrongState
from ledger.roles import Role, roles_of
from tests.ledger.journals import must_agree

pytestmark = pytest.mark.once

WITHOUT_PEOPLE = (
    *("letter:", "doubles:", "year:", "allocation:", "receipt:", "close:", "reopening:", "month:", "check:"),
    *("release:", "reappropriation:", "surrender:", "delegation:", "terms:", "back:", "kept:"),
)


def test_the_plan_adds_up_to_the_published_figures() -> None:
    assert sum(row.people for row in relief.PUBLISHED) == 371
    assert sum(row.rupees for row in relief.PUBLISHED) == 8_000_000
    counted = [row for row in (*diyat.FIRST_YEAR, *diyat.SECOND_YEAR) if row.course != diyat.CANCELLED]
    prisoners = [prisoner for row in counted for prisoner in row.prisoners]
    assert (len(prisoners), sum(prisoner.rupees for prisoner in prisoners)) == (26, 25_000_000)


def test_every_family_gets_the_whole() -> None:
    assert {name: sum(kin.share for kin in family) for name, family in FAMILIES.items()} == dict.fromkeys(FAMILIES, 1)


@pytest.mark.parametrize("scale", [1, 3])
def test_no_scenario_is_known_by_another_ones_key(scale: int) -> None:
    found = loading.scenarios(scale)
    assert len({scenario.key for scenario in found}) == len(found)
    assert max(len(loading.PREFIX + scenario.key) for scenario in found) <= 80
    assert len(loading.scenarios(3)) - len(loading.scenarios(1)) == 2 * 51
    people = [(s.block, s.number) for s in found if not s.key.startswith(WITHOUT_PEOPLE)]
    assert len(set(people)) == len(people)


def test_invented_numbers_are_well_formed_and_never_shared() -> None:
    numbers = [cnic(block, number, "M") for block in range(9) for number in range(0, 4_000_000, 997)]
    assert len(set(numbers)) == len(numbers)
    assert all(parse_cnic(number) == number and number[0] == "9" for number in numbers)
    assert {int(number[-1]) % 2 for number in numbers} == {1}
    assert {int(cnic(1, number, "F")[-1]) % 2 for number in range(50)} == {0}
    assert parse_iban(iban("HABB", 12345)) == iban("HABB", 12345)


def test_invented_people_are_the_same_in_every_run() -> None:
    first, second, other = (Inventor(key, RELIEF, 4) for key in ("a", "a", "b"))
    assert [first.anybody() for _ in range(20)] == [second.anybody() for _ in range(20)]
    assert first.anybody().name != other.anybody().name


def test_acts_follow_each_other_on_working_days() -> None:
    assert working_day(date(2025, 9, 26), 1) == date(2025, 9, 29)
    assert working_day(date(2025, 9, 27), 0) == date(2025, 9, 29)
    on = Calendar.of(date(2025, 9, 27))
    days = [on.drafted, on.submitted, on.signed(1), on.sanction(3)]
    days.append(on.voucher(days[-1]))
    days += [on.payment(days[-1]), on.clearing(on.payment(days[-1]))]
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)


def test_nobody_holds_roles_that_do_not_go_together() -> None:
    rows = json.loads((Path("config") / "pack" / "incompatible_roles.json").read_text())["rows"]
    pairs = {frozenset((row["first"], row["second"])) for row in rows}
    for account in ACCOUNTS:
        assert not pairs & {frozenset(pair) for pair in combinations(account.roles, 2)}, account
    assert {role for account in ACCOUNTS for role in account.roles} == set(Role)


def test_recent_work_needs_a_year_old_enough_for_it() -> None:
    assert recent.scenarios(date(2026, 8, 20)) == []
    found = recent.scenarios(date(2026, 9, 20))
    assert len(found) == len(recent.ROWS)
    assert min(scenario.day for scenario in found) >= date(2026, 7, 1)
    assert not {s.number for s in found} & {s.number for s in recent.scenarios(date(2027, 9, 20))}


def test_the_clock_must_have_passed_the_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "today", lambda: date(2025, 11, 3))
    with pytest.raises(WrongState, match="Compare the clock"):
        loading.load()


class Killed(Exception):
    """Stands in for a process that is killed."""


def kill_at(voucher: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration dies when it has issued that many vouchers, in the middle of a request."""
    count, real = iter(range(1, 10_000)), vouchers.issue_voucher

    def issue(**given: Any) -> Voucher:
        issued = real(**given)
        if next(count) == voucher:
            raise Killed
        return issued

    monkeypatch.setattr("config.demo.course.vouchers.issue_voucher", issue)


def counts() -> dict[str, int]:
    """Rows of every table."""
    return {
        model._meta.db_table: model._default_manager.count() for model in apps.get_models(include_auto_created=True)
    }


@pytest.fixture
def papers(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.VAR_DIR = tmp_path
    settings.SIGNING, settings.SIGNING_ROOTS = None, ()  # so that it makes its own
    yield tmp_path / "papers"


@pytest.mark.django_db(transaction=True)
def test_the_demonstration(monkeypatch: pytest.MonkeyPatch, papers: Path) -> None:
    """One run for all checks, because it takes a while: killed, completed, compared, and run again."""
    with monkeypatch.context() as patched:
        kill_at(40, patched)
        with pytest.raises(Killed):
            loading.load()
    only_whole_scenarios()
    out = StringIO()
    call_command("demo", "--json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert told["verified"]["ok"] and len(told["accounts"]) == len(ACCOUNTS)
    published_figures()
    books_hold()
    budgets_on_vouchers_add_up()
    every_state_is_there()
    everybody_has_work()
    somebody_stands_apart()
    people_are_varied()
    years_are_closed()
    papers_are_written(papers, told)
    other_programs_agree(papers.parent)
    nothing_more_the_second_time(papers)


def only_whole_scenarios() -> None:
    """39 vouchers of 39 whole requests and one cancelled before its voucher; the fortieth voucher left nothing."""
    assert Voucher.objects.count() == 39
    finished = {State.CLOSED.value, State.CANCELLED.value}
    assert set(Disbursement.objects.values_list("state", flat=True)) == finished
    assert Disbursement.objects.filter(state=State.CLOSED).count() == 39
    keys = set(Disbursement.objects.values_list("key", flat=True))
    requests = [scenario.key for scenario in loading.scenarios() if not scenario.key.startswith(WITHOUT_PEOPLE)]
    assert keys == {f"{loading.PREFIX}{key}" for key in requests[:40]}
    assert not prove_balanced()


def published_figures() -> None:
    figures = {}
    for code in ("DAD", "HRRF"):
        found = to_json(build(Fund.objects.get(code=code), "2020-21", "2021-22"))
        figures[code] = (found["payments_total"], found["people_helped"])
    assert figures == {"DAD": ("25000000.00", 26), "HRRF": ("8000000.00", 371)}
    lapsing = build(Fund.objects.get(code="HRRF"), "2021-22")
    assert (lapsing.now.opening, lapsing.now.closing) == (0, 0)
    dad = Case.objects.filter(kind="prisoner", payee_lines__disbursement__fund__code="DAD").distinct()
    helped = dad.filter(prisoner__released_on__range=(date(2020, 7, 1), date(2022, 6, 30)))
    assert helped.count() == 26
    returned = Instrument.objects.filter(fund__code="DAD", state="returned", issued_on__lt=date(2022, 7, 1)).get()
    assert returned.replaced_by.state == Instrument.State.CLEARED
    gone = Disbursement.objects.get(fund__code="DAD", state=State.CANCELLED, drafted_on__lt=date(2022, 7, 1))
    assert gone.sanction.number == "DAD/2021-22/003"


def books_hold() -> None:
    for fund in Fund.objects.all():
        found = trial_balance(fund.code)
        assert found.debit_total == found.credit_total > 0
    assert not prove_balanced() and not prove_totals()
    assert verify().ok


def budgets_on_vouchers_add_up() -> None:
    for voucher in Voucher.objects.all():
        budget = {name: Decimal(value) for name, value in voucher.snapshot["budget"].items()}
        parts = ("spent_before", "committed", "this_voucher", "balance_after")
        assert budget["available"] == sum(budget[name] for name in parts), voucher
        assert min(budget.values()) >= 0, voucher


def every_state_is_there() -> None:
    for code in ("HRRF", "DAD"):
        of_the_year = Disbursement.objects.filter(fund__code=code, year__label="2025-26")
        assert set(of_the_year.values_list("state", flat=True)) == set(State.values)
        instruments = Instrument.objects.filter(
            fund__code=code, issued_on__range=(date(2025, 7, 1), date(2025, 11, 30))
        )
        assert set(instruments.values_list("state", flat=True)) == set(Instrument.State.values)
        assert instruments.filter(replaces__isnull=False).exists()
        waiting = of_the_year.filter(state=State.SUBMITTED).values_list("position", flat=True)
        assert set(waiting) >= {1, 2, 3, 4}
    example = Disbursement.objects.get(key="demo:live:diyat-example")
    amounts = [int(line.amount) for line in example.lines.order_by("position")]
    assert amounts == [150_000, 200_000, 566_667, 283_333]
    assert example.sanction.sanctioned_on == date(2025, 10, 10)
    assert example.sanction.voucher.issued_on == date(2025, 10, 17)


def everybody_has_work() -> None:
    for user in User.objects.select_related("officer__office"):
        held = roles_of(user)
        seen = Disbursement.objects.all() if user.officer.office.is_federal else user.officer.office.disbursements.all()
        if held & {Role.VERIFIER, Role.FINANCE_OFFICER, Role.APPROVER}:
            assert inbox.mine(user).count() >= 2, user
        if Role.CASE_OFFICER in held:
            assert user.drafted.filter(state__in=[State.DRAFT, State.RETURNED]).count() >= 2, user
        if Role.DDO in held:
            assert inbox.to_voucher(user).exists() and inbox.to_pay(user).exists(), user
        if Role.RECONCILER in held:
            assert Instrument.objects.filter(line__disbursement__in=seen, state="issued").exists(), user


def somebody_stands_apart() -> None:
    """A recusal that leaves nobody for the step, a return to a step, and a conflict that ended."""
    stuck = {row.key for row, _ in inbox.stuck(User.objects.get(username="salman"))}
    assert "demo:live:recused" in stuck and "demo:live:conflict-ended" not in stuck
    assert Disbursement.objects.get(key="demo:live:back-to-a-step").decisions.filter(back_to=1).exists()
    assert ConflictEnd.objects.get().conflict.declared_by.get_username() == "sadia"


def people_are_varied() -> None:
    relief_cases = ReliefCase.objects.filter(case__payee_lines__disbursement__fund__code="HRRF")
    assert set(relief_cases.values_list("violation", flat=True)) == set(ReliefCase.Violation.values)
    assert set(relief_cases.values_list("referral", flat=True)) == set(ReliefCase.Referral.values)
    assert relief_cases.values("district__province").distinct().count() == 7
    assert set(Person.objects.values_list("gender", flat=True)) == {"F", "M"}
    minors = Person.objects.filter(is_minor=True, payee_lines__isnull=False)
    assert minors.count() > 40
    assert set(minors.values_list("payee_lines__method", flat=True)) == {"certificate"}
    numbers = [
        *filter(None, Person.objects.values_list("cnic", flat=True)),
        *Officer.objects.values_list("cnic", flat=True),
    ]
    assert len(set(numbers)) == len(numbers) and {number[0] for number in numbers} == {"9"}
    grants = relief_cases.filter(case__opened_on__lt=date(2022, 6, 30))
    paid = grants.aggregate(total=Sum("case__payee_lines__amount"))["total"]
    assert paid == Decimal(8_000_000)


def years_are_closed() -> None:
    """To 2024-25 in every fund; one published twice, one that waits for consent, one that surrendered, three months."""
    versions = dict(StatementVersion.objects.values_list("fund__code").annotate(number=Count("pk")))
    assert versions == {code: 6 if code == "WDDF" else 5 for code in money.PLANS}
    shown = {fund.code: {year.label: year for year in calendar.calendar(fund)} for fund in Fund.objects.all()}
    for years in shown.values():
        assert [label for label, year in sorted(years.items()) if year.state == "closed"] == list(closings.YEARS)
        assert sum(month.follows for year in years.values() for month in year.months) == 1
    dad = shown["DAD"]["2025-26"]
    assert [month.label for month in dad.months if month.state == "closed"] == ["2025-07", "2025-08", "2025-09"]
    assert dad.months[3].follows
    states = {month.state for years in shown.values() for year in years.values() for month in year.months}
    assert states == {"open", "closed", "running", "to come"}
    assert [fund for fund, years in shown.items() if years["2024-25"].asked] == ["HEP-EU"]
    corrected = Fund.objects.get(code="WDDF")
    first, second = (frozen.version(corrected, "2024-25", number) for number in (1, 2))
    changes = {change.place: (change.before, change.after) for change in frozen.changes(first, second)}
    assert changes["sections/receipts/Donation/amount"] == ("not there", "25000.00")
    surrendered = to_json(frozen.published(Fund.objects.get(code="BAL-HRRF"), "2024-25"))
    assert surrendered["sections"]["receipts"][-1]["amount"] == "-30000.00"  # type: ignore[index]
    assert Disbursement.objects.get(cancellation__reason__startswith="Lapsed on 30 Jun 2025").amount == 20_000


def papers_are_written(papers: Path, told: dict[str, Any]) -> None:
    written = {path.name for path in papers.iterdir()}
    assert written == {Path(paper["path"]).name for paper in told["papers"]}
    assert len(written) == 9
    assert originals.standing(Voucher.objects.filter(prints__isnull=False).latest("pk")).good
    assert "DEMONSTRATION" in SignedSchedule.objects.get().signer
    assert all((papers / name).read_bytes()[:4] == b"%PDF" for name in written if name.endswith(".pdf"))


def other_programs_agree(folder: Path) -> None:
    """beancount's checker and two readers of our own re-add every book, and find each balance as we have it."""
    for fund in Fund.objects.all():
        must_agree(fund.book.code, folder)


def nothing_more_the_second_time(papers: Path) -> None:
    before, files = counts(), {path.name: path.read_bytes() for path in papers.iterdir()}
    out = StringIO()
    call_command("demo", "--json", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["loaded"] == 0
    assert counts() == before
    assert {name for name, content in files.items() if (papers / name).read_bytes() != content} == set()


@pytest.mark.django_db
def test_a_scale_that_is_no_number_is_refused() -> None:
    for given in ("0", "-1", "many", "201"):
        with pytest.raises(CommandError):
            call_command("demo", f"--scale={given}")


def test_live_work_lies_before_the_day_the_clock_must_have_passed() -> None:
    last = max(scenario.day for scenario in live.scenarios())
    assert last <= date(2025, 10, 20)
    assert {scenario.block for scenario in live.scenarios()} == {LIVE}
    opened = [scenario for scenario in money.scenarios(date(2026, 11, 22)) if scenario.key.startswith("year:")]
    assert len(opened) == 7 * 7
    assert money.scenarios(date(2026, 11, 22) - timedelta(days=365)) != money.scenarios(date(2026, 11, 22))
