"""What the database asks of messages to payees, as bodies of PL/pgSQL. SQLSTATE 23FD5 and 23FD6."""

from beneficiaries.private.sealed import same_value
from beneficiaries.rules.case_rules import same_people

# Whoever is told is the payee or the guardian, under any record of theirs; and a stop on any of these records holds.
MESSAGE_IS_DUE = f"""
SELECT * INTO line FROM funds_payeeline WHERE id = NEW.line_id;
SELECT * INTO paid FROM funds_instrument WHERE id = NEW.instrument_id;
people := ARRAY({same_people("SELECT line.person_id")});
people := ARRAY({
    same_people("SELECT unnest(people) UNION SELECT guardian_id FROM beneficiaries_person WHERE id = ANY(people)")
});
IF line.id IS NULL OR line.disbursement_id <> NEW.disbursement_id OR line.payee_kind <> 'person' OR NEW.made_at <> now()
  OR NOT NEW.person_id = ANY(people)
  OR NOT EXISTS (SELECT FROM funds_job WHERE id = NEW.job_id AND kind = 'tell' AND state = 'running')
  OR (NEW.instrument_id IS NOT NULL AND paid.line_id IS DISTINCT FROM line.id)
  OR (NEW.occasion = 'return' AND paid.state IN ('issued', 'cleared'))
  OR NOT EXISTS (SELECT FROM funds_sanction WHERE disbursement_id = NEW.disbursement_id) THEN
  RAISE EXCEPTION 'A message tells a payee of an act on the own line.' USING ERRCODE = '23FD5';
END IF;
IF NEW.phone <> '' AND NOT EXISTS (SELECT FROM beneficiaries_person p WHERE p.id = NEW.person_id AND {
    same_value("p.phone", "NEW.phone")
}) THEN
  RAISE EXCEPTION 'A message goes to the telephone on record.' USING ERRCODE = '23FD5';
END IF;
IF NEW.phone <> '' AND EXISTS (SELECT FROM beneficiaries_contactwish w WHERE w.person_id = ANY(people) AND w.stop <> ''
    AND NOT EXISTS (SELECT FROM beneficiaries_contactwish l WHERE l.person_id = w.person_id AND l.id > w.id)) THEN
  RAISE EXCEPTION 'This person is not to be contacted.' USING ERRCODE = '23FD5';
END IF;
RETURN NEW;
"""

# A call that was begun and whose end nobody saw may be begun again with the same key, where the gateway knows it. What a person
# tells anew is another message, and this one ends.
EVENT_FOLLOWS = """
SELECT unsent INTO never FROM funds_message WHERE id = NEW.message_id;
SELECT * INTO last FROM funds_messageevent WHERE message_id = NEW.message_id ORDER BY serial DESC LIMIT 1;
IF NEW.serial <> coalesce(last.serial, 0) + 1 OR NEW.at <> now() OR (NEW.by_id IS NOT NULL) <> (NEW.what = 'again')
  OR never IS NULL OR NOT (CASE never WHEN '' THEN (coalesce(last.what, ''), NEW.what) IN (('', 'begun'), ('failed', 'begun'),
    ('begun', 'begun'), ('begun', 'sent'), ('begun', 'failed'), ('begun', 'refused'), ('begun', 'unknown'), ('', 'withheld'),
    ('failed', 'withheld'), ('failed', 'again'), ('refused', 'again'), ('unknown', 'again'), ('withheld', 'again'))
    ELSE last.id IS NULL AND NEW.what = 'again' END) THEN
  RAISE EXCEPTION 'What becomes of a message follows what became of it before.' USING ERRCODE = '23FD6';
END IF;
RETURN NEW;
"""
