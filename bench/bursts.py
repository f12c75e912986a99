"""Interleaved bursts: each peer in a process of its own, in short turns, so that a slow minute slows all alike.

A peer may also be a group of processes that work at the same time. The peer's side of the talk is bench/serving.py.
"""

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.serving import Turn

ROOT = Path(__file__).resolve().parent.parent
WARM_UP = 30


@dataclass(frozen=True, slots=True)
class Peer:
    """Who takes part: the module to run, what it is told, and the Python to run it with.

    One act counts as `weight` entries; a group of `processes` is measured by the sum of their rates.
    """

    name: str
    module: str
    told: Mapping[str, Any]
    python: str = sys.executable
    processes: int = 1
    weight: int = 1
    warm_up: int = WARM_UP


@dataclass(frozen=True, slots=True)
class Duel:
    """Rates of the peers round by round, and how many of their acts failed, with the words of the first failure."""

    rates: dict[str, list[float]]
    errors: dict[str, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def median(self, name: str) -> float:
        return statistics.median(self.rates[name])

    def ratios(self, ours: str, other: str) -> list[float]:
        """Rate of `ours` over that of the other, round by round, sorted."""
        pairs = zip(self.rates[ours], self.rates[other], strict=True)
        return sorted(our / their if their else math.inf for our, their in pairs)


class _Worker:
    def __init__(self, peer: Peer, number: int) -> None:
        self.name = peer.name
        # In a session of its own, so that Ctrl-C reaches the parent alone, which then ends its workers and tidies up.
        self.process = subprocess.Popen(
            [peer.python, "-m", peer.module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.say(json.dumps({**peer.told, "warm_up": peer.warm_up, "number": number, "processes": peer.processes}))

    def say(self, line: str) -> None:
        assert self.process.stdin
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise RuntimeError(f"{self.name} ended too early.") from error

    def hear(self) -> str:
        assert self.process.stdout
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"{self.name} ended before it answered.")
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class _Group:
    """The processes of one peer."""

    def __init__(self, peer: Peer, stack: ExitStack) -> None:
        self.peer = peer
        self.workers = []
        for number in range(peer.processes):
            worker = _Worker(peer, number)
            stack.callback(worker.end)
            self.workers.append(worker)

    def wait(self) -> None:
        if any(worker.hear() != "ready" for worker in self.workers):
            raise RuntimeError(f"{self.peer.name} did not get ready.")

    def turn(self, seconds: float) -> Turn:
        """All processes work at once; 0 seconds are one act of each."""
        for worker in self.workers:
            worker.say(str(seconds))
        turns = [Turn.read(worker.hear()) for worker in self.workers]
        rate = sum(turn.rate for turn in turns) * self.peer.weight
        return Turn(rate, sum(turn.errors for turn in turns), next((turn.said for turn in turns if turn.said), ""))


def duel(peers: Sequence[Peer], rounds: int, seconds: float) -> Duel:
    """Lets the peers work in turn, `rounds` times `seconds` each (0: one act); who begins changes from round to round."""
    result = Duel({peer.name: [] for peer in peers}, {peer.name: 0 for peer in peers})
    with ExitStack() as stack:
        groups = [_Group(peer, stack) for peer in peers]
        for group in groups:
            group.wait()
        for number in range(rounds):
            first = number % len(groups)
            for group in groups[first:] + groups[:first]:
                turn = group.turn(seconds)
                result.rates[group.peer.name].append(turn.rate)
                result.errors[group.peer.name] += turn.errors
                if turn.said:
                    result.said.setdefault(group.peer.name, turn.said)
    return result


def once(peer: Peer) -> None:
    """One act in a process of its own, for what needs the peer's own Python. Raises: RuntimeError when it fails."""
    result = duel([peer], rounds=1, seconds=0)
    if result.errors[peer.name]:
        raise RuntimeError(f"{peer.name}: {result.said[peer.name]}")
