"""One comparison that the system made for an officer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: what was found, its evidence, and whether it passed, needs an eye or failed."""

    title: str
    detail: str = ""
    state: str = "passed"
    url: str = ""
