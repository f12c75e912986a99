"""A bank's status report, ISO 20022 pain.002.001.10, read strictly. Bytes in, data out, no database.

Document types, entities and outside references are refused, and so is a file that is too long or has no end. Of the elements
that the message knows only those are read that say what became of which payment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ledger.errors import BadInput
from ledger.money import AmountError, parse_amount

NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.002.001.10}"
LONGEST = 128 * 1024 * 1024  # bytes, for 100,000 payments with their reasons
TEXT = 200  # letters kept of a reason
STATUSES = {
    "RCVD": "received",
    "ACTC": "checked",
    "ACCP": "accepted",
    "ACSP": "accepted, being settled",
    "ACWC": "accepted with a change",
    "ACWP": "accepted, not yet credited",
    "ACFC": "accepted, money is there",
    "PDNG": "pending",
    "PATC": "partly accepted",
    "PART": "partly accepted",
    "ACSC": "settled",
    "ACCC": "credited to the payee",
    "RJCT": "rejected",
    "CANC": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the report says of one payment. The amount is in rupees, None where it is not repeated."""

    end_to_end: str
    status: str
    reason: str
    amount: Decimal | None


@dataclass(slots=True)
class Totals:
    """Of a group or a payment block: its id, status, and what the bank counted in what it got; None where it does not say."""

    number: str = ""
    status: str = ""
    count: int | None = None
    amount: Decimal | None = None
    reason: str = ""
    by_status: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """One status report: the bank's own message, the message it is about, and the payments it names."""

    message: str = ""
    kind: str = ""
    group: Totals = field(default_factory=Totals)
    blocks: list[Totals] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


def read(stream: IO[bytes]) -> Report:
    """Raises: BadInput with `file`."""
    report = Report()
    try:
        for path, element in _elements(stream):
            if take := _TAKERS.get(path):
                take(report, element)
                element.clear()
    except DefusedXmlException:
        raise _bad(
            "The file declares a document type or an entity. A bank's report has none; nothing was read."
        ) from None
    except ParseError as error:
        raise _bad(f"The file is no whole XML: {error}.") from None
    except AmountError as error:
        raise _bad(f"An amount cannot be read: {error}") from None
    if not report.message or not report.group.number:
        raise _bad("The file is not a pain.002.001.10: message id or the id of the original message is missing.")
    return report


def _bad(detail: str) -> BadInput:
    return BadInput(detail, fields={"file": detail})


class _Bounded:
    """Gives the parser at most LONGEST bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.left = stream, LONGEST

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(size, 64 * 1024) if size > 0 else 64 * 1024)
        self.left -= len(data)
        if self.left < 0:
            raise _bad(f"The file is longer than {LONGEST // 1024 // 1024} MB.")
        return data


def _elements(stream: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """Each element of the namespace at its end, with the path to it below the document."""
    path: list[str] = []
    for event, element in iterparse(_Bounded(stream), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(element.tag.removeprefix(NAMESPACE))
            if len(path) == 1 and element.tag != f"{NAMESPACE}Document":
                raise _bad(f"The file begins with {element.tag!r}, not with a pain.002.001.10.")
            if len(path) > 40:
                raise _bad("The file is nested more deeply than any report.")
        else:
            yield "/".join(path[2:]), element
            path.pop()


def _text(element: Element, *path: str) -> str:
    found = element.find("/".join(f"{NAMESPACE}{name}" for name in path))
    return (found.text or "").strip()[:TEXT] if found is not None else ""


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise _bad(f"{text!r} is no number of payments.")
    return int(text)


def _status(text: str) -> str:
    if text and text not in STATUSES:
        raise _bad(f"{text!r} is no status of a payment that we know.")
    return text


def _reason(element: Element) -> str:
    """'AC04 Closed account; …': codes and words of the bank as they are given, in one line."""
    told = []
    for row in element.findall(f"{NAMESPACE}StsRsnInf"):
        words = [_text(row, "Rsn", "Cd") or _text(row, "Rsn", "Prtry")]
        words += [(part.text or "").strip() for part in row.findall(f"{NAMESPACE}AddtlInf")]
        told.append(" ".join(" ".join(words).split()))
    return "; ".join(part for part in told if part)[:TEXT]


def _take_message(report: Report, element: Element) -> None:
    report.message = _text(element, "MsgId")[:35]


def _totals(element: Element, number: str, status: str) -> Totals:
    amount = _text(element, "OrgnlCtrlSum")
    rows = element.findall(f"{NAMESPACE}NbOfTxsPerSts")
    return Totals(
        number=_text(element, number),
        status=_status(_text(element, status)),
        count=_whole(_text(element, "OrgnlNbOfTxs")),
        amount=parse_amount(amount) if amount else None,
        reason=_reason(element),
        by_status={_text(row, "DtldSts"): _whole(_text(row, "DtldNbOfTxs")) or 0 for row in rows},
    )


def _take_group(report: Report, element: Element) -> None:
    report.group = _totals(element, "OrgnlMsgId", "GrpSts")
    report.kind = _text(element, "OrgnlMsgNmId")


def _take_block(report: Report, element: Element) -> None:
    report.blocks.append(_totals(element, "OrgnlPmtInfId", "PmtInfSts"))


def _take_payment(report: Report, element: Element) -> None:
    amount = _text(element, "OrgnlTxRef", "Amt", "InstdAmt")
    report.told.append(
        Told(
            end_to_end=_text(element, "OrgnlEndToEndId"),
            status=_status(_text(element, "TxSts")),
            reason=_reason(element),
            amount=parse_amount(amount) if amount else None,
        )
    )


_TAKERS: dict[str, Callable[[Report, Element], None]] = {
    "GrpHdr": _take_message,
    "OrgnlGrpInfAndSts": _take_group,
    "OrgnlPmtInfAndSts": _take_block,
    "OrgnlPmtInfAndSts/TxInfAndSts": _take_payment,
}
