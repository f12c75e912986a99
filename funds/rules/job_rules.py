"""What the database asks of work in the background, as bodies of PL/pgSQL. SQLSTATE 23FD0 to 23FD4."""

from beneficiaries.rules.limit_rules import TODAY

JOB_BEGINS = """
IF NEW.state <> 'queued' OR NEW.attempts <> 0 OR NEW.done <> 0 OR NEW.total <> 0 OR NEW.words <> ''
  OR NEW.asked_at <> now() THEN
  RAISE EXCEPTION 'Work in the background begins by waiting, asked for now.' USING ERRCODE = '23FD0';
END IF;
RETURN NEW;
"""

# A worker that begins again counts its pieces anew; else they never become fewer.
JOB_MOVES = """
IF (NEW.id, NEW.kind, NEW.title, NEW.office_id, NEW.asked_by_id, NEW.asked_at, NEW.arguments, NEW.address, NEW.request_id)
  IS DISTINCT FROM
  (OLD.id, OLD.kind, OLD.title, OLD.office_id, OLD.asked_by_id, OLD.asked_at, OLD.arguments, OLD.address, OLD.request_id)
THEN
  RAISE EXCEPTION 'What was asked for is never changed.' USING ERRCODE = '23FD1';
END IF;
IF (OLD.state, NEW.state) NOT IN (('queued', 'running'), ('queued', 'cancelled'), ('running', 'running'), ('running', 'queued'),
    ('running', 'done'), ('running', 'failed'), ('running', 'cancelled')) THEN
  RAISE EXCEPTION 'Work that is % does not become %.', OLD.state, NEW.state USING ERRCODE = '23FD1';
END IF;
IF NEW.attempts <> OLD.attempts + (OLD.state = 'queued' AND NEW.state = 'running')::integer
  OR (NEW.state = OLD.state AND NEW.done < OLD.done) THEN
  RAISE EXCEPTION 'Attempts and pieces are counted one by one.' USING ERRCODE = '23FD1';
END IF;
IF NEW.state = 'done' AND (NEW.done <> NEW.total
    OR (NEW.kind = 'bundle' AND NOT EXISTS (SELECT FROM funds_jobresult WHERE job_id = NEW.id))) THEN
  RAISE EXCEPTION 'Work is done when every piece and its file are there.' USING ERRCODE = '23FD1';
END IF;
IF NEW.state = 'cancelled' AND NOT EXISTS (SELECT FROM funds_jobcancel WHERE job_id = NEW.id) THEN
  RAISE EXCEPTION 'Nobody cancelled this work.' USING ERRCODE = '23FD1';
END IF;
RETURN NEW;
"""

RESULT_OF_A_RUNNING_JOB = f"""
SELECT * INTO job FROM funds_job WHERE id = NEW.job_id FOR UPDATE;
IF job.id IS NULL OR job.state <> 'running' OR job.kind <> 'bundle' OR NEW.made_at <> now() OR NEW.kept_until < {TODAY}
  OR EXISTS (SELECT FROM funds_jobcancel WHERE job_id = job.id) THEN
  RAISE EXCEPTION 'A file comes of work that is running and was not cancelled.' USING ERRCODE = '23FD2';
END IF;
RETURN NEW;
"""

SHEET_IS_A_COPY_OF_ITS_JOB = """
SELECT * INTO job FROM funds_job WHERE id = NEW.job_id FOR SHARE;
SELECT * INTO print FROM funds_voucherprint WHERE id = NEW.printing_id;
IF job.id IS NULL OR print.id IS NULL OR job.state <> 'running' OR job.kind <> 'bundle'
  OR NOT job.arguments -> 'vouchers' @> to_jsonb(NEW.voucher_id) OR print.voucher_id <> NEW.voucher_id OR print.copy = 0
  OR print.printed_by_id <> job.asked_by_id THEN
  RAISE EXCEPTION 'A bundle holds counted copies of the vouchers that were asked for, by who asked.' USING ERRCODE = '23FD3';
END IF;
RETURN NEW;
"""

CANCELLED_BY_WHO_ASKED = """
SELECT * INTO job FROM funds_job WHERE id = NEW.job_id FOR UPDATE;
IF job.id IS NULL OR job.state NOT IN ('queued', 'running') OR NEW.cancelled_by_id <> job.asked_by_id THEN
  RAISE EXCEPTION 'Work is cancelled by who asked for it, before it has ended.' USING ERRCODE = '23FD4';
END IF;
RETURN NEW;
"""
