"""What a check is, and how it asks the database: set-based questions whose answers are the offenders themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

# A run that finds thousands of offenders has made its point; the answer must still fit into memory and on paper.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """How many records a check compared, and each one that does not hold, by its number, with what is wrong.

    `notes` says what was compared less strictly than usual, and why.
    """

    checked: int
    offenders: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. Without `ask` it cannot be checked yet, and `reason` says why."""

    id: str
    title: str
    ask: Callable[..., Found] | None = None
    reason: str = ""


def ask(question: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of the answer, at most MOST and one more."""
    with connection.cursor() as cursor:
        cursor.execute(question, values or {})
        return cursor.fetchmany(MOST + 1)


def count(question: str, values: Mapping[str, Any] | None = None) -> int:
    """The number that the question asks for."""
    return int(ask(question, values)[0][0])


def offenders(questions: tuple[str, ...], values: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """The first column of every answer: one text for each record that does not hold."""
    return together([[str(row[0]) for row in ask(question, values)] for question in questions])


def together(lists: list[list[str]]) -> tuple[str, ...]:
    """All offenders, shortened where one list has more than anybody reads."""
    found: list[str] = []
    for names in lists:
        found += names[:MOST]
        if len(names) > MOST:
            found.append(f"and more than {MOST} in all of this kind")
    return tuple(found)
