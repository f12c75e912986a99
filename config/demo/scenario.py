"""One piece of the demonstration: it happens whole, in one transaction, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from config.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Scenario:
    """`play(stage, key)` does it; `key` is kept with the request it drafts, so that it is never done twice.

    `block` and `number` give its invented people numbers of their own.
    """

    key: str
    day: date
    block: int
    number: int
    play: Callable[[Stage, str], None]
