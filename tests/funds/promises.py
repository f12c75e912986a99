"""The list of what is refused by SQL: a name, a SQLSTATE, and a function that gives a lawful and an unlawful statement."""

from collections.abc import Callable

from tests.funds.by_sql import Statement
from tests.world import World

Case = Callable[[World], tuple[Statement, Statement]]
Promises = dict[str, tuple[str, Case]]


def on(promises: Promises, what: str, state: str) -> Callable[[Case], Case]:
    """Puts the function under this name on the list."""

    def kept(case: Case) -> Case:
        assert what not in promises, what
        promises[what] = (state, case)
        return case

    return kept
