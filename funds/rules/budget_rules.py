"""What the database itself asks of a budget by heads, as bodies of PL/pgSQL. SQLSTATEs:

23F45 a head that is not its fund's, or a kind it does not pay   23F46 more released than allotted, or less than nothing
23F47 one person alone                                          23F48 after the cut-off     23F49 not as it was posted
"""

from beneficiaries.rules.person_rules import same_person
from ledger.isolation import read_committed

# A head's accounts are the fund's with its code behind.
_PART = "coalesce('-' || (SELECT code FROM funds_budgethead WHERE id = {head}), '')"
_IN_FORCE = "{day} BETWEEN h.effective_from AND coalesce(h.effective_to, 'infinity')"

HEADS_ARE_APART = """
SELECT h.code INTO other FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND h.kinds && NEW.kinds
  AND daterange(h.effective_from, h.effective_to, '[]') && daterange(NEW.effective_from, NEW.effective_to, '[]') LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Head % already pays a kind of %.', other, NEW.code USING ERRCODE = '23F45';
END IF;
IF (SELECT NEW.kinds <@ kinds FROM funds_fund WHERE id = NEW.fund_id) IS NOT TRUE THEN
  RAISE EXCEPTION 'The fund of head % does not pay each of its kinds.', NEW.code USING ERRCODE = '23F45';
END IF;
RETURN NEW;
"""


def head_named(day: str) -> str:
    """A fund with heads in force on that day needs one of its own named; the head stands in NEW.budget_head_id."""
    return f"""
IF NEW.budget_head_id IS NULL AND EXISTS (
  SELECT FROM funds_budgethead h WHERE h.fund_id = NEW.fund_id AND {_IN_FORCE.format(day=day)}
) THEN
  RAISE EXCEPTION 'The budget of the fund is divided, so a head is named.' USING ERRCODE = '23F45';
END IF;
IF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM funds_budgethead h WHERE h.id = NEW.budget_head_id AND h.fund_id = NEW.fund_id AND {day} >= h.effective_from
) THEN
  RAISE EXCEPTION 'The head is of another fund, or begins later.' USING ERRCODE = '23F45';
END IF;
"""


ALLOCATED_TO_ITS_HEAD = f"{head_named('NEW.decided_on')}RETURN NEW;\n"

POSTED_DECLARE = [("fits", "boolean"), ("part", "text")]


def posted(debit: str, credit: str, day: str, *, fund: str = "NEW.fund_id", amount: str = "NEW.amount") -> str:
    """The row's entry is one pair, in the fund's own book, of the row's day and amount; accounts are SQL that gives their codes.

    It is posted with the row, in one transaction, and not reversed in it: an old entry has paid for what it was posted for.
    """
    return f"""
SELECT count(*) = 2 AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('D', {debit}, {amount})) = 1
  AND count(*) FILTER (WHERE (l.side, a.code, l.amount) = ('C', {credit}, {amount})) = 1 INTO fits
FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id
  JOIN ledger_journalentry e ON e.id = l.entry_id
WHERE l.entry_id = NEW.entry_id AND f.id = {fund} AND e.date = {day} AND e.xid = pg_current_xact_id()
  AND NOT EXISTS (SELECT FROM ledger_journalentry back WHERE back.reverses_id = e.id);
IF fits IS NOT TRUE THEN
  RAISE EXCEPTION 'Entry % is not what % records.', NEW.entry_id, TG_TABLE_NAME USING ERRCODE = '23F49';
END IF;
"""


DRAWS_ON_ITS_HEAD = f"""
{head_named("NEW.sanctioned_on")}
IF NEW.budget_head_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM funds_budgethead h JOIN funds_disbursement d ON d.id = NEW.disbursement_id
  WHERE h.id = NEW.budget_head_id AND d.kind = ANY(h.kinds) AND {_IN_FORCE.format(day="NEW.sanctioned_on")}
) THEN
  RAISE EXCEPTION 'The head does not pay what is sanctioned.' USING ERRCODE = '23F45';
END IF;
part := {_PART.format(head="NEW.budget_head_id")};
{posted("'X10' || part", "'X20' || part", "NEW.sanctioned_on")}
RETURN NEW;
"""

RELEASED_TO_ITS_HEAD = f"""
{head_named("NEW.released_on")}
part := {_PART.format(head="NEW.budget_head_id")};
{posted("'X05'", "'X10' || part", "NEW.released_on")}
RETURN NEW;
"""

SURRENDERED_FROM_ITS_HEAD = f"""
{head_named("NEW.surrendered_on")}
IF NOT (SELECT lapsable FROM funds_fund WHERE id = NEW.fund_id) THEN
  RAISE EXCEPTION 'A fund that does not lapse surrenders nothing.' USING ERRCODE = '23F45';
END IF;
part := {_PART.format(head="NEW.budget_head_id")};
{posted("'X71' || part", "'X79'", "NEW.surrendered_on")}
RETURN NEW;
"""

# Never more than what failed after its year: what is unclaimed is asked with the entry in it.
RETURNS_WHAT_IS_UNCLAIMED = f"""
{posted("'G-UNCL'", "'F-BNK'", "NEW.returned_on")}
IF (SELECT coalesce(sum(CASE l.side WHEN 'C' THEN l.amount ELSE -l.amount END), 0)
  FROM ledger_journalline l JOIN ledger_account a ON a.id = l.account_id JOIN funds_fund f ON f.book_id = a.book_id
  WHERE f.id = NEW.fund_id AND a.code = 'G-UNCL') < 0 THEN
  RAISE EXCEPTION 'More goes back to the Treasury than is unclaimed.' USING ERRCODE = '23FB9';
END IF;
RETURN NEW;
"""

WITHIN_ONE_FUND = """
IF 2 <> (SELECT count(*) FROM funds_budgethead WHERE id IN (NEW.from_head_id, NEW.to_head_id) AND fund_id = NEW.fund_id) THEN
  RAISE EXCEPTION 'Budget moves between heads of one fund only.' USING ERRCODE = '23F45';
END IF;
RETURN NEW;
"""

CUT_OFF_DECLARE = [("last", "date"), ("setting", "funds_budgetsetting%ROWTYPE")]


def _cut_off(code: str, day: str, fund: str, year: str) -> str:
    return f"""
SELECT s.* INTO setting FROM funds_budgetsetting s
WHERE s.code = '{code}' AND (s.fund_id IS NULL OR s.fund_id = {fund})
  AND {day} BETWEEN s.effective_from AND coalesce(s.effective_to, 'infinity')
ORDER BY s.fund_id IS NULL, s.effective_from DESC LIMIT 1;
IF setting.month IS NOT NULL THEN
  SELECT make_date(extract(year FROM CASE WHEN setting.month > 6 THEN y.start ELSE y."end" END)::int, setting.month, setting.day)
  INTO last FROM ledger_fiscalyear y WHERE y.id = {year};
  IF {day} > last THEN
    RAISE EXCEPTION 'The last day for it was %.', last USING ERRCODE = '23F48';
  END IF;
END IF;
"""


def cut_off(code: str, day: str) -> str:
    """The act is not after the last day that the setting in force gives for it in the row's year."""
    return f"{_cut_off(code, day, 'NEW.fund_id', 'NEW.year_id')}RETURN NEW;\n"


# Only a supplementary allocation has a last day; the original one and a cut come when they come.
SUPPLEMENTED_IN_TIME = f"""
IF NEW.kind <> 'supplementary' THEN RETURN NEW; END IF;
{cut_off("supplement_by", "NEW.decided_on")}"""

AGREED_DECLARE = [*POSTED_DECLARE, ("asked", "funds_reappropriation%ROWTYPE"), ("other", "text")]

AGREED_BY_ANOTHER = f"""
SELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;
IF NEW.outcome = 'declined' THEN RETURN NEW; END IF;
IF {same_person("NEW.decided_by_id", "asked.recorded_by_id")} THEN
  RAISE EXCEPTION 'Another person than who asked agrees.' USING ERRCODE = '23F47';
END IF;
part := {_PART.format(head="asked.from_head_id")};
other := {_PART.format(head="asked.to_head_id")};
{posted("'X71' || part", "'X71' || other", "NEW.decided_on", fund="asked.fund_id", amount="asked.amount")}
RETURN NEW;
"""

AGREED_IN_TIME = f"""
IF NEW.outcome = 'declined' THEN RETURN NEW; END IF;
SELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;
{_cut_off("reappropriate_by", "NEW.decided_on", "asked.fund_id", "asked.year_id")}
RETURN NEW;
"""

HOLDS_DECLARE = [("bad", "record"), ("needed", "boolean")]


def _holds(day: str, fund: str, year: str) -> str:
    # The fund's row in turn: whoever waited for it reads afterwards what the other one wrote. Sanctions do not take it.
    return f"""
{read_committed("23F46")}
PERFORM FROM funds_fund WHERE id = {fund} FOR NO KEY UPDATE;
needed := EXISTS (SELECT FROM funds_budgetsetting s WHERE s.code = 'release_needed' AND s.fund_id = {fund}
  AND {day} BETWEEN s.effective_from AND coalesce(s.effective_to, 'infinity'));
SELECT * INTO bad FROM (
  SELECT substr(a.code, 4) AS part,
    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN ('X70', 'X71')), 0) AS allotted,
    coalesce(sum(t.credit_paisa - t.debit_paisa) FILTER (WHERE left(a.code, 3) IN ('X10', 'X20', 'X30')), 0) AS released
  FROM ledger_period p JOIN ledger_accounttotal t ON t.period_id = p.id JOIN ledger_account a ON a.id = t.account_id
  WHERE p.year_id = {year} AND p.start < p."end" AND a.code ~ '^X(10|20|30|70|71)(-|$)' GROUP BY 1
) sums WHERE allotted < 0 OR (needed AND released > allotted) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Budget%: % allotted and % released, in paisa.', bad.part, bad.allotted, bad.released
    USING ERRCODE = '23F46';
END IF;
"""


def budget_holds(day: str) -> str:
    """After the row: no head of the fund and year is below nothing, and where releases are needed none has more released
    than allotted. Both are read from the stored totals, which the row's own entry is part of."""
    return f"{_holds(day, 'NEW.fund_id', 'NEW.year_id')}RETURN NULL;\n"


REAPPROPRIATION_HOLDS = f"""
SELECT * INTO asked FROM funds_reappropriation WHERE id = NEW.reappropriation_id;
{_holds("NEW.decided_on", "asked.fund_id", "asked.year_id")}
RETURN NULL;
"""
