"""Rules on bail deposits that a court keeps, as bodies of PL/pgSQL. SQLSTATE 23FE5, 23FE6 for one person alone."""

from beneficiaries.rules.limit_rules import TODAY
from beneficiaries.rules.person_rules import agreed_by_another
from funds.rules.receipt_rules import forfeited, paid, posted_once, returned
from ledger.isolation import read_committed

DECLARE = [("line", "funds_payeeline%ROWTYPE"), ("request", "funds_disbursement%ROWTYPE")]


def _outstanding(row: str) -> str:
    """The deposit's line, locked, from which all that came back or was forfeited is taken."""
    return f"""SELECT * INTO line FROM funds_payeeline WHERE id = {row}.line_id FOR NO KEY UPDATE;
SELECT * INTO request FROM funds_disbursement WHERE id = line.disbursement_id;
IF {row}.amount + {returned("line.id")} + {forfeited("line.id")} > line.amount THEN
  RAISE EXCEPTION 'More of the deposit would be forfeited than the court holds.' USING ERRCODE = '23FE5';
END IF;"""


FORFEITURE_IS_ASKED = f"""
{read_committed("23FE5")}
{_outstanding("NEW")}
IF NEW.proposed_by_id IS NULL OR NEW.proposed_at <> now() OR NEW.forfeited_on > {TODAY} OR request.kind <> 'bail_deposit'
  OR NOT {paid("line.id", "NEW.forfeited_on")} OR NOT EXISTS (
  SELECT FROM beneficiaries_paper p WHERE p.id = NEW.paper_id AND p.case_id = line.case_id
    AND NOT EXISTS (SELECT FROM beneficiaries_paperwithdrawal w WHERE w.paper_id = p.id)
) OR EXISTS (
  SELECT FROM funds_forfeiture f LEFT JOIN funds_forfeituredecision y ON y.forfeiture_id = f.id
  WHERE f.line_id = NEW.line_id AND y.id IS NULL
) THEN
  RAISE EXCEPTION 'A deposit that a court holds is forfeited by its order, asked for once at a time.' USING ERRCODE = '23FE5';
END IF;
RETURN NEW;
"""

FORFEITURE_IS_AGREED = f"""
{read_committed("23FE5")}
SELECT * INTO asked FROM funds_forfeiture WHERE id = NEW.forfeiture_id;
{agreed_by_another("23FE6", "asked.proposed_by_id")}
{_outstanding("asked")}
IF {posted_once("NEW.entry_id", "('D', 'A-FIN', asked.amount), ('C', 'F-BAIL', asked.amount)")} IS NOT TRUE
  OR NOT EXISTS (SELECT FROM ledger_journalentry e JOIN funds_fund f ON f.book_id = e.book_id AND f.id = request.fund_id
    WHERE e.id = NEW.entry_id) THEN
  RAISE EXCEPTION 'The entry is not that of the forfeiture.' USING ERRCODE = '23FE5';
END IF;
RETURN NEW;
"""
