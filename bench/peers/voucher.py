"""Ours in a duel: vouchers drawn by draw_voucher, each another one, each into a file of its own."""

import itertools
from pathlib import Path
from typing import Any

from bench.papers import in_language, sample
from bench.serving import Act, serve
from funds.papers.voucher import draw_voucher


def prepare(told: dict[str, Any]) -> Act:
    folder, numbers, language = Path(told["folder"]), itertools.count(1), told["language"]

    def act() -> None:
        number = next(numbers)
        paper = sample(number) if language == "en" else in_language(number, language)
        (folder / f"voucher-{language}-{number}.pdf").write_bytes(draw_voucher(paper))

    return act


if __name__ == "__main__":
    serve(prepare)
