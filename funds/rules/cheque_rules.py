"""What the database asks of cheques: each on a leaf of a book of its fund that nothing was ever drawn on, and what becomes of
its paper. SQLSTATE 23FB0 for a book, 23FB1 for a cheque without its leaf, 23FB2 for a mark, 23FB3 for the end of a paper, 23FB4
for a payment that does not follow from the one it replaces, 23FB7 for one without what its method asks.
"""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import same_person
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL


def leaf(book: str, place: str) -> str:
    """SQL: the number printed on a leaf of a book."""
    return f"{book}.prefix || lpad(({place})::text, {book}.digits, '0')"


def is_of(number: str, book: str) -> str:
    """SQL: whether a number is one of the book's. All its numbers have one length, so that they stand in order as texts."""
    return f"""(length({number}) = length({book}.prefix) + {book}.digits AND starts_with({number}, {book}.prefix)
    AND substr({number}, length({book}.prefix) + 1) ~ '^[0-9]+$'
    AND {number} COLLATE "C" BETWEEN {leaf(book, f"{book}.first")} AND {leaf(book, f"{book}.last")})"""


_OVERLAPS = f"""length(b.prefix) + b.digits = length(NEW.prefix) + NEW.digits
    AND {leaf("b", "b.first")} COLLATE "C" <= {leaf("NEW", "NEW.last")}
    AND {leaf("b", "b.last")} COLLATE "C" >= {leaf("NEW", "NEW.first")}"""

# Two books of an account are registered one after the other, so that no number lies in both. What was drawn before the first
# book of the fund keeps its number.
BOOK_IS_NEW = f"""
{read_committed("23FB0")}
PERFORM 1 FROM funds_fund WHERE id = NEW.fund_id FOR UPDATE;
IF NEW.recorded_at <> now() OR NEW.received_on > {TODAY} OR length(NEW.last::text) > NEW.digits THEN
  RAISE EXCEPTION 'A cheque book is recorded now, when it was received, with numbers of its digits.' USING ERRCODE = '23FB0';
END IF;
IF EXISTS (SELECT FROM funds_chequebook b WHERE b.fund_id = NEW.fund_id AND {_OVERLAPS}) OR EXISTS (
  SELECT FROM funds_instrument i WHERE i.fund_id = NEW.fund_id AND i.method = 'cheque' AND {is_of("i.number", "NEW")}) THEN
  RAISE EXCEPTION 'A leaf of this book is of another book of the fund, or was used before.' USING ERRCODE = '23FB0';
END IF;
RETURN NEW;
"""

# The book is locked by whoever marks a leaf and held by whoever draws on one: each sees what the other did.
LEAF_IS_UNUSED = f"""
{read_committed("23FB2")}
SELECT * INTO book FROM funds_chequebook b WHERE b.id = NEW.book_id FOR UPDATE;
IF book.id IS NULL OR NEW.recorded_at <> now() OR NOT {is_of("NEW.number", "book")} OR EXISTS (
  SELECT FROM funds_instrument i WHERE i.fund_id = book.fund_id AND i.method = 'cheque' AND i.number = NEW.number) THEN
  RAISE EXCEPTION 'Number % is no unused leaf of its book.', NEW.number USING ERRCODE = '23FB2';
END IF;
RETURN NEW;
"""

LEAF_IS_FREE = f"""
{read_committed("23FB1")}
{AS_USUAL}
PERFORM 1 FROM funds_chequebook b WHERE b.fund_id IN (SELECT n.fund_id FROM fresh n WHERE n.method = 'cheque')
  ORDER BY b.id FOR SHARE;
SELECT n.number INTO wrong FROM fresh n WHERE n.method = 'cheque' AND NOT EXISTS (
  SELECT FROM funds_chequebook b WHERE b.fund_id = n.fund_id AND {is_of("n.number", "b")}
    AND b.received_on <= n.issued_on
    AND NOT EXISTS (SELECT FROM funds_leafmark m WHERE m.book_id = b.id AND m.number = n.number)) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Cheque % is on no unused leaf of a book that the fund had that day.', wrong USING ERRCODE = '23FB1';
END IF;
RETURN NULL;
"""

# What a line was paid by before is said, the last of it; and its paper is out of the world before another goes out. The sum
# keeps the planner from walking down the whole table for the largest key.
REPLACES_WHAT_FAILED = f"""
{AS_USUAL}
SELECT n.number INTO wrong FROM fresh n WHERE n.replaces_id IS DISTINCT FROM (
  SELECT max(i.id + 0) FROM funds_instrument i WHERE i.line_id = n.line_id AND i.id < n.id) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Payment % does not name the one it replaces.', wrong USING ERRCODE = '23FB4';
END IF;
SELECT gone.number INTO wrong FROM fresh n JOIN funds_instrument gone ON gone.id = n.replaces_id
  WHERE gone.method = 'cheque' AND NOT EXISTS (SELECT FROM funds_chequeend e WHERE e.instrument_id = gone.id) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Cheque % is neither destroyed nor recorded as lost.', wrong USING ERRCODE = '23FB4';
END IF;
RETURN NULL;
"""

PAPER_MAY_END = f"""
{read_committed("23FB3")}
IF NEW.recorded_at <> now() OR NEW.ended_on > {TODAY} OR {same_person("NEW.witness_id", "NEW.recorded_by_id")} THEN
  RAISE EXCEPTION 'The end of a cheque is recorded after it, by somebody else than its witness.' USING ERRCODE = '23FB3';
END IF;
IF NEW.mark_id IS NOT NULL THEN
  RETURN NEW;
END IF;
SELECT * INTO failed FROM funds_instrument i WHERE i.id = NEW.instrument_id FOR SHARE;
IF failed.id IS NULL OR failed.method <> 'cheque' OR failed.state IN ('issued', 'cleared') OR NEW.ended_on < failed.state_on
  OR (NEW.kind = 'lost' AND failed.state <> 'stopped') OR (failed.state = 'stopped' AND NEW.stop_reference = '') THEN
  RAISE EXCEPTION 'The paper ends of a cheque that failed; a lost one is stopped, as the bank confirms.' USING ERRCODE = '23FB3';
END IF;
RETURN NEW;
"""

PARTICULARS_ARE_SAID = f"""
{AS_USUAL}
SELECT n.number INTO wrong FROM fresh n WHERE CASE n.method
  WHEN 'pay_order' THEN n.place = ''
  WHEN 'challan' THEN n.place = '' OR n.account_head = ''
  WHEN 'court_deposit' THEN n.place = '' OR n.court_case = ''
  WHEN 'certificate' THEN n.place = '' OR n.matures_on IS NULL OR n.matures_on <= n.issued_on
  ELSE false END LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Payment % lacks what its method asks: treasury, branch or court, head, case or maturity.', wrong
    USING ERRCODE = '23FB7';
END IF;
RETURN NULL;
"""
