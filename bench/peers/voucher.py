"""Ours in a duel: vouchers drawn by draw_voucher, each another one, each into a file of its own."""

import itertools
from pathlib import Path
from typing import Any

from bench.papers import sample
from bench.serving import Act, serve
from funds.papers.voucher import draw_voucher


def prepare(told: dict[str, Any]) -> Act:
    folder, numbers = Path(told["folder"]), itertools.count(1)

    def act() -> None:
        number = next(numbers)
        (folder / f"voucher-{number}.pdf").write_bytes(draw_voucher(sample(number)))

    return act


if __name__ == "__main__":
    serve(prepare)
