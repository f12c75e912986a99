"""What apps above let rest on papers and people: told before one of them changes, and after.

An app adds its watch when it is ready (its apps.py), so that this one need not know it. A watch is a context manager: it takes
its locks on the way in, before ours, and looks at what became of them on the way out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from django.contrib.auth.models import User

Watch = Callable[..., AbstractContextManager[None]]
_watches: list[Watch] = []


def add(watch: Watch) -> None:
    """Entered around every change from now on with `by`, `reason`, `cases` and `people` (keys)."""
    if watch not in _watches:
        _watches.append(watch)


@contextmanager
def changing(*, by: User, reason: str, cases: Sequence[int] = (), people: Sequence[int] = ()) -> Iterator[None]:
    """Around a change of a case's papers or of a person's particulars, inside its transaction and before its locks."""
    with ExitStack() as stack:
        for watch in _watches:
            stack.enter_context(watch(by=by, reason=reason, cases=cases, people=people))
        yield
