"""Signs the originals of vouchers, keeps the signed files, and says how a signature stands. pyHanko is loaded when first needed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from django.conf import settings
from django.contrib.auth.models import User

from beneficiaries.papers import store
from funds.models import ScheduleLine, SignedSchedule, Voucher, VoucherPrint, VoucherSignature
from funds.models.signing import SignedFile
from funds.signing.material import Material
from funds.signing.token import TokenFails
from ledger.errors import NotFound, WrongState

if TYPE_CHECKING:
    from funds.signing.pdf import Finding

KEPT_FINDINGS = 2000


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed PDF and what its record says of it."""

    content: bytes
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a voucher's signature stands: its own, or that of the schedule it is in."""

    row: SignedFile
    finding: "Finding"
    schedule: SignedSchedule | None

    @property
    def good(self) -> bool:
        return self.finding.good


def said_of(voucher: Voucher) -> str:
    """The text that is signed with an original."""
    return f"Payment voucher {voucher.number}, digest {voucher.digest}"


_REASON = re.compile(rb"/Reason \(([^()]{1,400})\)")
_OCTAL = re.compile(rb"\\([0-7]{3})")  # how a file writes what is neither a letter nor a digit
_SAID = re.compile(rb"(?:Payment voucher|Schedule of vouchers) ([A-Z0-9-]{1,32}), digest [0-9a-f]{64}")


def claimed(content: bytes) -> str:
    """The number of the paper that a file says it is, in the words we sign with; '' where it does not. Nothing is parsed."""
    for found in _REASON.finditer(content):
        plain = _OCTAL.sub(lambda code: bytes([int(code[1], 8) & 255]), found[1])
        if said := _SAID.fullmatch(plain):
            return said[1].decode()
    return ""


def sign_original(voucher: Voucher, drawn: bytes) -> Signed | None:
    """The original signed; None where nothing signs here, or a schedule that was signed has the voucher already.

    Raises: WrongState, as `sign`.
    """
    if settings.SIGNING is None or ScheduleLine.objects.filter(voucher=voucher).exists():
        return None
    return sign(drawn, settings.SIGNING, said_of(voucher))


def sign(drawn: bytes, material: Material, reason: str) -> Signed:
    """Raises: WrongState where the certificate has ended, or the token or the time-stamp authority does not answer."""
    from funds.signing import pdf

    if material.certificate.not_valid_after_utc < datetime.now(UTC):
        raise WrongState("The certificate that signs papers has ended. The administrator sets a new one.")
    try:
        content = pdf.sign(drawn, material, reason=reason)
    except pdf.NoTimeStamp as fault:
        raise WrongState("The time-stamp authority does not answer, so nothing was signed. Try again.") from fault
    except TokenFails as fault:
        raise WrongState(
            "The token that holds the signing key does not answer, so nothing was signed. Try again."
        ) from fault
    facts = {
        "drawn_sha256": hashlib.sha256(drawn).hexdigest(),
        "drawn_size": len(drawn),
        "sha256": hashlib.sha256(content).hexdigest(),
        "signer": material.signer[:200],
        "certificate": material.fingerprint,
    }
    return Signed(content, facts)


def keep_original(printing: VoucherPrint, signed: Signed, *, by: User) -> VoucherSignature:
    """The record of a signed original; the file is on the disk when this returns. Part of the caller's transaction."""
    store.keep(signed.content, signed.facts["sha256"])
    return VoucherSignature.objects.create(printing=printing, signed_by=by, **signed.facts)


def signed_original(voucher: Voucher) -> bytes:
    """The signed file as it was handed out. Raises: NotFound where it was not signed, WrongState where it is not as kept."""
    row = VoucherSignature.objects.filter(printing__voucher=voucher).first()
    if row is None:
        raise NotFound(f"The original of {voucher.number} was printed without a signature of its own, or not yet.")
    return content_of(row, f"The signed original of {voucher.number}")


def content_of(row: SignedFile, what: str) -> bytes:
    """The signed file. Raises: WrongState where it is not as kept."""
    try:
        return store.content_of(row.sha256)
    except store.NotAsKept as fault:
        raise WrongState(f"{what}: {fault}. Tell the auditor.", ids=(row.pk,)) from fault


def standing(voucher: Voucher) -> Standing | None:
    """How the voucher's signature stands now; None where it has none."""
    own = VoucherSignature.objects.filter(printing__voucher=voucher, printing__copy=0).first()
    if own is not None:
        return Standing(own, finding(own, said_of(voucher)), None)
    line = ScheduleLine.objects.select_related("schedule__fund").filter(voucher=voucher).first()
    if line is None:
        return None
    return Standing(line.schedule, schedule_finding(line.schedule), line.schedule)


def schedule_finding(schedule: SignedSchedule) -> "Finding":
    """The signature of a schedule, over its lines and their vouchers as they are now."""
    rows = schedule.lines.order_by("position")
    lines = list(rows.values_list("voucher__number", "amount", "digest"))
    same = lines == list(rows.values_list("voucher__number", "voucher__amount", "voucher__digest"))
    return finding(schedule, said_of_schedule(schedule.number, lines) if same else "")


def said_of_schedule(number: str, lines: Sequence[tuple[str, Any, str]]) -> str:
    """The text that is signed with a schedule."""
    return f"Schedule of vouchers {number}, digest {digest_of(lines)}"


def digest_of(lines: Sequence[tuple[str, Any, str]]) -> str:
    """SHA-256 over number, amount in rupees and digest of each voucher, a line each."""
    text = "".join(f"{number} {amount:.2f} {digest}\n" for number, amount, digest in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def finding(row: SignedFile, reason: str) -> "Finding":
    """Whether the signed file is there as it was handed out, and its signature holds over what its record says.

    The file is hashed each time; what its signature says is found once for each file.
    """
    from funds.signing.pdf import Finding

    try:
        content = store.content_of(row.sha256)
    except store.NotAsKept as fault:
        return Finding(row.signer, row.certificate, "", False, str(fault))
    found = _found(row.sha256, row.signed_at, settings.SIGNING_ROOTS)
    faults = {
        found.fault: not found.good,
        "its signature is of another certificate than was recorded": found.fingerprint != row.certificate,
        "it was signed as another paper than its record says": found.reason != reason,
        "it does not begin with what was drawn": (
            hashlib.sha256(content[: row.drawn_size]).hexdigest() != row.drawn_sha256
        ),
    }
    first = next((text for text, wrong in faults.items() if wrong), "")
    return Finding(found.signer or row.signer, row.certificate, found.reason, found.stamped, first)


@lru_cache(maxsize=KEPT_FINDINGS)
def _found(sha256: str, at: datetime, roots: tuple[x509.Certificate, ...]) -> "Finding":
    from funds.signing import pdf

    return pdf.check(store.content_of(sha256), roots, at=at)
