"""Every check is seen to fail: the owner of the tables corrupts one thing, and verify names it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.verify import NOT_YET, to_json, verify, verify_request
from funds import approvals, disbursements, payments
from funds.models import Disbursement, Instrument, PayeeLine, Sanction, Voucher
from ledger.models import JournalEntry
from tests import world
from tests.audit.conftest import Corrupt, broken, entry


@pytest.mark.django_db
def test_untouched_world_holds_every_promise_and_says_what_is_not_checked(small_world: world.World) -> None:
    made = small_world
    instrument = made.paid(made.diyat())[0]
    payments.fail_instrument(
        instrument=instrument.pk, state="returned", reason="name differs", by=made["reconciler"], on=world.DAY
    )
    made.sanctioned()
    disbursements.cancel(
        disbursement=made.vouchered().sanction.disbursement_id, by=made["ddo"], reason="Paid twice", on=world.DAY
    )
    cancelled = made.draft()
    disbursements.cancel(disbursement=cancelled.pk, by=made["case_officer"], reason="Withdrawn", on=world.DAY)
    made.draft(by=made["quetta"])
    returned = made.submitted()
    approvals.return_for_correction(
        disbursement=returned.pk, by=made["verifier"], ground="other", reason="Wrong amount", on=world.DAY
    )
    report = verify()
    assert {result.id: result.offenders for result in report.broken} == {}
    assert [result.id for result in report.results] == [f"I{number}" for number in range(1, 13)]
    assert [result.id for result in report.results if result.state == NOT_YET] == ["I5"]
    assert all(result.checked for result in report.results if result.state != NOT_YET)


# I1


def test_entry_out_of_balance(here: world.World, corrupt: Corrupt) -> None:
    number = entry("receipt:TEST-2025-26-RC-0001")
    corrupt("UPDATE ledger_journalline SET amount = amount + 1 WHERE entry_id = %s AND side = 'C'", number)
    assert f"entry {number}:" in broken()["I1"]


def test_memo_accounts_mixed_with_money(here: world.World, corrupt: Corrupt) -> None:
    number = entry("receipt:TEST-2025-26-RC-0001:budget")
    corrupt(
        "UPDATE ledger_journalline l SET account_id = (SELECT id FROM ledger_account WHERE code = 'H-DON' AND book_id ="
        " (SELECT book_id FROM ledger_account WHERE id = l.account_id)) WHERE entry_id = %s AND side = 'C'",
        number,
    )
    assert f"entry {number}: debits less credits 0.00, of it on memo accounts" in broken()["I1"]


def test_stored_total_and_floor_that_differ_from_the_lines(here: world.World, corrupt: Corrupt) -> None:
    corrupt(
        "UPDATE ledger_accounttotal SET debit_paisa = debit_paisa + 100 WHERE debit_paisa > 0 AND account_id IN"
        " (SELECT id FROM ledger_account WHERE code = 'A-DIY')"
    )
    corrupt("UPDATE ledger_accountfloor SET balance = balance + 7")
    found = broken()
    assert set(found) == {"I1", "I12"}  # the statement is printed from the totals
    assert "TEST A-DIY 2025-09-01: stored debit 1200001.00, lines 1200000.00" in found["I1"]
    assert "TEST F-BNK all months: stored floor" in found["I1"]
    assert "book TEST: trial balance" in found["I1"]


def test_line_of_an_account_that_is_gone(here: world.World, corrupt: Corrupt) -> None:
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalline SET account_id = 0 WHERE entry_id = %s AND side = 'C'", number)
    assert f"of entry {number}: the account is gone" in broken()["I1"]


# I2


def test_voucher_with_another_amount(here: world.World, corrupt: Corrupt) -> None:
    number = Voucher.objects.first().number
    corrupt("UPDATE funds_voucher SET amount = amount + 100 WHERE number = %s", number)
    found = broken()
    assert set(found) == {"I2"}
    assert f"voucher {number}: amount" in found["I2"]


def test_voucher_whose_paper_was_changed(here: world.World, corrupt: Corrupt) -> None:
    number = Voucher.objects.first().number
    corrupt(
        "UPDATE funds_voucher SET snapshot = jsonb_set(snapshot, '{pay_to}', '\"Another\"') WHERE number = %s", number
    )
    assert broken() == {"I2": f"voucher {number}: its frozen paper does not have the digest it was issued with"}


def test_voucher_whose_journal_entry_is_gone(here: world.World, corrupt: Corrupt) -> None:
    voucher = Voucher.objects.first()
    corrupt("UPDATE ledger_journalentry SET key = 'lost' WHERE id = %s", voucher.entry_id)
    assert f"voucher {voucher.number}: no entry voucher:{voucher.number}" in broken()["I2"]


def test_approver_renamed_after_the_voucher(here: world.World, corrupt: Corrupt) -> None:
    voucher = Voucher.objects.first()
    corrupt(
        "UPDATE funds_decision SET name = 'Nobody' WHERE disbursement_id = %s AND id = (SELECT min(id) FROM"
        " funds_decision WHERE disbursement_id = %s)",
        *[voucher.sanction.disbursement_id] * 2,
    )
    assert broken() == {"I2": f"voucher {voucher.number}: the approvals on its paper are not those recorded"}


def test_instrument_with_another_amount(here: world.World, corrupt: Corrupt) -> None:
    row = Instrument.objects.first()
    corrupt("UPDATE funds_instrument SET amount = amount + 1 WHERE id = %s", row.pk)
    found = broken()
    assert set(found) == {"I2", "I4"}
    assert f"instrument {row.pk} (" in found["I2"]


def test_instrument_cleared_without_a_clearing_entry(here: world.World, corrupt: Corrupt) -> None:
    row = Instrument.objects.first()
    corrupt("UPDATE ledger_journalentry SET key = 'lost' WHERE key = %s", f"clearing:{row.pk}")
    assert broken() == {
        "I2": f"instrument {row.pk} ({row.number}, cleared): the journal says otherwise, see entry {row.entry_id}"
    }


# I3


def test_gap_in_the_sanctions(here: world.World, corrupt: Corrupt) -> None:
    row = Sanction.objects.get(serial=2)
    corrupt("UPDATE funds_sanction SET serial = 4 WHERE id = %s", row.pk)
    found = broken()
    assert set(found) == {"I3"}
    assert f"sanction {row.number}: follows serial 1 of TEST 2025-26" in found["I3"]
    assert f"sanction {row.number} ({row.pk}): its number is not made of fund, year and serial 4" in found["I3"]


def test_last_voucher_removed(here: world.World, corrupt: Corrupt) -> None:
    row = Voucher.objects.get(serial=2)
    corrupt("DELETE FROM funds_voucher WHERE id = %s", row.pk)
    assert f"entry {row.entry_id}: the voucher {row.number} it booked is not there" in broken()["I3"]


def test_cheque_number_used_twice(here: world.World, corrupt: Corrupt) -> None:
    first, second = Instrument.objects.filter(method="cheque").order_by("pk")[:2]
    corrupt("ALTER TABLE funds_instrument DROP CONSTRAINT instrument_number_once_per_fund")
    corrupt("UPDATE funds_instrument SET number = %s WHERE id = %s", first.number, second.pk)
    found = broken()
    assert found["I3"] == f"cheque {first.number} of TEST: used 2 times"
    assert "constraint instrument_number_once_per_fund is not installed" in found["I4"]


# I4


def test_private_value_of_another_row(here: world.World, corrupt: Corrupt) -> None:
    """Nobody without the keys can put one payee's number, or its index, in the place of another's."""
    mine, other = PayeeLine.objects.exclude(cnic="").order_by("pk")[:2]
    corrupt(
        "UPDATE funds_payeeline SET cnic = (SELECT cnic FROM funds_payeeline WHERE id = %s) WHERE id = %s",
        other.pk,
        mine.pk,
    )
    found = broken()
    assert f"payee line {mine.pk}: changed without a trace in its history" in found["I4"]
    assert {"I2", "I7"} <= set(found)


def test_private_value_patched_together(here: world.World, corrupt: Corrupt) -> None:
    mine, other = PayeeLine.objects.exclude(cnic="").order_by("pk")[:2]
    corrupt(
        "UPDATE funds_payeeline l SET cnic = concat_ws('.', 'e1', split_part(l.cnic, '.', 2), split_part(l.cnic, '.', 3),"
        " split_part(o.cnic, '.', 4)) FROM funds_payeeline o WHERE o.id = %s AND l.id = %s",
        other.pk,
        mine.pk,
    )
    found = broken()
    assert f"payee line {mine.pk}: A private value (cnic, key" in found["I4"]
    assert "the check stopped: A private value" in found["I7"]


def test_rule_switched_off_removed_or_altered(here: world.World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'funds_decision'::regclass AND tgname LIKE '%%append_only%%'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE funds_decision DISABLE TRIGGER {name}")
    assert "rule funds.Decision:append_only can be switched off by a session" in broken()["I4"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name} ON funds_decision")
    assert "rule funds.Decision:append_only is not installed" in broken()["I4"]


@pytest.mark.parametrize(
    ("event", "condition"),
    [("BEFORE INSERT", "WHEN (false)"), ("BEFORE INSERT", ""), ("AFTER INSERT", "WHEN (pg_trigger_depth() = 0)")],
)
def test_rule_hung_up_so_that_it_asks_less(here: world.World, event: str, condition: str) -> None:
    """Under its own name, with its own function and comment, but not when it should."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger"
            " WHERE tgrelid = 'ledger_journalline'::regclass AND tgname LIKE '%%only_by_door%%'"
        )
        name, comment = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {name} ON ledger_journalline")
        cursor.execute(f"CREATE TRIGGER {name} {event} ON ledger_journalline {condition} EXECUTE FUNCTION {name}()")
        cursor.execute(f"ALTER TABLE ledger_journalline ENABLE ALWAYS TRIGGER {name}")
        cursor.execute(f"COMMENT ON TRIGGER {name} ON ledger_journalline IS '{comment}'")
    assert broken() == {"I4": "rule ledger.JournalLine:only_by_door asks at other times"}


def test_trigger_and_rewrite_rule_of_somebody_else(here: world.World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE FUNCTION skim() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        cursor.execute("CREATE TRIGGER skim BEFORE INSERT ON funds_receipt FOR EACH ROW EXECUTE FUNCTION skim()")
        cursor.execute("CREATE RULE hide AS ON DELETE TO funds_payeeline DO INSTEAD NOTHING")
    found = broken()["I4"]
    assert "table funds_receipt: trigger skim is not one of ours" in found
    assert "table funds_payeeline: rewrite rule hide is not one of ours" in found


def test_trigger_and_rewrite_rule_on_the_door(here: world.World) -> None:
    """Before ours, one could change what is posted on its way in."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION skim() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        cursor.execute("CREATE TRIGGER a_skim INSTEAD OF INSERT ON ledger_door FOR EACH ROW EXECUTE FUNCTION skim()")
        cursor.execute("CREATE RULE hide AS ON INSERT TO ledger_door_pair DO ALSO NOTHING")
    assert broken()["I4"].split("\n") == [
        "table ledger_door: trigger a_skim is not one of ours",
        "table ledger_door_pair: rewrite rule hide is not one of ours",
    ]


def test_reversal_that_is_no_mirror(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    disbursements.cancel(disbursement=row.pk, by=here["approver"], reason="Withdrawn", on=world.DAY)
    number = JournalEntry.objects.get(reverses=row.sanction.entry_id).pk
    corrupt("UPDATE ledger_journalline SET amount = amount + 5 WHERE entry_id = %s", number)
    assert f"entry {number}: it does not repeat entry {row.sanction.entry_id}" in broken()["I4"]


def test_correction_of_what_stands(here: world.World, corrupt: Corrupt) -> None:
    number, other = entry("sanction:TEST/2025-26/001"), entry("receipt:TEST-2025-26-RC-0001")
    corrupt("UPDATE ledger_journalentry SET corrects_id = %s, reason = 'x' WHERE id = %s", other, number)
    assert broken() == {"I4": f"entry {number}: it corrects entry {other}, which was not reversed with it"}


def test_row_changed_behind_the_back_of_its_history(here: world.World, corrupt: Corrupt) -> None:
    person = here.person("Hajra Bibi")
    corrupt("UPDATE beneficiaries_person SET name = 'Hajra Begum' WHERE id = %s", person.pk)
    assert broken() == {"I4": f"person {person.pk}: changed without a trace in its history"}
    corrupt("DELETE FROM beneficiaries_person WHERE id = %s", person.pk)
    assert broken() == {"I4": f"person {person.pk}: removed without a trace in its history"}


def test_application_role_with_rights_it_must_not_have(here: world.World) -> None:
    role = connection.settings_dict["APPLICATION_ROLE"]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT DELETE ON funds_decision TO {role}")
        cursor.execute(f"GRANT UPDATE ON beneficiaries_historicalperson TO {role}")
    found = broken()
    assert set(found) == {"I4"}
    assert found["I4"].splitlines() == [
        f"role {role} may DELETE funds_decision",
        f"role {role} may UPDATE beneficiaries_historicalperson",
    ]


def test_superuser_is_told_that_rights_protect_nothing(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "APPLICATION_ROLE", "")
    result = next(result for result in verify().results if result.id == "I4")
    assert result.ok
    assert "the owner of the tables: rights cannot protect the records" in result.notes[0]


# I6


def test_balance_that_was_below_zero(here: world.World, corrupt: Corrupt) -> None:
    number = entry("sanction:TEST/2025-26/001")
    corrupt("UPDATE ledger_journalline SET amount = 99999999 WHERE entry_id = %s", number)
    found = broken()["I6"]
    assert f"entry {number}: TEST X10 stood at" in found
    assert "account TEST X10: its lines add up to" in found


def test_budget_whose_parts_do_not_add_up(here: world.World, corrupt: Corrupt) -> None:
    number = entry("sanction:TEST/2025-26/001")
    corrupt(
        "UPDATE ledger_journalline SET account_id = (SELECT id FROM ledger_account WHERE code = 'X70')"
        " WHERE entry_id = %s AND side = 'C'",
        number,
    )
    assert "book TEST: budget control 10000000.00, its parts" in broken()["I6"]


# I7


def sanctioned(here: world.World) -> Sanction:
    return Sanction.objects.order_by("pk").last()


def test_content_changed_after_the_approval(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    line = PayeeLine.objects.get(disbursement=row)
    corrupt("UPDATE funds_payeeline SET account_title = 'Somebody Else' WHERE id = %s", line.pk)
    found = broken()
    assert found["I7"] == f"request {row.number}: its content is not what was approved"
    assert f"payee line {line.pk}: changed without a trace" in found["I4"]
    assert not verify_request(row.pk).ok
    assert verify_request(Sanction.objects.order_by("pk").first().disbursement_id).ok


def test_step_without_approval(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    step = row.steps.get(position=2)
    corrupt("DELETE FROM funds_decision WHERE step_id = %s", step.pk)
    assert broken() == {"I7": f"sanction {row.sanction.number}: step 2 (Budget agreed) has 0 of 1 approvals"}


def test_decision_over_another_content(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    decision = row.decisions.get(step__position=1)
    corrupt("UPDATE funds_decision SET digest = 'other' WHERE id = %s", decision.pk)
    assert broken() == {
        "I7": f"decision {decision.pk} on request {row.number}: it approves another content than was sanctioned"
    }


@pytest.mark.parametrize("who", ["case_officer", "second_verifier"])
def test_decision_by_the_maker_or_a_payee(here: world.World, corrupt: Corrupt, who: str) -> None:
    row = here.sanctioned()
    user = here[who]
    if who == "second_verifier":
        payee = "(SELECT cnic FROM funds_payeeline WHERE disbursement_id = %s)"
        corrupt(f"UPDATE beneficiaries_officer SET cnic = {payee} WHERE user_id = %s", row.pk, user.pk)
    decision = row.decisions.get(step__position=1)
    corrupt("UPDATE funds_decision SET decided_by_id = %s WHERE id = %s", user.pk, decision.pk)
    assert f"decision {decision.pk} on request {row.number}" in broken()["I7"]


def test_one_person_signed_twice(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    corrupt(
        "UPDATE funds_decision SET decided_by_id = %s WHERE disbursement_id = %s AND step_id ="
        " (SELECT id FROM funds_approvalstep WHERE position = 1 AND disbursement_id = %s)",
        here["finance_officer"].pk,
        row.pk,
        row.pk,
    )
    found = broken()["I7"]
    assert f"request {row.number}: finance_officer signed 2 times on one submission" in found


def test_sanction_above_the_limit_of_the_day(here: world.World, corrupt: Corrupt) -> None:
    row = here.sanctioned()
    officer = here["approver"].officer
    corrupt("UPDATE beneficiaries_officerlimit SET amount = 1 WHERE officer_id = %s", officer.pk)
    assert f"sanction {row.sanction.number}: 20000.00 is above the authority of approver, 1" in broken()["I7"]


def test_voucher_issued_by_the_maker(here: world.World, corrupt: Corrupt) -> None:
    row = Voucher.objects.get(serial=2)
    corrupt("UPDATE funds_voucher SET issued_by_id = %s WHERE id = %s", here["case_officer"].pk, row.pk)
    number = row.sanction.disbursement.number
    found = broken()
    assert set(found) == {"I7"}
    assert f"voucher {row.number} of request {number}: issued by somebody who took another part in it" in found["I7"]
    assert f"one person in two parts of a request: request {number}: case_officer drafted it" in found["I7"]


def test_request_called_sanctioned_without_a_sanction(here: world.World, corrupt: Corrupt) -> None:
    row = here.submitted()
    corrupt("UPDATE funds_disbursement SET state = 'sanctioned' WHERE id = %s", row.pk)
    found = broken()
    assert set(found) == {"I4", "I7"}
    assert found["I7"] == f"request {row.number}: it is sanctioned without a sanction"


# The command


@pytest.mark.django_db
def test_command_prints_json_and_exits_by_the_result() -> None:
    world.build()
    out = StringIO()
    call_command("verify", "--json", stdout=out)
    document = json.loads(out.getvalue())
    assert document["ok"] is True
    assert [check["id"] for check in document["checks"]] == [f"I{number}" for number in range(1, 13)]
    assert {"id", "title", "ok", "checked", "offenders", "state"} <= set(document["checks"][0])
    assert next(check for check in document["checks"] if check["id"] == "I5")["state"] == "not yet checked"


def test_command_names_the_offender_and_fails(here: world.World, corrupt: Corrupt) -> None:
    number = Voucher.objects.first().number
    corrupt("UPDATE funds_voucher SET amount = amount + 100 WHERE number = %s", number)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify", stdout=out)
    assert refused.value.returncode == 1
    assert "I2   FAIL" in out.getvalue()
    assert f"voucher {number}: amount" in out.getvalue()
    assert to_json(verify())["ok"] is False


@pytest.mark.django_db
def test_heads_kept_outside_are_refused_while_there_is_no_log() -> None:
    with pytest.raises(CommandError, match="no tamper-evident log yet") as refused:
        call_command("verify", "--heads", "heads.txt")
    assert refused.value.returncode == 1


@pytest.mark.django_db(transaction=True)
def test_run_reads_one_moment_and_cannot_write() -> None:
    """Outside a transaction the run takes its own, read only: whatever a check did wrong, it could not write."""
    from audit import verify as module
    from audit.checks import Check, Found

    def meddle() -> Found:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            assert cursor.fetchone() == ("on",)
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
        return Found(1)

    assert module._run((Check("I0", "Test", meddle),), None).ok
    assert Disbursement.objects.count() == 0
