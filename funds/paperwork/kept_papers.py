"""A voucher's frozen paper as the database keeps it: in the clear, but for the payees' CNICs and a salt.

The digest is over the clear paper, so that sealing does not change it. The salt, sealed too, keeps anybody who holds a copy
of the database from finding a CNIC by trying all of them against the digest.
"""

import hashlib
import json
from typing import Any

from beneficiaries.identity import masked_cnic, spaced_cnic
from beneficiaries.private.vault import is_sealed, keyring

Paper = dict[str, Any]
CNIC, SALT = "cnic", "salt"
LISTED = "listed"  # stands for the rows of many payees: their number, who was a minor, the digest of the content


def sealed(paper: Paper) -> Paper:
    """As it is stored. A payee without a CNIC has a kind of institution in its place, which is no secret."""
    ring = keyring()
    rows = [row | {CNIC: _sealed_cnic(row[CNIC])} for row in paper["rows"]]
    salt = {SALT: ring.seal(SALT, paper[SALT])} if SALT in paper else {}
    return paper | {"rows": rows} | salt


def _sealed_cnic(shown: str) -> str:
    digits = shown.replace("-", "")
    return keyring().seal(CNIC, digits) if digits.isascii() and digits.isdigit() else shown


def opened(stored: Paper) -> Paper:
    """The paper with its CNICs as they are printed. Raises: VaultError."""
    ring = keyring()
    rows = [
        row | {CNIC: spaced_cnic(ring.open(CNIC, row[CNIC]))} if is_sealed(row[CNIC]) else row for row in stored["rows"]
    ]
    salt = {SALT: ring.open(SALT, stored[SALT])} if SALT in stored else {}
    return stored | {"rows": rows} | salt


def masked(paper: Paper) -> Paper:
    """An opened paper with the first five digits and the last one of each CNIC."""
    rows = [row | {CNIC: _masked_cnic(row[CNIC])} for row in paper["rows"]]
    return paper | {"rows": rows}


def _masked_cnic(shown: str) -> str:
    digits = shown.replace("-", "")
    return masked_cnic(digits) if digits.isascii() and digits.isdigit() else shown


def drawn_from(paper: Paper) -> Paper:
    """What the drawing takes of an opened paper."""
    return {name: value for name, value in paper.items() if name not in (SALT, LISTED)}


def digest(paper: Paper) -> str:
    """SHA-256 over every word and figure of an opened paper but the digest itself."""
    plain = json.dumps(paper | {"digest": ""}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
