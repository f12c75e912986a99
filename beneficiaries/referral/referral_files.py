"""Reads a file of referrals, CSV or XLSX, strictly: rows of texts under known columns, or what to change. No database."""

from beneficiaries.referral.referral_values import COLUMNS, NEEDED
from beneficiaries.tables.table_rows import Row, Shape, rows_of

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "read"]
MOST_BYTES = 1_500_000
MOST_ROWS = 2_000


def read(content: bytes) -> list[Row]:
    """The rows of the file; empty ones are left out. Raises: BadInput naming `file` for one that cannot be read as a whole."""
    columns = {name: (urdu,) for name, urdu in COLUMNS.items()}
    return list(rows_of(content, Shape(columns, NEEDED, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)))
