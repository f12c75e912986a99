"""A rival in a duel: pages that ReportLab lays out, each into a file of its own."""

import itertools
from pathlib import Path
from typing import Any

from bench.papers import laid_out, register, sample
from bench.serving import Act, serve


def prepare(told: dict[str, Any]) -> Act:
    register()
    folder, numbers = Path(told["folder"]), itertools.count(1)

    def act() -> None:
        number = next(numbers)
        laid_out(folder / f"laid-out-{number}.pdf", sample(number))

    return act


if __name__ == "__main__":
    serve(prepare)
