"""The peer's side of a duel. Runs in the rivals' Pythons too, so it needs nothing but the standard library.

A talk of lines: the parent sends one line of JSON, the peer gets ready and says so; then each line is a number of
seconds to work (0: one act), answered by the acts per second that were reached and the acts that failed.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Act = Callable[[], object]
Failures = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn reached: acts per second that succeeded, how many failed, and the first failure's words."""

    rate: float
    errors: int = 0
    said: str = ""

    @classmethod
    def read(cls, line: str) -> "Turn":
        return cls(**json.loads(line))


def serve(prepare: Callable[[dict[str, Any]], Act], failures: Failures = ()) -> None:
    """`prepare` makes ready from what the parent sent and returns the act to be repeated.

    `failures` are what an act may raise under concurrency: counted, not hidden. Anything else ends the peer.
    """
    told = json.loads(sys.stdin.readline())
    act = prepare(told)
    for _ in range(told["warm_up"]):
        burst(act, 0, failures)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(asdict(burst(act, float(line), failures))), flush=True)


def burst(act: Act, seconds: float, failures: Failures = ()) -> Turn:
    """Acts for `seconds`, at least once."""
    done, errors, said = 0, 0, ""
    start = now = time.perf_counter()
    end = start + seconds
    while now < end or not done + errors:
        try:
            act()
            done += 1
        except failures as error:
            errors += 1
            said = said or f"{type(error).__name__}: {error}".splitlines()[0][:200]
        now = time.perf_counter()
    return Turn(done / (now - start), errors, said)
