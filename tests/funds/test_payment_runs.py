"""A run is chosen, proposed, released by a second person, sent once and answered; a rejected payment opens its payable again."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from beneficiaries.models import Limit
from funds import bank_files, disbursements, payment_runs, payments
from funds.models import Instrument, PaymentRun, RunLine
from funds.runs.choosing import Wanted
from ledger import balances
from ledger.clock import today
from ledger.errors import BadInput, NotAllowed, NotFound, WrongState
from tests.funds.bank_answers import IBANS, answered, drafted, peopled, proposed, released, report, sent, told, transfer
from tests.world import DAY, START, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(small_world: World) -> World:
    peopled(small_world)
    for iban in IBANS:
        transfer(small_world, iban)
    return small_world


def test_a_run_takes_every_unpaid_transfer_once(here: World) -> None:
    here.vouchered()  # a cheque
    here.sanctioned(here.transfer())  # not vouchered
    run = drafted(here)
    assert (run.state, run.number) == ("draft", f"{here.fund.code}-{run.year.label}-PR-00001")
    assert [row.position for row in run.lines.all()] == [1, 2]
    assert all(len(row.end_to_end) <= 35 for row in run.lines.all())
    with pytest.raises(BadInput, match="No unpaid transfer fits"):
        drafted(here)
    third = transfer(here)
    assert [row.line_id for row in drafted(here).lines.all()] == [third.pk]


def test_filters_and_named_lines(here: World) -> None:
    first, second = here.fund.disbursements.order_by("pk")
    run = drafted(here, wanted=Wanted(here.fund, request=second.number))
    assert run.lines.get().line.disbursement_id == second.pk
    with pytest.raises(BadInput, match="1 of the lines"):
        drafted(here, lines=[first.lines.get().pk, second.lines.get().pk])
    assert drafted(here, lines=[first.lines.get().pk]).lines.count() == 1
    assert drafted_none(here, vouchered_until=DAY - timedelta(days=1))
    assert drafted_none(here, kind="diyat")
    assert drafted_none(here, office=here.quetta_office.pk)


def drafted_none(here: World, **narrow: object) -> bool:
    transfer(here)
    with pytest.raises(BadInput, match="No unpaid transfer fits"):
        drafted(here, wanted=Wanted(here.fund, **narrow))  # type: ignore[arg-type]
    return True


def test_released_it_is_issued_and_its_file_fixed(here: World) -> None:
    run = released(here)
    book = here.fund.book.code
    assert (run.state, run.count, run.amount) == ("released", 2, Decimal(40000))
    assert {row.instrument.number for row in run.lines.select_related("instrument")} == {  # type: ignore[union-attr]
        row.end_to_end for row in run.lines.all()
    }
    assert balances.balance(book, "G-CHQ") == 40000 and balances.balance(book, "G-PAY") == 0
    assert {row.state for row in here.fund.disbursements.all()} == {"paid"}
    handed = bank_files.send(run=run.pk, by=here["ddo"])
    data = handed.stream.read()
    assert hashlib.sha256(data).hexdigest() == run.file_sha256 and handed.name == f"{run.number}.xml"
    again = bank_files.copy(run=run.pk, by=here["second_ddo"])
    assert again.stream.read() == data and again.name == f"{run.number}-COPY-1.xml"
    assert [row.copy for row in run.downloads.all()] == [0, 1]
    with pytest.raises(WrongState, match="sent to the bank"):
        bank_files.send(run=run.pk, by=here["ddo"])


def test_only_another_person_with_free_hands_releases(here: World) -> None:
    run = proposed(here)
    for who in ("second_ddo", "approver", "finance_officer"):
        with pytest.raises(NotAllowed):
            payment_runs.release(run=run.pk, by=here[who])
    assert not Instrument.objects.exists()
    other = payment_runs.take_back(run=run.pk, reason="Look again", by=here["ddo"])
    assert (other.state, other.digest, other.count) == ("draft", "", 0)


def test_a_large_one_asks_for_the_password(here: World) -> None:
    Limit.objects.create(code="password_above_amount", value=30000, effective_from=START, source="Test")
    run = proposed(here)
    with pytest.raises(NotAllowed, match=r"release of a run above .* needs your password"):
        payment_runs.release(run=run.pk, by=here["ddo"])


def test_what_changed_since_it_was_proposed_stops_the_release(here: World) -> None:
    run = proposed(here)
    line = run.lines.order_by("position")[0].line
    disbursements.cancel(disbursement=line.disbursement_id, by=here["ddo"], reason="No longer", on=DAY)
    with pytest.raises(WrongState):
        payment_runs.release(run=run.pk, by=here["ddo"])
    run.refresh_from_db()
    assert run.state == "proposed" and not Instrument.objects.exists()
    payment_runs.take_back(run=run.pk, reason="One is cancelled", by=here["second_ddo"])
    payment_runs.drop_lines(run=run.pk, lines=[run.lines.get(line=line).pk], by=here["second_ddo"])
    payment_runs.propose(run=run.pk, by=here["second_ddo"])
    assert payment_runs.release(run=run.pk, by=here["ddo"]).count == 1


def test_a_payment_stopped_before_it_is_sent_stops_the_sending(here: World) -> None:
    run = released(here)
    paid = Instrument.objects.order_by("pk")[0]
    payments.fail_instrument(instrument=paid.pk, state="stopped", reason="Wrong account", by=here["ddo"])
    with pytest.raises(WrongState, match="were stopped since"):
        bank_files.send(run=run.pk, by=here["ddo"])
    ended = payment_runs.cancel(run=run.pk, reason="One was stopped", by=here["ddo"])
    assert ended.state == "cancelled" and not Instrument.objects.filter(state="issued").exists()
    assert balances.balance(here.fund.book.code, "G-PAY") == 40000
    assert drafted(here).number.endswith("00002")


def test_the_bank_settles_one_and_rejects_the_other(here: World) -> None:
    run = sent(here)
    good, bad = run.lines.order_by("position")
    data = report(run, [told(good, "ACSC", amount="20000.00"), told(bad, "RJCT", "AC04")])
    done = answered(here, run, data)
    assert done.state == "answered"
    failed = Instrument.objects.get(run_line=bad)
    assert (failed.state, failed.reason) == ("returned", "Rejected by the bank: AC04 Told by the bank")
    assert Instrument.objects.get(run_line=good).state == "issued"  # the statement clears it, not the report
    assert balances.balance(here.fund.book.code, "G-PAY") == 20000
    entries = failed.line.instruments.count(), run.status_files.count()
    answered(here, run, data)  # the same once more
    assert (failed.line.instruments.count(), run.status_files.count()) == entries
    second = drafted(here)
    assert second.lines.get().line_id == bad.line_id  # the payable is open: it is chosen anew


def test_the_bank_speaks_of_the_whole(here: World) -> None:
    run = answered(here, sent(here), report(PaymentRun.objects.get(), status="ACCP"))
    assert run.state == "partly" and Instrument.objects.filter(state="issued").count() == 2
    data = report(run, status="RJCT", message="BANK-2")
    assert answered(here, run, data).state == "answered"
    assert Instrument.objects.filter(state="returned").count() == 2
    with pytest.raises(BadInput, match="was rejected by an earlier report"):
        answered(here, run, report(run, [told(run.lines.all()[0], "ACSC")], message="BANK-3"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"about": "TEST-2020-21-PR-00009"}, "about message TEST-2020-21-PR-00009"),
        ({"kind": "pain.008.001.08"}, "not a pain.001"),
        ({"count": 3}, "counted 3 payments"),
        ({"counts": "<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>"}, "names 1"),
        ({"status": "GOOD"}, "no status"),
        ({"before": '<!DOCTYPE d [<!ENTITY a "b">]>'}, "document type"),
        ({"before": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'}, "document type"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_whole(here: World, change: dict[str, object], why: str) -> None:
    run = sent(here)
    first, second = run.lines.order_by("position")
    with pytest.raises(BadInput, match=why):
        answered(here, run, report(run, [told(first, "RJCT", "AC01"), told(second, "ACSC")], **change))  # type: ignore[arg-type]
    assert Instrument.objects.filter(state="issued").count() == 2 and not run.status_files.exists()


def test_rows_at_fault_are_named(here: World) -> None:
    run = sent(here)
    first, second = run.lines.order_by("position")
    unknown = RunLine(end_to_end="NOT-OURS")
    rows = [told(first, "RJCT"), told(second, "ACSC", amount="1.00"), told(unknown, "ACSC"), told(first, "ACSC")]
    with pytest.raises(BadInput) as caught:
        answered(here, run, report(run, rows))
    assert caught.value.fields["row.2"].endswith("is of Rs 1.00, and not of Rs 20,000.00.")
    assert {"row.3", f"twice.{first.end_to_end}"} <= caught.value.fields.keys()
    assert Instrument.objects.filter(state="issued").count() == 2


@pytest.mark.parametrize("data", [b"", b"<a", b"<a/>", b"not xml", b"<Document/>"])
def test_what_is_no_report(here: World, data: bytes) -> None:
    with pytest.raises(BadInput):
        answered(here, sent(here), data)


def test_one_message_id_has_one_content(here: World) -> None:
    run = sent(here)
    first, second = run.lines.order_by("position")
    answered(here, run, report(run, [told(first, "PDNG")]))
    with pytest.raises(BadInput, match="taken already, with another content"):
        answered(here, run, report(run, [told(second, "RJCT")]))


def test_another_office_sees_no_run(here: World) -> None:
    run = drafted(here)
    with pytest.raises(NotAllowed):
        payment_runs.get_run(run.pk, by=here["quetta"])
    assert not payment_runs.visible_runs(here["quetta"]).exists()
    with pytest.raises(NotFound):
        payment_runs.get_run(run.pk + 1, by=here["ddo"])


def test_dates_formats_and_nothing_left(here: World) -> None:
    for change in (
        {"execution_on": today() - timedelta(days=1)},
        {"format": "mt101"},
        {"format": "csv", "layout": "x"},
    ):
        with pytest.raises(BadInput):
            drafted(here, **change)
    run = drafted(here)
    keys = [row.pk for row in run.lines.all()]
    payment_runs.drop_lines(run=run.pk, lines=keys, by=here["second_ddo"])
    with pytest.raises(WrongState, match="no payment left"):
        payment_runs.propose(run=run.pk, by=here["second_ddo"])
    assert payment_runs.cancel(run=run.pk, reason="Empty", by=here["second_ddo"]).state == "cancelled"
