"""Ours in a duel of reading: from the stored totals, as the pages do."""

from typing import Any

from bench.serving import Act, serve
from bench.site import connect


def prepare(told: dict[str, Any]) -> Act:
    connect(told["login"])
    from bench.ours import FUND
    from ledger.balances import balance, trial_balance

    acts: dict[str, Act] = {
        "balance": lambda: balance(told["book"], FUND),
        "trial": lambda: trial_balance(told["book"]),
    }
    return acts[told["act"]]


if __name__ == "__main__":
    serve(prepare)
