"""What the database asks of declared conflicts and of ending one. SQLSTATE 23F75 and 23F76."""

from beneficiaries.rules.person_rules import holds, same_person
from ledger.isolation import read_committed
from ledger.roles import Role

# The one who declares waits for others of the same officer, so that two at once see each other.
DECLARED_ONCE = f"""
{read_committed("23F76")}
PERFORM pg_advisory_xact_lock(hashtext('conflicts'), NEW.declared_by_id);
IF EXISTS (
  SELECT FROM funds_conflict c WHERE c.declared_by_id = NEW.declared_by_id
    AND (c.disbursement_id, c.case_id, c.person_id) IS NOT DISTINCT FROM (NEW.disbursement_id, NEW.case_id, NEW.person_id)
    AND NOT EXISTS (SELECT FROM funds_conflictend e WHERE e.conflict_id = c.id)
) THEN
  RAISE EXCEPTION 'This conflict is declared already.' USING ERRCODE = '23F76';
END IF;
RETURN NEW;
"""

ENDED_BY_ANOTHER = f"""
SELECT * INTO told FROM funds_conflict WHERE id = NEW.conflict_id;
IF told.id IS NULL OR {
    same_person("NEW.ended_by_id", "told.declared_by_id")
} OR NEW.ended_on < told.declared_on OR NOT {holds("NEW.ended_by_id", f"'{Role.FUND_MANAGER.value}'")} THEN
  RAISE EXCEPTION 'Conflict % is ended by a fund manager, who did not declare it, after it was declared.', NEW.conflict_id
    USING ERRCODE = '23F75';
END IF;
RETURN NEW;
"""
