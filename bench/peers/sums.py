"""One SQL sum over the lines of our own tables, through psycopg2: what a balance costs without stored totals."""

from typing import Any

from bench.database import Login, connect
from bench.serving import Act, serve

_NET = "sum(CASE side WHEN 'D' THEN amount ELSE -amount END)"
QUESTIONS = {
    "trial": f"SELECT account_id, {_NET} FROM ledger_journalline GROUP BY account_id",
    "balance": f"SELECT {_NET} FROM ledger_journalline WHERE account_id = (SELECT a.id FROM ledger_account a"
    " JOIN ledger_book b ON b.id = a.book_id WHERE a.code = 'H-FUND' AND b.code = %(book)s)",
}


def prepare(told: dict[str, Any]) -> Act:
    raw = connect(Login(**told["login"]))

    def act() -> list[Any]:
        with raw.cursor() as cursor:
            cursor.execute(QUESTIONS[told["act"]], {"book": told["book"]})
            found: list[Any] = cursor.fetchall()
            return found

    return act


if __name__ == "__main__":
    serve(prepare)
