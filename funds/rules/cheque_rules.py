"""What the database asks of cheques: each on a leaf of a book of its fund that nothing was ever drawn on, and what becomes of
its paper. SQLSTATE 23FB0 for a book, 23FB1 for a cheque without its leaf, 23FB2 for a mark, 23FB3 for the end of a paper, 23FB4
for a payment that does not follow from the one it replaces, 23FB5 for a second signature,
23FB6 for a leaf that is printed, 23FB7 for a payment without what its method asks, 23FB8 for one that is good for another time.
"""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import holds, same_person
from funds.rules.duty_rules import refuse_hands
from ledger.isolation import read_committed
from ledger.roles import Role
from ledger.ruling import AS_USUAL

# Who signs a cheque beside whoever issued it.
SIGNERS = (Role.DDO, Role.FUND_MANAGER)


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

# Four months at most by the memorandum of 2010; the rule in force on the day of issue says how many.
_MONTHS = "(date_trunc('month', n.issued_on) + make_interval(months => r.months + 1))::date - 1"
_YEAR_END = "make_date(extract(year FROM n.issued_on)::int + (extract(month FROM n.issued_on) > 6)::int, 6, 30)"
GOOD_FOR_ITS_TIME = f"""
{AS_USUAL}
SELECT n.number INTO wrong FROM fresh n LEFT JOIN LATERAL (
    SELECT e.months, e.within_year FROM funds_chequeexpiry e
    WHERE n.issued_on BETWEEN e.effective_from AND coalesce(e.effective_to, 'infinity')
    ORDER BY e.effective_from DESC LIMIT 1) r ON true
  WHERE CASE WHEN n.method IN ('cheque', 'pay_order') THEN (n.expires_on = least({_MONTHS},
      CASE WHEN r.within_year THEN {_YEAR_END} ELSE 'infinity' END)) IS NOT TRUE OR r.months IS NULL
    ELSE n.expires_on IS NOT NULL END LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Payment % is not payable as long as the rule of its day says.', wrong USING ERRCODE = '23FB8';
END IF;
RETURN NULL;
"""


def two_sign(cheque: str) -> str:
    """SQL: whether a second person signs this cheque too."""
    return f"""EXISTS (SELECT FROM (
    SELECT s.minimum FROM funds_secondsignature s WHERE (s.fund_id = {cheque}.fund_id OR s.fund_id IS NULL)
      AND {cheque}.issued_on BETWEEN s.effective_from AND coalesce(s.effective_to, 'infinity')
    ORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1
  ) s WHERE {cheque}.method = 'cheque' AND {cheque}.amount >= s.minimum)"""


def refuse_unsigned(cheque: str, code: str = "23FB5") -> str:
    """A cheque that needs a second signature and has none goes no further."""
    return f"""
IF {two_sign(cheque)} AND NOT EXISTS (
  SELECT FROM funds_cosignature c WHERE c.instrument_id = {cheque}.id) THEN
  RAISE EXCEPTION 'Cheque % lacks its second signature.', {cheque}.number USING ERRCODE = '{code}';
END IF;
"""


_MAY_SIGN = " OR ".join(holds("NEW.recorded_by_id", f"'{role.value}'") for role in SIGNERS)
SIGNS_BESIDE_THE_FIRST = f"""
{read_committed("23FB5")}
SELECT d.* INTO request FROM funds_instrument i JOIN funds_payeeline line ON line.id = i.line_id
  JOIN funds_disbursement d ON d.id = line.disbursement_id WHERE i.id = NEW.instrument_id FOR UPDATE OF d;
SELECT * INTO cheque FROM funds_instrument i WHERE i.id = NEW.instrument_id;
IF cheque.id IS NULL OR cheque.state <> 'issued' OR NEW.recorded_at <> now()
  OR ({same_person("NEW.recorded_by_id", "cheque.issued_by_id")}) IS NOT FALSE
  OR NOT ({_MAY_SIGN})
  OR NOT {two_sign("cheque")} THEN
  RAISE EXCEPTION 'A cheque that is issued and needs it is signed by another DDO or fund manager.' USING ERRCODE = '23FB5';
END IF;
{refuse_hands("NEW.recorded_by_id")}
RETURN NEW;
"""

PRINTS_WHAT_IS_SIGNED = f"""
SELECT * INTO cheque FROM funds_instrument i WHERE i.id = NEW.instrument_id;
IF cheque.id IS NULL OR cheque.method <> 'cheque' OR cheque.state <> 'issued' OR NEW.recorded_at <> now() THEN
  RAISE EXCEPTION 'Only a cheque that is issued is printed on its leaf.' USING ERRCODE = '23FB6';
END IF;
{refuse_unsigned("cheque")}
RETURN NEW;
"""

CLEARS_WHAT_IS_SIGNED = f"""
IF NEW.state = 'cleared' AND OLD.state <> NEW.state THEN
{refuse_unsigned("NEW")}END IF;
RETURN NEW;
"""

HANDS_OUT_WHAT_IS_SIGNED = f"""
SELECT * INTO cheque FROM funds_instrument i WHERE i.id = NEW.instrument_id;
{refuse_unsigned("cheque")}RETURN NEW;
"""
