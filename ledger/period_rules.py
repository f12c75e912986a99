"""Rules of fiscal years and months, as PL/pgSQL bodies: they open in order, close in order, and reopen by two people.

23L09 what is fixed is never changed     23L13 out of order, too early, or without the consent a reopening needs
"""

from ledger.rules import GATE

ORDER, FIXED = "23L13", "23L09"
GATE_DECLARE = [("held", "text")]

# Closing and reopening wait until every posting under way has ended, and hold up those that come.
_GATE = f"held := pg_advisory_xact_lock({GATE});"
# The database's own clock, in the zone of all dates.
_TODAY = "(now() AT TIME ZONE 'Asia/Karachi')::date"
_AGREED = "r.outcome = 'agreed' AND r.decided_at = now()"
_STATE_STAYS = "(OLD.closed_at IS NULL) = (NEW.closed_at IS NULL)"
_OF_BOOK = "p.book_id = NEW.book_id"
_YEAR_OF_BOOK = "FROM ledger_fiscalyear y WHERE y.book_id = NEW.book_id"


def _refuse(condition: str, text: str, state: str = ORDER) -> str:
    return f"""IF {condition} THEN
    RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = format('%s %s: %s', TG_TABLE_NAME, NEW.id, '{text}'),
        DETAIL = json_build_object('rule', '{text}', 'table', TG_TABLE_NAME, 'id', NEW.id)::text;
END IF;"""


def _body(*steps: str) -> str:
    return "\n".join([*steps, "RETURN NEW;"])


def _either(condition: str, yes: list[str], no: list[str]) -> str:
    return "\n".join([f"IF {condition} THEN", *yes, "ELSE", *no, "END IF;"])


PERIOD_STARTS_OPEN = _body(
    _refuse(
        "NOT EXISTS (SELECT FROM ledger_fiscalyear y WHERE y.id = NEW.year_id AND y.book_id = NEW.book_id"
        ' AND NEW.start >= y.start AND NEW."end" <= y."end" AND (NEW.start < NEW."end" OR NEW."end" = y."end"))',
        "a period lies in a fiscal year of its own book",
        FIXED,
    ),
    _refuse("NEW.closed_at IS NOT NULL", "a period starts open"),
    _refuse(
        f"EXISTS (SELECT FROM ledger_period p WHERE {_OF_BOOK} AND p.start > NEW.start AND p.closed_at IS NOT NULL)",
        "a later period of the book is closed",
    ),
)

PERIOD_CLOSES_IN_ORDER = _body(
    _GATE,
    _either(
        "NEW.closed_at IS NOT NULL",
        [
            _refuse(_STATE_STAYS, "a closed period stays as it was closed", FIXED),
            _refuse(
                f"EXISTS (SELECT FROM ledger_period p WHERE {_OF_BOOK} AND p.start < NEW.start AND p.closed_at IS NULL)",
                "periods close in order: an earlier one is open",
            ),
            _refuse(
                f'EXISTS (SELECT {_YEAR_OF_BOOK} AND y."end" < NEW.start AND y.closed_at IS NULL)',
                "the year before is open",
            ),
            _refuse(f'NEW."end" >= {_TODAY}', "the period has not ended"),
        ],
        [
            _refuse(
                f"EXISTS (SELECT FROM ledger_period p WHERE {_OF_BOOK} AND p.start > NEW.start"
                " AND p.closed_at IS NOT NULL)",
                "periods reopen in order, the last one first",
            ),
            _refuse(
                "EXISTS (SELECT FROM ledger_fiscalyear y WHERE y.id = NEW.year_id AND y.closed_at IS NOT NULL)",
                "its year is closed",
            ),
            _refuse(
                "NOT EXISTS (SELECT FROM ledger_reopening r WHERE"
                f" (r.period_id = NEW.id OR r.year_id = NEW.year_id) AND {_AGREED})",
                "reopening needs a second person who agrees to it now",
            ),
        ],
    ),
)

YEARS_FOLLOW = _body(
    _refuse("NEW.closed_at IS NOT NULL", "a year starts open"),
    _refuse(
        f'EXISTS (SELECT {_YEAR_OF_BOOK}) AND NOT EXISTS (SELECT {_YEAR_OF_BOOK} AND y."end" + 1 = NEW.start)',
        "years open in order, without a gap",
    ),
)

YEAR_CLOSES_IN_ORDER = _body(
    _GATE,
    _either(
        "NEW.closed_at IS NOT NULL",
        [
            _refuse(_STATE_STAYS, "a closed year stays as it was closed", FIXED),
            _refuse(
                f"EXISTS (SELECT {_YEAR_OF_BOOK} AND y.start < NEW.start AND y.closed_at IS NULL)",
                "years close in order: an earlier one is open",
            ),
            _refuse(
                "EXISTS (SELECT FROM ledger_period p WHERE p.year_id = NEW.id AND p.closed_at IS NULL)"
                ' OR NOT EXISTS (SELECT FROM ledger_period p WHERE p.year_id = NEW.id AND p.start = p."end")',
                "a year closes after all its periods, the closing one included",
            ),
        ],
        [
            _refuse(
                f"EXISTS (SELECT {_YEAR_OF_BOOK} AND y.start > NEW.start AND y.closed_at IS NOT NULL)",
                "years reopen in order, the last one first",
            ),
            _refuse(
                f"NOT EXISTS (SELECT FROM ledger_reopening r WHERE r.year_id = NEW.id AND {_AGREED})",
                "reopening needs a second person who agrees to it now",
            ),
        ],
    ),
)

REOPENING_IS_DECIDED_ONCE = _body(
    _either(
        "TG_OP = 'INSERT'",
        [_refuse("NEW.outcome <> 'waiting'", "a reopening is asked for before it is decided")],
        [
            _refuse("OLD.outcome <> 'waiting'", "a decided reopening stays as it is", FIXED),
            _refuse(
                "(NEW.id, NEW.period_id, NEW.year_id, NEW.reason, NEW.asked_by_id, NEW.asked_at) IS DISTINCT FROM"
                " (OLD.id, OLD.period_id, OLD.year_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)",
                "what was asked stays as it was asked",
                FIXED,
            ),
            _refuse("NEW.outcome <> 'waiting' AND NEW.decided_at <> now()", "a decision is dated when it is made"),
        ],
    )
)
