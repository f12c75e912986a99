"""Rules on means and the watch list that the database itself keeps, as bodies of PL/pgSQL."""

from beneficiaries.private.sealed import same_value
from beneficiaries.rules.person_rules import holds, same_person
from ledger.isolation import read_committed

# Evidence of means lies in a case of the person it is about.
PAPER_IS_OF_THE_PERSON = """
IF NEW.paper_id IS NOT NULL AND NOT EXISTS (
  SELECT FROM beneficiaries_paper p JOIN beneficiaries_case c ON c.id = p.case_id
  WHERE p.id = NEW.paper_id AND c.person_id = NEW.person_id
) THEN
  RAISE EXCEPTION 'Paper % is in no case of person %.', NEW.paper_id, NEW.person_id USING ERRCODE = '23B30';
END IF;
RETURN NEW;
"""

# Nobody judges a hit on a person they registered themselves, nor on themselves; judging one way twice says nothing new. Which
# judgement came last is told by the keys.
_CLEARING_ROLE = """coalesce((SELECT clearing_role FROM beneficiaries_screeningsetting
  WHERE effective_from <= (now() AT TIME ZONE 'Asia/Karachi')::date ORDER BY effective_from DESC LIMIT 1), 'verifier')"""

HIT_IS_JUDGED_BY_ANOTHER = f"""
{read_committed("23B31")}
SELECT * INTO hit FROM beneficiaries_screeninghit WHERE id = NEW.hit_id;
PERFORM pg_advisory_xact_lock(hashtext('beneficiaries_screeninghit'), NEW.hit_id::int);
IF hit.id IS NULL OR {
    same_person("NEW.judged_by_id", "(SELECT created_by_id FROM beneficiaries_person WHERE id = hit.person_id)")
} OR EXISTS (
  SELECT FROM beneficiaries_officer o JOIN beneficiaries_person p ON {same_value("p.cnic", "o.cnic")}
  WHERE p.id = hit.person_id AND o.user_id = NEW.judged_by_id) THEN
  RAISE EXCEPTION 'Hit % is judged by somebody else, who did not register the person.', NEW.hit_id USING ERRCODE = '23B31';
END IF;
IF NOT {holds("NEW.judged_by_id", _CLEARING_ROLE)} THEN
  RAISE EXCEPTION 'Hit % is judged by the role that the setting names.', NEW.hit_id USING ERRCODE = '23B35';
END IF;
SELECT outcome INTO last FROM beneficiaries_hitjudgement WHERE hit_id = NEW.hit_id ORDER BY id DESC LIMIT 1;
IF last = NEW.outcome OR NEW.id <= (SELECT max(id) FROM beneficiaries_hitjudgement WHERE hit_id = NEW.hit_id) THEN
  RAISE EXCEPTION 'Hit % is judged like that already.', NEW.hit_id USING ERRCODE = '23B32';
END IF;
RETURN NEW;
"""

# An entry ends in a version of its own list that came after the one that brought it.
ENTRY_ENDS_LATER = """
SELECT v.source, v.id INTO source, began FROM beneficiaries_watchentry e
  JOIN beneficiaries_watchlistversion v ON v.id = e.added_in_id WHERE e.id = NEW.entry_id;
IF began IS NULL OR NEW.ended_in_id <= began
  OR source <> (SELECT v.source FROM beneficiaries_watchlistversion v WHERE v.id = NEW.ended_in_id) THEN
  RAISE EXCEPTION 'Entry % cannot end in version %.', NEW.entry_id, NEW.ended_in_id USING ERRCODE = '23B33';
END IF;
RETURN NEW;
"""

# A version without gap, so that no list is slipped in behind a newer one.
VERSION_FOLLOWS_ITS_LIST = """
SELECT coalesce(max(number), 0) INTO last FROM beneficiaries_watchlistversion WHERE source = NEW.source;
IF NEW.number <> last + 1 THEN
  RAISE EXCEPTION 'Version % of % does not follow %.', NEW.number, NEW.source, last USING ERRCODE = '23B34';
END IF;
RETURN NEW;
"""
