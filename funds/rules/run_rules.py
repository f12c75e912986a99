"""What the database asks of payment runs: SQLSTATE 23FC4 to 23FC8.

23FC4 the run itself, 23FC5 a line that is chosen, 23FC6 a line that moves, 23FC7 handing out the file, 23FC8 the bank's answer.
"""

from beneficiaries.rules.person_rules import same_person
from ledger.isolation import read_committed
from ledger.ruling import AS_USUAL

REJECTED = ("RJCT", "CANC")
SETTLED = ("ACSC", "ACCC")
FINAL = REJECTED + SETTLED
_MOVES = (
    ("draft", "proposed"),
    ("proposed", "draft"),
    ("draft", "cancelled"),
    ("proposed", "cancelled"),
    ("released", "cancelled"),
    ("proposed", "released"),
    ("released", "sent"),
    ("sent", "partly"),
    ("sent", "answered"),
    ("partly", "answered"),
)


def listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


RUN_BEGINS = """
IF NEW.state <> 'draft' OR NEW.count <> 0 OR NEW.amount <> 0 OR NEW.digest <> '' OR NEW.file_sha256 <> ''
  OR num_nonnulls(NEW.proposed_by_id, NEW.released_by_id, NEW.released_at) > 0 OR NEW.bank_account IS DISTINCT FROM
    (SELECT bank_account FROM funds_fund WHERE id = NEW.fund_id) THEN
  RAISE EXCEPTION 'A run begins as a draft without lines, on the account of its fund.' USING ERRCODE = '23FC4';
END IF;
RETURN NEW;
"""


def _wrong(condition: str, text: str) -> str:
    return f"""IF ({condition}) IS NOT FALSE THEN
  RAISE EXCEPTION 'Run %: {text}', NEW.number USING ERRCODE = '23FC4';
END IF;
"""


_PROPOSED = """made.chosen = 0 OR NEW.count <> made.chosen OR NEW.amount <> made.amount OR NEW.digest = ''
  OR NEW.proposed_by_id IS NULL"""
_SAME_PERSON = f"""{same_person("NEW.released_by_id", "NEW.proposed_by_id")}
  OR {same_person("NEW.released_by_id", "NEW.drafted_by_id")}"""
_NOT_ISSUED = "made.chosen > 0 OR made.live <> NEW.count OR made.amount <> NEW.amount OR made.others > 0"
_NOT_SENT = (
    """made.live <> NEW.count OR NOT EXISTS (SELECT FROM funds_rundownload WHERE run_id = NEW.id AND copy = 0)"""
)
_NOT_ANSWERED = f"""NOT EXISTS (SELECT FROM funds_statusfile WHERE run_id = NEW.id)
  OR (NEW.state = 'answered') <> (made.issued = (
    SELECT count(DISTINCT l.id) FROM funds_runline l JOIN funds_linestatus s ON s.run_line_id = l.id
    WHERE l.run_id = NEW.id AND s.status IN ({listed(FINAL)})))"""
# Whoever releases issued every payment of it, so what is asked of a payment is asked of the release.
RUN_MOVES = f"""
IF NEW.state <> OLD.state THEN
  {read_committed("23FC4")}
  IF (OLD.state, NEW.state) NOT IN ({", ".join(f"('{before}', '{after}')" for before, after in _MOVES)}) THEN
    RAISE EXCEPTION 'A run that is % cannot become %.', OLD.state, NEW.state USING ERRCODE = '23FC4';
  END IF;
END IF;
IF (NEW.fund_id, NEW.year_id, NEW.serial, NEW.number, NEW.drafted_by_id, NEW.drafted_at, NEW.bank_account, NEW.format,
    NEW.layout_id, NEW.execution_on) IS DISTINCT FROM (OLD.fund_id, OLD.year_id, OLD.serial, OLD.number, OLD.drafted_by_id,
    OLD.drafted_at, OLD.bank_account, OLD.format, OLD.layout_id, OLD.execution_on)
  OR (NEW.state = OLD.state OR 'draft' NOT IN (OLD.state, NEW.state)) AND (NEW.count, NEW.amount, NEW.digest, NEW.proposed_by_id)
    IS DISTINCT FROM (OLD.count, OLD.amount, OLD.digest, OLD.proposed_by_id)
  OR (OLD.state, NEW.state) <> ('proposed', 'released') AND (NEW.released_by_id, NEW.released_at, NEW.terms, NEW.file_sha256)
    IS DISTINCT FROM (OLD.released_by_id, OLD.released_at, OLD.terms, OLD.file_sha256) THEN
  RAISE EXCEPTION 'Run % is %, so what it says stays.', OLD.number, OLD.state USING ERRCODE = '23FC4';
END IF;
IF NEW.state = OLD.state OR NEW.state = 'draft' THEN
  RETURN NEW;
END IF;
SELECT count(*) FILTER (WHERE l.state = 'chosen') AS chosen, count(*) FILTER (WHERE l.state = 'issued') AS issued,
    coalesce(sum(l.amount) FILTER (WHERE l.state <> 'dropped'), 0) AS amount,
    count(*) FILTER (WHERE i.state IN ('issued', 'cleared')) AS live,
    count(*) FILTER (WHERE i.issued_by_id IS DISTINCT FROM NEW.released_by_id AND l.state = 'issued') AS others
  INTO made FROM funds_runline l LEFT JOIN funds_instrument i ON i.id = l.instrument_id WHERE l.run_id = NEW.id;
IF NEW.state = 'proposed' THEN
  {_wrong(_PROPOSED, "proposed by somebody, with the sum of its lines.")}
ELSIF NEW.state = 'released' THEN
  {_wrong(_SAME_PERSON, "released by another person than who drafted or proposed it.")}
  {_wrong(_NOT_ISSUED, "released when whoever releases it issued all its payments.")}
  {_wrong("NEW.released_at <> now() OR NEW.file_sha256 !~ '^[0-9a-f]{64}$'", "released now, with its file.")}
ELSIF NEW.state = 'sent' THEN
  {_wrong(_NOT_SENT, "sent when its file was handed out and none of its payments failed meanwhile.")}
ELSIF NEW.state = 'cancelled' THEN
  {_wrong("NEW.reason = '' OR made.chosen > 0 OR made.live > 0", "cancelled with a reason and without a payment.")}
ELSE
  {_wrong(_NOT_ANSWERED, "answered when the bank said of each payment what became of it.")}
END IF;
RETURN NEW;
"""

LINE_MAY_BE_CHOSEN = f"""
{read_committed("23FC5")}
{AS_USUAL}
PERFORM 1 FROM funds_paymentrun WHERE id IN (SELECT run_id FROM fresh) ORDER BY id FOR UPDATE;
PERFORM 1 FROM funds_disbursement WHERE id IN (
  SELECT l.disbursement_id FROM fresh n JOIN funds_payeeline l ON l.id = n.line_id) ORDER BY id FOR SHARE;
SELECT n.end_to_end INTO wrong FROM fresh n LEFT JOIN funds_paymentrun r ON r.id = n.run_id
  LEFT JOIN funds_payeeline l ON l.id = n.line_id LEFT JOIN funds_disbursement d ON d.id = l.disbursement_id
  WHERE (r.state = 'draft' AND n.state = 'chosen' AND n.instrument_id IS NULL AND n.amount = l.amount AND l.method = 'transfer'
    AND d.state = 'vouchered' AND d.fund_id = r.fund_id) IS NOT TRUE
    OR EXISTS (SELECT FROM funds_instrument i WHERE i.line_id = n.line_id AND i.state IN ('issued', 'cleared')) LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Line % is not an unpaid transfer of a vouchered request of its fund.', wrong USING ERRCODE = '23FC5';
END IF;
RETURN NULL;
"""

RUN_LINE_MOVES = f"""
{AS_USUAL}
PERFORM 1 FROM funds_paymentrun WHERE id IN (SELECT run_id FROM fresh) ORDER BY id FOR UPDATE;
SELECT n.end_to_end INTO wrong FROM fresh n LEFT JOIN before b ON b.id = n.id LEFT JOIN funds_paymentrun r ON r.id = n.run_id
  LEFT JOIN funds_instrument i ON i.id = n.instrument_id
  WHERE ((n.run_id, n.line_id, n.position, n.end_to_end, n.amount) = (b.run_id, b.line_id, b.position, b.end_to_end, b.amount)
    AND b.state = 'chosen' AND CASE n.state
      WHEN 'dropped' THEN n.instrument_id IS NULL AND r.state IN ('draft', 'proposed')
      WHEN 'issued' THEN r.state = 'proposed' AND i.line_id = n.line_id AND i.number = n.end_to_end AND i.amount = n.amount
        AND i.state = 'issued'
      ELSE false END) IS NOT TRUE LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'Line % leaves its run, or gets its own payment, and nothing else.', wrong USING ERRCODE = '23FC6';
END IF;
RETURN NULL;
"""

SENT_ONCE = """
SELECT * INTO run FROM funds_paymentrun WHERE id = NEW.run_id FOR UPDATE;
IF (NEW.taken_at = now() AND NEW.sha256 = run.file_sha256
  AND NEW.copy = (SELECT count(*) FROM funds_rundownload WHERE run_id = NEW.run_id)
  AND CASE WHEN NEW.copy = 0 THEN run.state = 'released' AND NEW.taken_by_id IS NOT NULL
    ELSE run.state IN ('sent', 'partly', 'answered') END) IS NOT TRUE THEN
  RAISE EXCEPTION 'The file of run % is sent once; what follows are copies of it.', run.number USING ERRCODE = '23FC7';
END IF;
RETURN NEW;
"""

ANSWERS_WHAT_WAS_SENT = """
SELECT * INTO run FROM funds_paymentrun WHERE id = NEW.run_id FOR UPDATE;
IF (NEW.taken_at = now() AND run.state IN ('sent', 'partly', 'answered')) IS NOT TRUE THEN
  RAISE EXCEPTION 'The bank answers to a run that was sent to it.' USING ERRCODE = '23FC8';
END IF;
RETURN NEW;
"""

# A rejected payment has failed by then; and the bank does not say both of one payment.
STATUS_OF_ITS_RUN = f"""
{AS_USUAL}
SELECT l.end_to_end INTO wrong FROM fresh n LEFT JOIN funds_statusfile f ON f.id = n.file_id
  LEFT JOIN funds_runline l ON l.id = n.run_line_id LEFT JOIN funds_instrument i ON i.id = l.instrument_id
  WHERE (l.run_id = f.run_id AND l.state = 'issued'
    AND (n.status NOT IN ({listed(REJECTED)}) OR i.state NOT IN ('issued', 'cleared'))
    AND NOT (n.status IN ({listed(SETTLED)}) AND EXISTS (SELECT FROM funds_linestatus s
      WHERE s.run_line_id = n.run_line_id AND s.status IN ({listed(REJECTED)})))) IS NOT TRUE LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'The status of payment % is not one of its run, or cannot follow.', wrong USING ERRCODE = '23FC8';
END IF;
RETURN NULL;
"""
