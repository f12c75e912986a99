"""Refused by SQL: submissions, their sum and their days, cancellations, and sanctions that commit nothing."""

from datetime import timedelta
from functools import partial

from funds.models import ApprovalRule, Cancellation, Disbursement
from ledger.clock import today
from ledger.posting import reverse
from ledger.roles import Role
from tests import world
from tests.funds import promises
from tests.funds.by_sql import Statement, chain_by_hand, committed, copied, decision_of, run, sanction_of
from tests.funds.refusals_of_money import paid, vouchered
from tests.world import DAY, World

LIST: promises.Promises = {}
promise = partial(promises.on, LIST)
Two = tuple[Statement, Statement]
ONE = timedelta(days=1)


def submitted(request: Disbursement, since: object) -> Statement:
    return (
        "UPDATE funds_disbursement SET state = 'submitted', digest = 'x', submission = 1, position = 1, waiting_since = %s"
        " WHERE id = %s",
        [since, request.pk],
    )


@promise("a submission that waits since no day", "23F52")
def since_no_day(here: World) -> Two:
    request = here.draft()
    chain_by_hand(request, here.rule, 0)
    return submitted(request, today()), submitted(request, None)


@promise("a submission that no rule covers", "23F52")
def covered_by_none(here: World) -> Two:
    world.make_rule("Small", maximum="30000")
    lawful, request = here.draft(), here.draft("30001")
    for row in (lawful, request):
        chain_by_hand(row, ApprovalRule.objects.get(title="Small"), 0)
    return submitted(lawful, today()), submitted(request, today())


def chosen(here: World, request: Disbursement, *, on: object = DAY, recorded: object = None) -> Statement:
    return (
        "INSERT INTO funds_chosenrule (disbursement_id, submission, rule_id, chosen_on, basis, days, reasons, recorded_at)"
        " VALUES (%s, 1, %s, %s, %s, 0, '[]', coalesce(%s::timestamptz, now()))",
        [request.pk, here.rule.pk, on, request.amount, recorded],
    )


@promise("a rule chosen before the draft", "23F52")
def chosen_before_the_draft(here: World) -> Two:
    request = here.draft()
    return chosen(here, request), chosen(here, request, on=DAY - ONE)


@promise("a rule chosen on a day to come", "23F52")
def chosen_tomorrow(here: World) -> Two:
    request = here.draft()
    return chosen(here, request, on=today()), chosen(here, request, on=today() + ONE)


@promise("a rule said to be chosen earlier than it is recorded", "23F52")
def recorded_earlier(here: World) -> Two:
    request = here.draft()
    return chosen(here, request), chosen(here, request, recorded="2025-09-26T10:00:00Z")


def _payee(request: Disbursement) -> Statement:
    return "UPDATE funds_payeeline SET payee_name = 'x' WHERE disbursement_id = %s", [request.pk]


@promise("another payee after the rule is chosen", "23F05")
def other_payee_after_the_choice(here: World) -> Two:
    lawful, request = here.draft(), here.draft()
    chain_by_hand(request, here.rule, 0)
    return _payee(lawful), _payee(request)


def _since(request: Disbursement, day: object) -> Statement:
    return "UPDATE funds_disbursement SET waiting_since = %s WHERE id = %s", [day, request.pk]


@promise("a step said to wait longer than it does", "23F04")
def waits_longer(here: World) -> Two:
    request = here.submitted()
    return _since(request, DAY + ONE), _since(request, DAY - ONE)


@promise("a step that waits from a day to come", "23F04")
def waits_from_tomorrow(here: World) -> Two:
    request = here.submitted()
    return _since(request, today()), _since(request, today() + ONE)


@promise("a step that waits since no day", "23F04")
def waits_since_no_day(here: World) -> Two:
    request = here.submitted()
    return _since(request, DAY), _since(request, None)


@promise("a voucher of a day before its sanction", "23F12")
def voucher_before_its_sanction(here: World) -> Two:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request), vouchered(model, request, issued_on=DAY - ONE)


@promise("a voucher of a day to come", "23F12")
def voucher_of_tomorrow(here: World) -> Two:
    request, model = here.sanctioned(), here.vouchered()
    return vouchered(model, request, issued_on=today()), vouchered(model, request, issued_on=today() + ONE)


@promise("a payment of a day before its voucher", "23F13")
def payment_before_its_voucher(here: World) -> Two:
    voucher, model = here.vouchered(), here.paid()[0]
    return paid(model, voucher), paid(model, voucher, issued_on=DAY - ONE)


@promise("a payment of a day to come", "23F13")
def payment_of_tomorrow(here: World) -> Two:
    voucher, model = here.vouchered(), here.paid()[0]
    return paid(model, voucher, issued_on=today()), paid(model, voucher, issued_on=today() + ONE)


def _cancelled(request: Disbursement) -> Statement:
    return "UPDATE funds_disbursement SET state = 'cancelled', waiting_since = NULL WHERE id = %s", [request.pk]


def _why(here: World, request: Disbursement, stage: str) -> None:
    row = Cancellation(disbursement=request, stage=stage, reason="x", cancelled_by=here["ddo"], cancelled_on=DAY)
    run(copied(row, recorded_at=DAY))


@promise("a cancellation without a reason", "23F07")
def cancelled_without_a_reason(here: World) -> Two:
    explained, request = here.sanctioned(), here.sanctioned()
    _why(here, explained, "sanctioned")
    return _cancelled(explained), _cancelled(request)


@promise("a cancellation for a reason of another stage", "23F07")
def cancelled_at_another_stage(here: World) -> Two:
    explained, request = here.sanctioned(), here.sanctioned()
    _why(here, explained, "sanctioned")
    _why(here, request, "draft")
    return _cancelled(explained), _cancelled(request)


@promise("a cancellation with money on its way", "23F07")
def cancelled_with_money_on_its_way(here: World) -> Two:
    waiting, request = here.vouchered().sanction.disbursement, here.paid()[0].line.disbursement
    _why(here, waiting, "vouchered")
    _why(here, request, "paid")
    return _cancelled(waiting), _cancelled(request)


def _signed(here: World) -> Disbursement:
    request = here.at_sanction()
    run(decision_of(request, 3, here["approver"]))
    return request


@promise("a sanction whose budget is free again", "23F49")
def freed_again(here: World) -> Two:
    request, other = _signed(here), _signed(here)
    entry = committed(here, other)
    reverse(entry, by=here["approver"], reason="x", on=DAY)
    return sanction_of(here, request), sanction_of(here, request, entry_id=entry)


@promise("a sanction of another day than its entry", "23F49")
def of_another_day(here: World) -> Two:
    request = _signed(here)
    run(decision_of(other := here.at_sanction(), 3, here["approver"], decided_on=DAY + ONE))
    lawful, unlawful = sanction_of(here, request), sanction_of(here, other, sanctioned_on=DAY + ONE)
    return lawful, unlawful


@promise("a sanction on a limit that was taken away", "23F53")
def limit_taken_away(here: World) -> Two:
    kept, gone = _signed(here), here.at_sanction()
    here.users["junior"] = world.make_user("junior", here.office, Role.APPROVER)
    run(decision_of(gone, 3, here["junior"]))
    world.give_limit(here["junior"].officer, "0")
    return sanction_of(here, kept), sanction_of(here, gone, by="junior")
