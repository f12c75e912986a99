"""The promises I1 to I12, each with the check that proves or breaks it; verify.py runs them."""

from audit.checks.base import Check, Found
from audit.checks.i01_balance import balance
from audit.checks.i02_vouchers import vouchers
from audit.checks.i03_numbers import numbers
from audit.checks.i04_permanence import permanence
from audit.checks.i06_floors import floors
from audit.checks.i07_approvals import approvals
from audit.checks.i08_periods import periods
from audit.checks.i09_keys import keys
from audit.checks.i10_amounts import amounts
from audit.checks.i11_offices import offices
from audit.checks.i12_statements import published

__all__ = ["CHECKS", "OF_ONE_REQUEST", "Check", "Found"]

CHECKS = (
    Check("I1", "Debits equal credits in every entry and book", balance),
    Check("I2", "Every voucher exists once, with its amount, payees and approvals", vouchers),
    Check("I3", "Numbers have no gaps and are never used twice", numbers),
    Check("I4", "Nothing posted changes or vanishes", permanence),
    Check(
        "I5",
        "The tamper-evident log agrees with every record and every head kept outside",
        reason="This installation has no tamper-evident log yet, so there is nothing to compare.",
    ),
    Check("I6", "No fund and no budget ever went below its limit", floors),
    Check("I7", "Every payment was approved by distinct people, over what was paid", approvals),
    Check("I8", "No entry was recorded in a closed month", periods),
    Check("I9", "A repeated request has the effect of one", keys),
    Check("I10", "Every amount is finite, positive, in whole paisa and in rupees", amounts),
    Check("I11", "Every record lies in the office it belongs to", offices),
    Check("I12", "Statements of ended years are the same every time, and agree with the lines", published),
)
# Those that can be asked about one request alone, as its trail does.
OF_ONE_REQUEST = tuple(check for check in CHECKS if check.id in ("I2", "I7"))
