"""Mutants of how money leaves and comes back: runs, receipts, signatures, cheques, work in the background."""

from beneficiaries.rules.person_rules import holds, same_person
from funds.models import (
    AccountConfirmation,
    BundleSheet,
    ChequeBook,
    ChequeEnd,
    CoSignature,
    Forfeiture,
    ForfeitureDecision,
    Instrument,
    Job,
    JobCancel,
    JobResult,
    LeafMark,
    LineStatus,
    Message,
    MessageEvent,
    MoneyBack,
    PayeeHoldEnd,
    PaymentRun,
    Receipt,
    ReceiptCancellationDecision,
    RunDownload,
    RunLine,
    ScheduleLine,
    SignedSchedule,
    VoucherSignature,
)
from funds.rules import receipt_rules
from funds.rules.hold_rules import HOLDER
from tests.mutants.mutant import Mutant, changed


def of_runs() -> list[Mutant]:
    """The single conditions of payment runs, of payees on hold and of accounts that changed."""
    run, chosen, moved = (PaymentRun, "run_moves"), (RunLine, "line_may_be_chosen"), (RunLine, "run_line_moves")
    sent, told = (RunDownload, "sent_once"), (LineStatus, "status_of_its_run")
    confirmed, cooled = (AccountConfirmation, "called_back_by_another"), (Instrument, "account_has_cooled")
    words = [
        (*run, "another sum", "NEW.count <> made.chosen OR NEW.amount <> made.amount", "false"),
        (*run, "released by its proposer", same_person("NEW.released_by_id", "NEW.proposed_by_id"), "false"),
        (*run, "issued by somebody else", " OR made.others > 0", ""),
        (*run, "nothing issued", "made.chosen > 0 OR made.live <> NEW.count", "false"),
        (*run, "a stopped payment sent", "made.live <> NEW.count OR NOT EXISTS", "NOT EXISTS"),
        (*run, "cancelled with lines", "NEW.reason = '' OR made.chosen > 0", "NEW.reason = ''"),
        (*run, "answered too early", "(NEW.state = 'answered') <>", "NULL <>"),
        (*chosen, "another amount", " AND n.amount = l.amount", ""),
        (*chosen, "a cheque", " AND l.method = 'transfer'", ""),
        (*chosen, "not vouchered", "d.state = 'vouchered' AND ", ""),
        (*chosen, "a proposed run", "r.state = 'draft' AND ", ""),
        (*chosen, "paid already", "i.state IN ('issued', 'cleared')", "false"),
        (*moved, "another one's payment", "i.line_id = n.line_id AND i.number = n.end_to_end", "true"),
        (*sent, "another file", " AND NEW.sha256 = run.file_sha256", ""),
        (*sent, "sent twice", "WHEN NEW.copy = 0 THEN run.state = 'released'", "WHEN NEW.copy = 0 THEN true"),
        (*told, "another run's payment", "l.run_id = f.run_id AND ", ""),
        (*told, "a rejection whose payment stands", "i.state NOT IN ('issued', 'cleared')", "true"),
        (*confirmed, "by the maker", same_person("NEW.confirmed_by_id", "request.maker_id"), "false"),
        (*cooled, "nobody asked", "h.history_id > was.last", "true"),
        (PayeeHoldEnd, "ended_by_another", "by who placed it", same_person("NEW.ended_by_id", HOLDER), "false"),
    ]
    return [changed(*row) for row in words]


def of_receipts() -> list[Mutant]:
    """The single conditions of what comes back, and of receipts and deposits that two people settle."""
    back, asked = (MoneyBack, "comes_back_to_its_line"), (Forfeiture, "forfeiture_is_asked")
    agreed, undone = (
        (ForfeitureDecision, "forfeiture_is_agreed"),
        (ReceiptCancellationDecision, "cancellation_is_agreed"),
    )
    words = [
        (*back, "another fund's", "got.fund_id <> request.fund_id", "false"),
        (*back, "another sum", "got.amount <> NEW.principal + NEW.charge", "false"),
        (*back, "before the bank paid", receipt_rules.paid("line.id", "got.received_on"), "true"),
        (*back, "another account", "got.head <> account", "false"),
        (*back, "a recovery of its own year", "OR got.year_id = bill.year_id)", ")"),
        (*back, "another entry", "IS NOT TRUE THEN", "IS NULL THEN"),
        (*back, "more charge than agreed", "> coalesce(due, 0)", "> 99999999"),
        (*back, "what came back before", receipt_rules.returned("line.id"), "0"),
        (*back, "what was forfeited", receipt_rules.forfeited("line.id"), "0"),
        (*asked, "what came back before", receipt_rules.returned("line.id"), "0"),
        (*asked, "another kind", "OR request.kind <> 'bail_deposit'", ""),
        (*asked, "a foreign paper", "AND p.case_id = line.case_id", ""),
        (*agreed, "what came back meanwhile", receipt_rules.returned("line.id"), "0"),
        (*agreed, "another entry", "IS NOT TRUE", "IS NULL"),
        (*undone, "without its budget", "OR NOT EXISTS", "OR false AND NOT EXISTS"),
        (*undone, "another entry", receipt_rules.undone("NEW.entry_id", "got.entry_id"), "true"),
        (Receipt, "reference_once", "what was cancelled", f"AND NOT {receipt_rules.cancelled('r.id')}", ""),
    ]
    return [changed(*row) for row in words]


def of_signatures() -> list[Mutant]:
    """The single conditions of signed originals and of the lines of schedules."""
    signed, line = (VoucherSignature, "signature_is_of_the_original"), (ScheduleLine, "schedule_line_is_its_voucher")
    keeper = (SignedSchedule, "schedule_is_by_its_keeper")
    total, counted = (SignedSchedule, "schedule_is_the_sum_of_its_lines"), (ScheduleLine, "schedule_line_is_counted")
    words = [
        (*signed, "a copy", "printing.copy IS DISTINCT FROM 0 OR ", ""),
        (*signed, "who did not print", "printing.printed_by_id IS DISTINCT FROM NEW.signed_by_id OR ", ""),
        (*signed, "another day", " OR NEW.signed_at <> now()", ""),
        (*signed, "by who does not pay", holds("NEW.signed_by_id", "'ddo'"), "true"),
        (*keeper, "by who does not pay", holds("NEW.signed_by_id", "'ddo'"), "true"),
        (*keeper, "of another office", "own.level = 'federal' OR own.id = f.office_id", "true"),
        (*keeper, "another day", "NEW.signed_at <> now() OR ", ""),
        (*line, "another amount", "NEW.amount IS DISTINCT FROM voucher.amount OR ", ""),
        (*line, "another digest", "NEW.digest IS DISTINCT FROM voucher.digest", "false"),
        (*line, "another fund", "voucher.fund_id IS DISTINCT FROM", "NULL <>"),
        (*line, "a cancelled voucher", "c.disbursement_id = s.disbursement_id", "false"),
        (*total, "any number", "(s.count, s.amount) = (\n    SELECT count(*), sum", "(s.amount) = (\n    SELECT sum"),
        (*counted, "any sum", "(s.count, s.amount) = (\n    SELECT count(*), sum", "(s.amount) = (\n    SELECT sum"),
    ]
    return [changed(*row) for row in words]


def of_cheques() -> list[Mutant]:
    """The single conditions of leaves, of the papers of cheques, of how long one is good, and of who signs beside the first."""
    drawn, gone = (Instrument, "leaf_is_free"), (Instrument, "replaces_what_failed")
    ended, beside, book = (
        (ChequeEnd, "paper_may_end"),
        (CoSignature, "signs_beside_the_first"),
        (ChequeBook, "book_is_new"),
    )
    two = "ORDER BY s.fund_id IS NULL"
    words = [
        (*book, "a day to come", "NEW.received_on > ", "NEW.received_on > 'infinity' AND NEW.received_on > "),
        (*drawn, "a book of later", "b.received_on <= n.issued_on", "true"),
        (*drawn, "a marked leaf", "m.number = n.number", "false"),
        (*gone, "another's paper", "e.instrument_id = gone.id", "true"),
        (LeafMark, "leaf_is_unused", "beside a cheque being drawn", " FOR UPDATE", ""),
        (LeafMark, "leaf_is_unused", "a used leaf", "i.number = NEW.number", "false"),
        (Instrument, "payable_for_its_time", "a month more", "r.months + 1", "r.months + 2"),
        (Instrument, "payable_for_its_time", "over 30 June", "WHEN r.within_year THEN", "WHEN NOT r.within_year THEN"),
        (Instrument, "particulars_are_said", "a certificate due at once", "n.matures_on <= n.issued_on", "false"),
        (*ended, "a lost one that is not stopped", "NEW.kind = 'lost'", "false"),
        (*ended, "a stop nobody confirmed", "NEW.stop_reference = ''", "false"),
        (*ended, "before its witness alone", same_person("NEW.witness_id", "NEW.recorded_by_id"), "false"),
        (*beside, "the first signatory", same_person("NEW.recorded_by_id", "cheque.issued_by_id"), "false"),
        (*beside, "another role", "held.user_id = NEW.recorded_by_id", "true"),
        (Instrument, "clears_what_is_signed", "the setting for all first", two, "ORDER BY s.fund_id IS NOT NULL"),
    ]
    return [changed(*row) for row in words]


def of_jobs() -> list[Mutant]:
    """The single conditions of work in the background and of messages."""
    begins, moves, file = (Job, "job_begins"), (Job, "job_moves"), (JobResult, "result_of_a_running_job")
    sheet, due, follows = (
        (BundleSheet, "sheet_is_a_copy_of_its_job"),
        (Message, "message_is_due"),
        (MessageEvent, "event_follows"),
    )
    words = [
        (*begins, "asked on another day", "NEW.asked_at <> now()", "false"),
        (
            *moves,
            "attempts not counted",
            "NEW.attempts <> OLD.attempts + ",
            "false AND NEW.attempts <> OLD.attempts + ",
        ),
        (*moves, "fewer pieces than before", "NEW.done < OLD.done", "false"),
        (*moves, "done with pieces left", "NEW.done <> NEW.total", "false"),
        (*moves, "done without its file", "NOT EXISTS (SELECT FROM funds_jobresult WHERE job_id = NEW.id)", "false"),
        (*moves, "cancelled by nobody", "NOT EXISTS (SELECT FROM funds_jobcancel WHERE job_id = NEW.id)", "false"),
        (*file, "a file of cancelled work", "EXISTS (SELECT FROM funds_jobcancel WHERE job_id = job.id)", "false"),
        (*file, "kept until a day that is over", "NEW.kept_until < ", "false AND NEW.kept_until < "),
        (*sheet, "an original in a bundle", "print.copy = 0", "false"),
        (*sheet, "somebody else's printing", "print.printed_by_id <> job.asked_by_id", "false"),
        (*sheet, "another voucher", "NOT job.arguments -> 'vouchers' @> to_jsonb(NEW.voucher_id)", "false"),
        (JobCancel, "cancelled_by_who_asked", "by another", "NEW.cancelled_by_id <> job.asked_by_id", "false"),
        (*due, "to somebody else", "NOT NEW.person_id = ANY(people)", "false"),
        (*due, "by no running notice", "kind = 'tell' AND state = 'running'", "true"),
        (*due, "to a telephone that is not on record", "p.id = NEW.person_id AND", "p.id = NEW.person_id OR"),
        (*due, "to somebody not to be contacted", "w.stop <> ''", "false"),
        (
            *follows,
            "twice",
            "('begun', 'begun'), ('begun', 'sent')",
            "('sent', 'begun'), ('begun', 'begun'), ('begun', 'sent')",
        ),
        (*follows, "told anew by nobody", "(NEW.by_id IS NOT NULL) <> (NEW.what = 'again')", "false"),
        (*follows, "a place left out", "NEW.serial <> coalesce(last.serial, 0) + 1", "false"),
    ]
    return [changed(*row) for row in words]
