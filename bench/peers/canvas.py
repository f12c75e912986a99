"""A plain ReportLab canvas in a duel: the same texts, embedded font and QR code, each page into a file of its own."""

import itertools
from pathlib import Path
from typing import Any

from bench.papers import path, plain, register, sample, widget
from bench.serving import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    register()
    draw_code = widget if told["code"] == "widget" else path
    folder, numbers = Path(told["folder"]), itertools.count(1)

    def act() -> None:
        number = next(numbers)
        plain(folder / f"plain-{number}.pdf", sample(number), draw_code)

    return act


if __name__ == "__main__":
    serve(prepare)
