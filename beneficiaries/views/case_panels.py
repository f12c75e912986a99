"""Panels that apps above this one add to the page of a case: each gives the HTML of its box, or nothing.

An app adds its own when it is ready (its apps.py), so that this one need not know it.
"""

from collections.abc import Callable

from django.contrib.auth.models import User

from beneficiaries.models import Case

Panel = Callable[[Case, User], str]
_panels: list[Panel] = []


def add(panel: Panel) -> None:
    """Shown on every case from now on, below the papers, in the order of adding."""
    if panel not in _panels:
        _panels.append(panel)


def drawn(case: Case, *, by: User) -> list[str]:
    """The boxes for this reader."""
    return [text for text in (panel(case, by) for panel in _panels) if text]
