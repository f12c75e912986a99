"""The file of a released run: made anew from what was kept, in parts, and compared with the digest of its release."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from funds.models import PaymentRun
from funds.runs import bank_csv, content, pain001
from ledger.errors import WrongState

IN_MEMORY = 4 * 1024 * 1024  # bytes; a longer file waits on the disk


def parts(run: PaymentRun) -> Iterator[bytes]:
    """The bytes of the file, in the run's format. It reads lines as it goes, so call it inside a transaction."""
    message, transfers = content.message(run), content.transfers(run)
    if run.format == PaymentRun.Format.CSV:
        return bank_csv.parts(message, transfers, run.terms["layout"])
    return pain001.parts(message, transfers)


def sha256(data: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in data:
        found.update(part)
    return found.hexdigest()


def made_again(run: PaymentRun) -> IO[bytes]:
    """The whole file, at its beginning. Raises: WrongState where it is not the one that was released."""
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # whoever answers with it closes it
    found = hashlib.sha256()
    for part in parts(run):
        found.update(part)
        stream.write(part)
    if found.hexdigest() != run.file_sha256:
        stream.close()
        detail = (
            f"The file of {run.number} cannot be made as it was released. Nothing was handed out; tell the auditor."
        )
        raise WrongState(detail, ids=(run.pk,), code="file_differs")
    stream.seek(0)
    return stream  # type: ignore[return-value]


def name_of(run: PaymentRun, copy: int) -> str:
    """'HRRF-2025-26-PR-00001.xml'; a later handing out says COPY and which."""
    mark = f"-COPY-{copy}" if copy else ""
    return f"{run.number}{mark}.{'csv' if run.format == PaymentRun.Format.CSV else 'xml'}"


def media_type(run: PaymentRun) -> str:
    return bank_csv.MEDIA_TYPE if run.format == PaymentRun.Format.CSV else pain001.MEDIA_TYPE
