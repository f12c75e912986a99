"""What our accounts are called in plain-text accounting: "Assets:F-BNK". Pure but for the model's types."""

import re
from collections.abc import Iterable

from ledger.models import Account, Element

# Budget accounts stand outside the five kinds. They only ever balance among themselves, so below Equity they add nothing.
ROOTS = {
    Element.ASSET: "Assets",
    Element.LIABILITY: "Liabilities",
    Element.EQUITY: "Equity",
    Element.RECEIPT: "Income",
    Element.EXPENDITURE: "Expenses",
    Element.MEMO: "Equity:Budget",
}
_COMPONENT = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")
_CODED = "Code-"


def account_names(accounts: Iterable[Account]) -> dict[int, str]:
    """The name of each account by its key; two accounts never share one."""
    return {account.pk: f"{ROOTS[Element(account.element)]}:{_component(account.code)}" for account in accounts}


def _component(code: str) -> str:
    """The code itself where both programs take it, else its bytes."""
    if _COMPONENT.fullmatch(code) and not code.startswith(_CODED):
        return code
    return _CODED + code.encode().hex()
