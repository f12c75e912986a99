"""What the database asks of officers' limits: two people, neither of them the officer, and no day that has passed.

SQLSTATE 23F54. The limit in force is asked for in one place, `limit_of`, by the rules and by the reports.
"""

from beneficiaries.rules.person_rules import agreed_by_another, same_person
from ledger.isolation import read_committed

TODAY = "(now() AT TIME ZONE 'Asia/Karachi')::date"


def limit_of(user: str, day: str, post: str = "holder.designation") -> str:
    """SQL of what this user may sanction on this day in this post, in rupees; NULL where nothing was agreed."""
    return f"""(SELECT given.amount FROM beneficiaries_officerlimit given
  JOIN beneficiaries_officer holder ON holder.id = given.officer_id
  JOIN beneficiaries_officerlimitdecision consent ON consent.limit_id = given.id AND consent.outcome = 'agreed'
  WHERE holder.user_id = {user} AND given.designation = {post}
    AND {day} BETWEEN given.effective_from AND coalesce(given.effective_to, 'infinity')
  ORDER BY given.effective_from DESC, given.id DESC LIMIT 1)"""


LIMIT_IS_PROPOSED = f"""
SELECT * INTO holder FROM beneficiaries_officer WHERE id = NEW.officer_id FOR UPDATE;
IF holder.id IS NULL OR NEW.proposed_by_id IS NULL OR {same_person("NEW.proposed_by_id", "holder.user_id")}
  OR NEW.designation <> holder.designation THEN
  RAISE EXCEPTION 'A limit is proposed by somebody else, for the post that the officer holds.' USING ERRCODE = '23F54';
END IF;
RETURN NEW;
"""

# A first limit may be dated back to the order that gave it: nothing was sanctioned without one.
LIMIT_IS_AGREED = f"""
{read_committed("23F54")}
SELECT * INTO proposal FROM beneficiaries_officerlimit WHERE id = NEW.limit_id;
SELECT user_id INTO holder FROM beneficiaries_officer WHERE id = proposal.officer_id FOR UPDATE;
{agreed_by_another("23F54", "proposal.proposed_by_id", "holder")}
IF proposal.effective_from < {TODAY} AND EXISTS (
  SELECT FROM beneficiaries_officerlimit l JOIN beneficiaries_officerlimitdecision c ON c.limit_id = l.id
  WHERE l.officer_id = proposal.officer_id AND c.outcome = 'agreed'
) THEN
  RAISE EXCEPTION 'The limit would begin on %, which has passed.', proposal.effective_from USING ERRCODE = '23F54';
END IF;
RETURN NEW;
"""
