"""Rules on receipts and on what comes back, as bodies of PL/pgSQL. SQLSTATEs:

23FE0 a reference recorded twice       23FE1 a cancellation asked twice, or that undoes nothing
23FE2 not what comes back to the line  23FE3 a deposit or loan given back without its line
23FE4 a printing out of turn           23FE6 a cancellation agreed to by one person alone
"""

from collections.abc import Mapping

from beneficiaries.rules.person_rules import agreed_by_another
from ledger.isolation import read_committed

LOCK = "receipts undone"  # asking for a cancellation and agreeing to it follow one another
_HELD = f"PERFORM pg_advisory_xact_lock(hashtext('{LOCK}'), 0);"


def cancelled(receipt: str) -> str:
    """SQL: whether two people undid the receipt with this key."""
    return f"""EXISTS (SELECT FROM funds_receiptcancellation c
    JOIN funds_receiptcancellationdecision x ON x.cancellation_id = c.id AND x.outcome = 'agreed'
    WHERE c.receipt_id = {receipt})"""


def returned(line: str) -> str:
    """SQL: what came back on the payee line with this key, without the charge of a loan and without what was cancelled."""
    return f"""(SELECT coalesce(sum(b.principal), 0) FROM funds_moneyback b
    WHERE b.line_id = {line} AND NOT {cancelled("b.receipt_id")})"""


def forfeited(line: str) -> str:
    """SQL: what was forfeited of the bail deposit paid on this line."""
    return f"""(SELECT coalesce(sum(f.amount), 0) FROM funds_forfeiture f
    JOIN funds_forfeituredecision y ON y.forfeiture_id = f.id AND y.outcome = 'agreed' WHERE f.line_id = {line})"""


def paid(line: str, day: str) -> str:
    """SQL: whether the bank had paid the line by that day."""
    return f"""EXISTS (SELECT FROM funds_instrument i
    WHERE i.line_id = {line} AND i.state = 'cleared' AND i.state_on <= {day})"""


def posted_once(entry: str, lines: str) -> str:
    """SQL: whether the entry was written in this transaction and has just these lines, as "(side, code, amount), ..."."""
    return f"""(SELECT e.xid = pg_current_xact_id() AND (
    SELECT array_agg((l.side, a.code, l.amount)::text ORDER BY l.side, a.code)
    FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = e.id
  ) = (SELECT array_agg((w.side, w.code, w.amount::numeric(15, 2))::text ORDER BY w.side, w.code)
    FROM (VALUES {lines}) AS w(side, code, amount) WHERE w.amount <> 0) FROM ledger_journalentry e WHERE e.id = {entry})"""


def undone(entry: str, original: str) -> str:
    """SQL: whether `entry`, written in this transaction, is the counter-entry of `original`."""
    return f"""EXISTS (SELECT FROM ledger_journalentry e
    WHERE e.id = {entry} AND e.reverses_id = {original} AND e.xid = pg_current_xact_id())"""


# A cancelled receipt gives its reference free for the right one.
REFERENCE_ONCE = f"""
{read_committed("23FE0")}
PERFORM pg_advisory_xact_lock(hashtext('receipt references'), NEW.fund_id::int);
IF EXISTS (SELECT FROM funds_receipt r WHERE r.fund_id = NEW.fund_id AND r.kind = NEW.kind AND r.reference = NEW.reference
  AND NOT {cancelled("r.id")}) THEN
  RAISE EXCEPTION '% % is recorded already.', NEW.kind, NEW.reference USING ERRCODE = '23FE0';
END IF;
RETURN NEW;
"""

# Judged at commit, because the link names the receipt. Bail deposits and loans are known by their lines.
NAMES_ITS_LINE = """
IF NEW.head IN ('F-BAIL', 'F-LOAN') AND NOT EXISTS (SELECT FROM funds_moneyback WHERE receipt_id = NEW.id) THEN
  RAISE EXCEPTION 'Receipt % does not say which payment it comes back from.', NEW.number USING ERRCODE = '23FE3';
END IF;
RETURN NULL;
"""

BACK_DECLARE = [
    ("line", "funds_payeeline%ROWTYPE"),
    ("request", "funds_disbursement%ROWTYPE"),
    ("bill", "funds_voucher%ROWTYPE"),
    ("got", "funds_receipt%ROWTYPE"),
    ("account", "text"),
    ("due", "numeric"),
]


def comes_back_to_its_line(charges: Mapping[str, str]) -> str:
    """Money comes back on a line that the bank paid, to the account it was charged to, never more than was paid on it.

    `charges` gives that account by the kind of payment. A charge of an ended year is a recovery, a deposit or loan never is.
    """
    known = " ".join(f"WHEN '{kind}' THEN '{code}'" for kind, code in charges.items())
    return f"""
{read_committed("23FE2")}
SELECT * INTO line FROM funds_payeeline WHERE id = NEW.line_id FOR NO KEY UPDATE;
SELECT * INTO request FROM funds_disbursement WHERE id = line.disbursement_id;
SELECT v.* INTO bill FROM funds_voucher v JOIN funds_sanction s ON s.id = v.sanction_id WHERE s.disbursement_id = request.id;
SELECT * INTO got FROM funds_receipt WHERE id = NEW.receipt_id;
account := CASE request.kind {known} END;
IF got.id IS NULL OR bill.id IS NULL OR got.fund_id <> request.fund_id OR got.amount <> NEW.principal + NEW.charge
  OR NOT {paid("line.id", "got.received_on")} THEN
  RAISE EXCEPTION 'Receipt % is not what comes back on line %.', NEW.receipt_id, NEW.line_id USING ERRCODE = '23FE2';
END IF;
IF got.kind = 'refund' AND (got.head <> account OR left(account, 2) <> 'F-' AND got.year_id <> bill.year_id)
  OR got.kind = 'recovery' AND (left(account, 2) = 'F-' OR got.year_id = bill.year_id)
  OR got.kind NOT IN ('refund', 'recovery') THEN
  RAISE EXCEPTION 'Receipt % goes to another account than its line.', got.number USING ERRCODE = '23FE2';
END IF;
IF {
        posted_once(
            "got.entry_id",
            "('D', 'F-BNK', got.amount), ('C', CASE got.kind WHEN 'refund' THEN account ELSE 'H-REC' END, NEW.principal),"
            " ('C', 'H-PRO', NEW.charge)",
        )
    } IS NOT TRUE THEN
  RAISE EXCEPTION 'The entry of receipt % is not what comes back.', got.number USING ERRCODE = '23FE2';
END IF;
IF NEW.charge > 0 THEN
  SELECT round(line.amount * t.charge_percent / 100) INTO due FROM beneficiaries_loanterms t
  WHERE t.case_id = line.case_id ORDER BY t.id DESC LIMIT 1;
  IF request.kind <> 'soft_loan' OR NEW.charge + (SELECT coalesce(sum(b.charge), 0) FROM funds_moneyback b
    WHERE b.line_id = line.id AND NOT {cancelled("b.receipt_id")}) > coalesce(due, 0) THEN
    RAISE EXCEPTION 'Receipt % takes more charge than was agreed.', got.number USING ERRCODE = '23FE2';
  END IF;
END IF;
IF NEW.principal + {returned("line.id")} + {forfeited("line.id")} > line.amount THEN
  RAISE EXCEPTION 'More comes back on line % than was paid on it.', line.id USING ERRCODE = '23FE2';
END IF;
RETURN NEW;
"""


CANCELLATION_IS_ASKED = f"""
{read_committed("23FE1")}
{_HELD}
IF NEW.proposed_by_id IS NULL OR NEW.proposed_at <> now() OR EXISTS (
  SELECT FROM funds_receiptcancellation c LEFT JOIN funds_receiptcancellationdecision x ON x.cancellation_id = c.id
  WHERE c.receipt_id = NEW.receipt_id AND (x.id IS NULL OR x.outcome = 'agreed')
) THEN
  RAISE EXCEPTION 'Somebody asks for it now, once at a time, for a receipt that stands.' USING ERRCODE = '23FE1';
END IF;
RETURN NEW;
"""

CANCELLATION_IS_AGREED = f"""
{read_committed("23FE1")}
{_HELD}
SELECT * INTO asked FROM funds_receiptcancellation WHERE id = NEW.cancellation_id;
{agreed_by_another("23FE6", "asked.proposed_by_id")}
SELECT * INTO got FROM funds_receipt WHERE id = asked.receipt_id;
IF NOT {undone("NEW.entry_id", "got.entry_id")} OR NOT EXISTS (
  SELECT FROM ledger_journalentry budget JOIN funds_fund f ON f.book_id = budget.book_id AND f.id = got.fund_id
    JOIN ledger_journalentry back ON back.reverses_id = budget.id
  WHERE budget.key = 'receipt:' || got.number || ':budget'
) THEN
  RAISE EXCEPTION 'The entries of receipt % are not undone.', got.number USING ERRCODE = '23FE1';
END IF;
RETURN NEW;
"""

COPY_FOLLOWS = """
IF NEW.copy <> (SELECT coalesce(max(copy) + 1, 0) FROM funds_receiptprint WHERE receipt_id = NEW.receipt_id) THEN
  RAISE EXCEPTION 'Copy % of the receipt does not follow.', NEW.copy USING ERRCODE = '23FE4';
END IF;
RETURN NEW;
"""
