"""Interleaved bursts: each peer in a process of its own, in short turns, so that a slow minute slows all alike.

This module and the peers' share a protocol of lines: the parent sends one line of JSON, the peer gets ready and says so;
then each line is a number of seconds to work, and is answered by the acts per second that were reached.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS = 14, 0.4
WARM_UP = 30
Act = Callable[[], object]


def serve(prepare: Callable[[dict[str, Any]], Act]) -> None:
    """The peer's side: `prepare` makes ready from what the parent sent and returns the act to be repeated."""
    act = prepare(json.loads(sys.stdin.readline()))
    for _ in range(WARM_UP):
        act()
    print("ready", flush=True)
    for line in sys.stdin:
        print(burst(act, float(line)), flush=True)


def burst(act: Act, seconds: float) -> float:
    """Acts per second over `seconds`."""
    done, start = 0, time.perf_counter()
    end = start + seconds
    while time.perf_counter() < end:
        act()
        done += 1
    return done / (time.perf_counter() - start)


@dataclass(frozen=True, slots=True)
class Peer:
    """Who takes part: the module to run, what it is told, and the Python to run it with."""

    name: str
    module: str
    told: Mapping[str, Any]
    python: str = sys.executable


@dataclass(frozen=True, slots=True)
class Duel:
    """Rates of the peers round by round; the first peer is ours."""

    rates: dict[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.rates[name])

    def ratios(self, name: str) -> list[float]:
        """Ours over the named peer's, round by round, sorted."""
        ours = next(iter(self.rates.values()))
        return sorted(our / other for our, other in zip(ours, self.rates[name], strict=True))


class _Worker:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        command = [peer.python, "-m", peer.module]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "_Worker":
        if self.ask(json.dumps(self.peer.told)) != "ready":
            raise RuntimeError(f"{self.peer.name} did not get ready.")
        return self

    def __exit__(self, *caught: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"{self.peer.name} ended before it answered.")
        return answer


def duel(peers: Sequence[Peer], rounds: int = ROUNDS, seconds: float = SECONDS) -> Duel:
    """Lets the peers work in turn, `rounds` times `seconds` each; who begins changes from round to round."""
    rates: dict[str, list[float]] = {peer.name: [] for peer in peers}
    with ExitStack() as stack:
        workers = [stack.enter_context(_Worker(peer)) for peer in peers]
        for number in range(rounds):
            first = number % len(workers)
            for worker in workers[first:] + workers[:first]:
                rates[worker.peer.name].append(float(worker.ask(str(seconds))))
    return Duel(rates)
