"""Which mutants there are: every declared rule switched off, and changed words inside those that do several things."""

import re

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import same_person
from funds.models import (
    Adoption,
    AgendaItem,
    ChosenRule,
    CommitteeDecision,
    Conflict,
    ConflictEnd,
    Decision,
    DelegationDecision,
    DelegationEnd,
    Disbursement,
    EligibilityOverride,
    ForfeitureDecision,
    FreezeDecision,
    FreezeLiftDecision,
    Instrument,
    MinutesItem,
    MinutesSignature,
    PayeeLine,
    Presence,
    ReappropriationDecision,
    ReceiptCancellationDecision,
    RuleDecision,
    Sanction,
    Voucher,
    VoucherPrint,
)
from funds.rules.committee_rules import limit_on
from funds.rules.delegation_rules import reach
from funds.rules.duty_rules import HAS_DRIFTED, counts, is_staff, signed_for, stands_apart
from funds.rules.freeze_rules import LOCK
from ledger.door import MANY, MANY_VIEW, PAIR, PAIR_VIEW
from ledger.models import AccountFloor, JournalEntry, JournalLine, Period
from ledger.ruling import Door, Routine, rules
from tests.mutants.money import of_cheques, of_jobs, of_receipts, of_runs, of_signatures
from tests.mutants.mutant import Mutant, changed

# Where to look, by app: first the few files that are about rules, then the rest of the app's tests.
EVIDENCE = "tests/test_evidence.py"
TARGETS = {
    "ledger": (
        [
            EVIDENCE,
            "tests/ledger/test_rules.py",
            "tests/ledger/test_rules_links.py",
            "tests/ledger/test_periods.py",
            "tests/ledger/test_post.py",
            "tests/ledger/test_races.py",
        ],
        ["tests/ledger"],
    ),
    "beneficiaries": (
        [EVIDENCE, "tests/beneficiaries/test_rules.py"],
        ["tests/beneficiaries", "tests/test_row_security.py"],
    ),
    "funds": (
        [
            EVIDENCE,
            "tests/funds/test_refused_by_sql.py",
            "tests/funds/test_paper_languages.py",
            "tests/funds/test_rules.py",
            "tests/funds/test_rules_persons.py",
            "tests/funds/test_splitting.py",
            "tests/funds/test_second_person.py",
            "tests/funds/test_parents_first.py",
            "tests/funds/test_isolation.py",
            "tests/funds/test_committee_rules.py",
            "tests/funds/test_committee_members_rules.py",
            "tests/funds/test_conflicts.py",
            "tests/funds/test_delegations.py",
            "tests/funds/test_freezes.py",
            "tests/funds/test_cheque_rules.py",
            "tests/funds/test_cheque_leaves.py",
            "tests/funds/test_cheques.py",
            "tests/funds/test_payee_holds.py",
            "tests/funds/test_run_rules.py",
            "tests/funds/test_hands.py",
            "tests/funds/test_races_powers.py",
            "tests/funds/test_budget_rules.py",
            "tests/funds/test_receipts.py",
            "tests/funds/test_closing.py",
            "tests/funds/test_signing.py",
            "tests/funds/test_schedules.py",
            "tests/funds/test_jobs.py",
            "tests/funds/test_messages.py",
        ],
        ["tests/funds"],
    ),
    "audit": ([EVIDENCE], ["tests/audit"]),
    "config": ([EVIDENCE], ["tests/api/test_idempotency.py"]),
}
PATHS = sorted({path for stages in TARGETS.values() for paths in stages for path in paths})
# Those that compare what is installed with what is declared would notice anything.
NOT_BY = ["tests/ledger/test_ruling.py", "tests/audit/test_verify.py"]


def switched_off() -> list[Mutant]:
    """Each trigger that a model declares."""
    return [
        Mutant(
            f"{model._meta.label}: {rule.name} off",
            model._meta.app_label,
            model._meta.db_table,
            *[rule.get_pgid(model)] * 2,
        )
        for model, rule in rules()
        if not isinstance(rule, Door | Routine)
    ]


def reworded() -> list[Mutant]:
    """Locks, and the single conditions of the long rules."""
    month = ("ledger.Period", Period, "closes_in_order")
    screened = ("funds.Instrument", Instrument, "payee_is_screened")
    overridden = ("funds.EligibilityOverride", EligibilityOverride, "override_is_by_another")
    explained = ("funds.Disbursement", Disbursement, "help_is_explained")
    into = "JOIN every e ON p.merged_into_id = e.id"
    pair, many = ((name, JournalEntry, name) for name in (PAIR_VIEW, MANY_VIEW))
    words = [
        (pair, "no gate for posting", "held := pg_advisory_xact_lock_shared(", "held := (SELECT "),
        (many, "no gate for posting", "held := pg_advisory_xact_lock_shared(", "held := (SELECT "),
        (pair, "any isolation level", "<> 'read committed'", "IS NULL"),
        (many, "any isolation level", "<> 'read committed'", "IS NULL"),
        *[(pair, f"not asked: {fault}", fault, passed) for fault, passed in _unasked(PAIR)],
        *[(many, f"not asked: {fault}", fault, passed) for fault, passed in _unasked(MANY)],
        (pair, "a closing entry in any period", """ AND (p.start = p."end") = (f[3] = 'closing')""", ""),
        (many, "a closing entry in any period", """ AND (p.start = p."end") = (d.kind = 'closing')""", ""),
        (many, "places counted from anywhere", "NEW.place[:]", "NEW.place"),
        (
            pair,
            "totals of the first entry only",
            "debit_paisa = t.debit_paisa + excluded.debit_paisa",
            "debit_paisa = excluded.debit_paisa",
        ),
        (
            many,
            "totals of the first entry only",
            "debit_paisa = t.debit_paisa + excluded.debit_paisa",
            "debit_paisa = excluded.debit_paisa",
        ),
        (pair, "the first account has no floor", "IF first_guard IS NOT NULL", "IF false"),
        (pair, "the second account has no floor", "IF second_guard IS NOT NULL", "IF false"),
        (many, "no floor", "AND balance + below.change >= 0", ""),
        (pair, "a reversal of a reversal", "o.reverses_id IS NULL AND", ""),
        (pair, "a reversal before its entry", "AND o.date <= e.date", ""),
        (many, "a reversal before its entry", "AND o.date <= e.date", ""),
        (pair, "a reversal of other lines", "x.side <> y.side\n", "true\n"),
        (pair, "a reversal of fewer lines", "<> (SELECT count(*)", "< (SELECT count(*)"),
        (many, "a reversal of fewer lines", "<> (SELECT count(*)", "< (SELECT count(*)"),
        (pair, "a correction of what stands", "AND r.xid = pg_current_xact_id()", ""),
        (many, "a correction of what stands", "AND r.xid = pg_current_xact_id()", ""),
        (month, "no gate for closing", "held := pg_advisory_xact_lock(", "held := (SELECT "),
        (month, "months in any order", "p.start < NEW.start AND p.closed_at IS NULL", "false"),
        (month, "a month that runs", 'NEW."end" >= (now()', "NULL >= (now()"),
        (month, "one person reopens", "r.outcome = 'agreed' AND r.decided_at = now()", "true"),
        (pair, "a used key with other content", "bad.digest <> f[7]", "false"),
        (many, "a used key with other content", "draft IS NOT NULL", "false"),
        (screened, "hits on merged records not asked", "WHERE p.merged_into_id = e.id", "WHERE false"),
        (
            screened,
            "a payee merged since not followed",
            "WHERE p.id = e.id AND p.merged_into_id IS NOT NULL",
            "WHERE false",
        ),
        (screened, "another office's payees asked", " AND h.office_id = paid.office_id", ""),
        (screened, "a guardian not asked", "paid.method = 'guardian_order'", "false"),
        (explained, "help on merged records not asked", into, "JOIN every e ON false"),
        (overridden, "by a payee", "WHERE o.user_id = NEW.overridden_by_id AND (", "WHERE false AND ("),
    ]
    found = []
    for (label, model, name), what, old, new in words:
        rule = next(rule for of, rule in rules() if of is model and rule.name == name)
        found.append(
            Mutant(f"{label}: {what}", model._meta.app_label, model._meta.db_table, "", rule.get_pgid(model), old, new)
        )
    return found


def of_committees() -> list[Mutant]:
    """The single conditions of minutes, signatures, numbers and a committee's decisions."""
    words = [
        (Decision, "decided_in_a_meeting", "minutes nobody adopted", "JOIN funds_adoption adopted ON adopted.minutes_id = m.id",
         "LEFT JOIN funds_adoption adopted ON adopted.minutes_id = m.id"),
        (Decision, "decided_in_a_meeting", "without the own signature", " AND s.signed_by_id = NEW.decided_by_id", ""),
        (Decision, "decided_in_a_meeting", "before the adoption", " AND NEW.decided_on >= adopted.adopted_on", ""),
        (Decision, "decided_in_a_meeting", "a later agenda", "later.id > a.id", "false"),
        (Decision, "decided_in_a_meeting", "minutes carried out before", "since.id > made.id", "false"),
        (Decision, "decided_in_a_meeting", "another outcome", "(i.outcome, i.back_to, i.ground_id) IS NOT DISTINCT FROM",
         "true OR (i.outcome, i.back_to, i.ground_id) IS NOT DISTINCT FROM"),
        (Decision, "decided_in_a_meeting", "a recusal by anybody", " AND o.user_id = NEW.decided_by_id", ""),
        (Sanction, "decided_by_committees", "fewer than the quorum", "count(*) >= v.quorum", "true"),
        (Sanction, "decided_by_committees", "above the limit", ", 0) < coalesce(r.basis", ", 0) < -coalesce(r.basis"),
        (Sanction, "decided_by_committees", "above the limit today", f"OR coalesce({limit_on('k.id', TODAY)}, 0) <", "OR 0 >"),
        (AgendaItem, "item_waits_for_its_committee", "a key out of order", "NEW.id <= (SELECT", "NULL <= (SELECT"),
        (AgendaItem, "item_waits_for_its_committee", "of a request to come", "request.id IS NULL OR", "false OR"),
        (MinutesItem, "item_of_its_meeting", "after the meeting", "written.held_on <", "NULL <"),
        (MinutesItem, "item_of_its_meeting", "of minutes to come", "written.id IS NULL OR", "false OR"),
        (MinutesSignature, "signed_by_who_was_there", "for another", "NEW.signed_by_id <> (SELECT", "NULL <> (SELECT"),
        (MinutesSignature, "signed_by_who_was_there", "other minutes", "NEW.digest <> written.digest OR ", ""),
        (MinutesSignature, "signed_by_who_was_there", "an earlier version", "later.version > written.version", "false"),
        (MinutesSignature, "signed_by_who_was_there", "no vote", "NOT seat.votes OR ", ""),
        (Adoption, "minutes_are_adopted", "without the chair", "m.part = 'chair'", "true"),
        (Adoption, "minutes_are_adopted", "a gap", "NEW.serial <> last + 1", "false"),
        (Presence, "present_in_office", "late", "written.recorded_at <> now()", "false"),
        (Presence, "present_in_office", "of another version", " AND version_id = written.under_id", ""),
    ]  # fmt: skip
    found = []
    for model, name, what, old, new in words:
        rule = next(rule for of, rule in rules() if of is model and rule.name == name)
        label = f"funds.{model.__name__}: {what}"
        found.append(Mutant(label, "funds", model._meta.db_table, "", rule.get_pgid(model), old, new))
    return found


def of_duties() -> list[Mutant]:
    """The single conditions of who decides and pays, and of what ends a chain."""
    maker = same_person("NEW.decided_by_id", "request.maker_id")
    signed = same_person("d.decided_by_id", "NEW.decided_by_id")
    declarer = same_person("NEW.ended_by_id", "told.declared_by_id")
    over = "NOT EXISTS (SELECT FROM funds_conflictend e WHERE e.conflict_id = said.id)"
    words = [
        (Decision, "decision_is_due", "a ground out of force", "coalesce(g.effective_to, 'infinity')", "'infinity'"),
        (Decision, "decision_is_due", "a ground of another outcome", "AND g.outcome = NEW.outcome", ""),
        (Decision, "decision_is_due", "a return to a later step", " OR NEW.back_to >= due.position", ""),
        (Decision, "decision_is_due", "the maker's second account", maker, "NEW.decided_by_id = request.maker_id"),
        (Decision, "decision_is_due", "a signatory's second account", signed, "d.decided_by_id = NEW.decided_by_id"),
        (Decision, "decision_is_due", "two steps by one person", "d.step_id <> due.id OR ", ""),
        (Decision, "decision_is_due", "one step twice", f" OR {counts('d')}", ""),
        (Decision, "decision_is_due", "a request to come", "request.id IS NULL OR due.id IS NULL", "false"),
        (
            Decision,
            "decision_is_due",
            "an earlier step unsigned",
            "IF NEW.outcome = 'approved' AND EXISTS",
            "IF false AND EXISTS",
        ),
        (Decision, "decision_is_due", "a key out of order", "NEW.id <= (SELECT", "NULL <= (SELECT"),
        (Decision, "decision_is_due", "any day", "IF (NEW.decided_on BETWEEN", "IF (true OR NEW.decided_on BETWEEN"),
        (Decision, "decision_is_due", "any isolation level", "<> 'read committed'", "IS NULL"),
        (Sanction, "chain_is_complete", "any isolation level", "<> 'read committed'", "IS NULL"),
        (Sanction, "chain_is_complete", "another day", " AND d.decided_on = NEW.sanctioned_on", ""),
        (Decision, "decision_is_due", "a recusal forgotten", "said.outcome = 'recused'", "false"),
        (
            Decision,
            "decision_is_due",
            "a conflict with a person",
            "line.person_id IN (known.id, known.merged_into_id)",
            "false",
        ),
        (Decision, "decision_is_due", "signing what has drifted", "IF NEW.outcome = 'approved' THEN", "IF false THEN"),
        (Decision, "decision_is_due", "a conflict that ended", over, "true"),
        (Conflict, "conflict_declared_once", "a conflict declared again", "e.conflict_id = c.id", "false"),
        (ConflictEnd, "conflict_ended_by_another", "by who declared it", declarer, "false"),
        (ConflictEnd, "conflict_ended_by_another", "by another role", "named.name =", "'fund_manager' ="),
        (Sanction, "chain_is_complete", "a signature set aside", f"AND {counts('d')} AND d.digest", "AND d.digest"),
        (Disbursement, "legal_moves", "back without a decision", "NEW.state IN ('returned', 'rejected')", "false"),
        (Voucher, "voucher_matches_sanction", "staff among the payees", is_staff("line"), "false"),
        (Voucher, "voucher_matches_sanction", "paying what has drifted", HAS_DRIFTED, "false"),
        (
            Voucher,
            "voucher_matches_sanction",
            "many other payees",
            "->> 'content' IS DISTINCT FROM",
            "->> 'content' IS NULL AND '' =",
        ),
        (
            Voucher,
            "voucher_matches_sanction",
            "another number of payees",
            "->> 'count')::int IS DISTINCT FROM",
            "->> 'count')::int IS NULL AND 0 =",
        ),
        (Instrument, "instrument_pays_its_line", "staff among the payees", is_staff("line"), "false"),
        (Instrument, "instrument_pays_its_line", "paying what has drifted", HAS_DRIFTED, "false"),
        (Instrument, "instrument_facts_stay", "clearing by nobody", "NEW.cleared_by_id IS NULL OR ", ""),
    ]
    return [changed(*row) for row in words]


def of_desks() -> list[Mutant]:
    """The single conditions of signing for somebody, and of freezes."""
    power, frozen = (Decision, "power_is_given"), (Decision, "decision_not_frozen")
    ended = "OR EXISTS (SELECT FROM funds_delegationend e WHERE e.delegation_id = power.id)"
    words = [
        (*power, "an ended delegation", ended, ""),
        (*power, "another officer's", "NEW.decided_by_id <> (SELECT user_id", "NULL <> (SELECT user_id"),
        (*power, "above the ceiling", "coalesce(much, request.amount) > power.ceiling", "false"),
        (*power, "a giver who stands apart", stands_apart("giver.user_id"), "false"),
        (*power, "a giver who signed", "AND d.outcome <> 'recused' AND (d.step_id", "AND false AND (d.step_id"),
        (*power, "the giver's other post", "giver.designation <> power.giver_post OR ", ""),
        (*power, "another fund", "power.fund_id <> request.fund_id", "false"),
        (*power, "somebody signed for the officer", "IF NEW.outcome <> 'recused' AND EXISTS", "IF false AND EXISTS"),
        (Decision, "signs_in_post", "another post", "due.post NOT IN ('', officer.designation)", "false"),
        (Decision, "signs_in_post", "the fund's office", "AND due.role NOT IN (", "OR due.role IN ("),
        (Decision, "signs_in_post", "a closed account", "AND u.is_active)", ")"),
        (DelegationDecision, "delegation_is_agreed", "lent on", "WHERE d.starts_on <= power.ends_on", "WHERE false"),
        (*frozen, "today not asked", f" OR {TODAY} BETWEEN", " OR false AND current_date BETWEEN"),
        (DelegationEnd, "delegation_ends", "an end beside a signature", "FOR UPDATE", ""),
    ]
    gated = (frozen, (Voucher, "voucher_not_frozen"), (Instrument, "instrument_not_frozen"))
    gate = f"pg_advisory_xact_lock_shared(hashtext('{LOCK}'), 0)"
    words += [(*rule, "a freeze agreed to meanwhile", gate, "now()") for rule in gated]
    hands = (
        ("NEW.issued_by_id", Voucher, "voucher_matches_sanction"),
        ("hand", Instrument, "instrument_pays_its_line"),
    )
    hands = (*hands, ("NEW.cleared_by_id", Instrument, "instrument_facts_stay"))
    words += [(model, name, "for whom it was signed", signed_for("d", user), "false") for user, model, name in hands]
    return [changed(*row) for row in words]


def of_consents() -> list[Mutant]:
    """Who agrees alone, and who agrees through a second account."""
    proposer, asker = "proposal.proposed_by_id", "asked.recorded_by_id"
    found = []
    for model, name, other in (
        (RuleDecision, "rule_is_agreed", proposer),
        (CommitteeDecision, "committee_is_agreed", proposer),
        (FreezeDecision, "freeze_is_agreed", proposer),
        (FreezeLiftDecision, "lift_is_agreed", proposer),
        (DelegationDecision, "delegation_is_agreed", "giver"),
        (DelegationDecision, "delegation_is_agreed", "taker"),
        (ReappropriationDecision, "agreed_by_another", asker),
        (ReceiptCancellationDecision, "cancellation_is_agreed", "asked.proposed_by_id"),
        (ForfeitureDecision, "forfeiture_is_agreed", "asked.proposed_by_id"),
    ):
        both = same_person("NEW.decided_by_id", other)
        found.append(changed(model, name, f"one person, {other}", both, "false"))
        found.append(changed(model, name, f"a second account, {other}", both, f"NEW.decided_by_id = {other}"))
        if model not in (
            RuleDecision,
            CommitteeDecision,
            ReappropriationDecision,
            ReceiptCancellationDecision,
            ForfeitureDecision,
        ):  # these are refused by what they ask next
            found.append(changed(model, name, f"before its proposal, {other}", ") IS NOT FALSE THEN", ") IS TRUE THEN"))
    return found


def of_submissions() -> list[Mutant]:
    """The single conditions of the sum and the days of a submission, of its payees, and of what a sanction commits."""
    recorded = "greatest(r.chosen_on, (r.recorded_at AT TIME ZONE 'Asia/Karachi')::date)"
    chosen, moved, line = (ChosenRule, "sum_is_true"), (Disbursement, "legal_moves"), (PayeeLine, "frozen_with_request")
    chain, sanctioned = (Disbursement, "chain_of_its_rule"), (Sanction, "draws_on_its_head")
    words = [
        (*chosen, "a day before the draft", "NOT BETWEEN request.drafted_on AND", "NOT BETWEEN '-infinity' AND"),
        (*chosen, "said to be recorded earlier", "NEW.recorded_at <> now()", "false"),
        (*chosen, "the day that is given", recorded, "r.chosen_on"),
        (*chosen, "a draft whose rule is chosen", "r.id IS NOT NULL OR ", ""),
        (*chain, "since no day", "chosen_on IS DISTINCT FROM NEW.waiting_since", "chosen_on <> NEW.waiting_since"),
        (*chain, "covered by none", "chosen.rule_id IS DISTINCT FROM", "chosen.rule_id <>"),
        (*moved, "a reason of another stage", "stage = OLD.state", "true"),
        (*moved, "cancelled with money on its way", "i.state IN ('issued', 'cleared')", "false"),
        (*moved, "waiting longer", "NEW.waiting_since BETWEEN OLD.waiting_since AND", "NEW.waiting_since <="),
        (*line, "another payee after the choice", "c.submission = request.submission + 1", "false"),
        (*line, "another payee beside the submission", " FOR SHARE", ""),
        (
            Voucher,
            "voucher_matches_sanction",
            "before its sanction",
            "sanction.id IS NULL OR request.id IS NULL OR ",
            "",
        ),
        (*sanctioned, "an entry of before", " AND e.xid = pg_current_xact_id()", ""),
        (*sanctioned, "an entry that is undone", "back.reverses_id = e.id", "false"),
        (Sanction, "within_limits", "a limit taken away", f"coalesce({reach('c', day=TODAY)}, 0)", "'infinity'"),
    ]
    return [changed(*row) for row in words]


def _unasked(body: str) -> list[tuple[str, str]]:
    """Each question of a door whose answer is a fault, and the same without an answer."""
    asked = re.findall(r"WHEN [^\n]*? THEN (?:[12]00 \+ )?[1-9][0-9]*", body)
    return [(each, each.rpartition(" THEN ")[0] + " THEN NULL::integer") for each in asked]


def constraints() -> list[Mutant]:
    """CHECKs and unique keys of the journal, and the one of a printing's language, dropped."""
    models = (JournalEntry, JournalLine, AccountFloor, Period)
    journal = [
        Mutant(f"{model._meta.label}: {rule.name} dropped", "ledger", model._meta.db_table, "", "", str(rule.name))
        for model in models
        for rule in model._meta.constraints
    ]
    name, table = "voucher_copy_in_a_language", VoucherPrint._meta.db_table
    return [*journal, Mutant(f"{VoucherPrint._meta.label}: {name} dropped", "funds", table, "", "", name)]


def all_mutants() -> list[Mutant]:
    funds = [
        *of_duties(),
        *of_desks(),
        *of_consents(),
        *of_committees(),
        *of_submissions(),
        *of_signatures(),
        *of_cheques(),
        *of_runs(),
        *of_jobs(),
        *of_receipts(),
    ]
    return [*reworded(), *funds, *constraints(), *switched_off()]
