"""What the database asks of lists of payees and of looks into them, as bodies of PL/pgSQL. SQLSTATE 23F70 to 23F72."""

from beneficiaries.rules.person_rules import same_person

# After a long list the tables are counted anew at once: until the server does so by itself, a submission is planned
# for the few rows there were before, and take minutes instead of seconds.
LIST_OF_ITS_REQUEST = """
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR UPDATE;
IF request.state <> 'draft' OR request.maker_id <> NEW.imported_by_id
  OR NEW.rows <> (SELECT count(*) FROM funds_payeeline WHERE disbursement_id = request.id) THEN
  RAISE EXCEPTION 'The list of request % is not what was drafted from it.', request.number USING ERRCODE = '23F70';
END IF;
IF NEW.rows >= 1000 THEN
  ANALYZE beneficiaries_person, beneficiaries_case, beneficiaries_reliefcase, funds_payeeline;
END IF;
RETURN NEW;
"""

# How many lines there are is counted here, so that nobody is said to have looked at a part of something else.
INSPECTION_IS_TRUE = f"""
SELECT * INTO request FROM funds_disbursement WHERE id = NEW.disbursement_id FOR KEY SHARE;
IF NEW.submission <> request.submission OR NEW.digest <> request.digest OR NEW.size > NEW.lines
  OR NEW.lines <> (SELECT count(*) FROM funds_payeeline WHERE disbursement_id = request.id) THEN
  RAISE EXCEPTION 'The sample is not one of request % as it is now.', request.number USING ERRCODE = '23F71';
END IF;
IF {same_person("NEW.inspected_by_id", "request.maker_id")} THEN
  RAISE EXCEPTION 'The maker of request % does not inspect it.', request.number USING ERRCODE = '23F72';
END IF;
RETURN NEW;
"""
