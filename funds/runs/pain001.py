"""A run as ISO 20022 pain.001.001.09, one payment block, written payment by payment. Data in, bytes out, no database."""

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from funds.runs.content import Message, Transfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MEDIA_TYPE = "application/xml"
NAME = 70  # letters that banks take of a name, of the 140 of the schema


class _Parts:
    """Where lxml writes; gives up what it holds each time it is asked."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.held.append(data)
        return len(data)

    def taken(self) -> bytes:
        data = b"".join(self.held)
        self.held.clear()
        return data


def parts(message: Message, transfers: Iterable[Transfer]) -> Iterator[bytes]:
    """The file, some payments at a time; the same values give the same bytes."""
    out = _Parts()
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with (
            xml.element(_tag("Document"), nsmap={None: NAMESPACE}),
            xml.element(_tag("CstmrCdtTrfInitn")),
        ):
            xml.write(_header(message))
            with xml.element(_tag("PmtInf")):
                for element in _block(message):
                    xml.write(element)
                for transfer in transfers:
                    xml.write(_payment(transfer, message.banks))
                    xml.flush()
                    yield out.taken()
    yield out.taken()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _element(name: str, *inside: Any, **attributes: str) -> Any:
    """An element with a text, or with other elements."""
    made = etree.Element(_tag(name), attributes, nsmap={None: NAMESPACE})
    for part in inside:
        if isinstance(part, str):
            made.text = part
        else:
            made.append(part)
    return made


def _header(message: Message) -> Any:
    return _element(
        "GrpHdr",
        _element("MsgId", message.number),
        _element("CreDtTm", message.made_at.isoformat(timespec="seconds")),
        _element("NbOfTxs", str(message.count)),
        _element("CtrlSum", f"{message.amount:.2f}"),
        _element("InitgPty", _element("Nm", message.debtor)),
    )


def _block(message: Message) -> list[Any]:
    return [
        _element("PmtInfId", message.number),
        _element("PmtMtd", "TRF"),
        _element("NbOfTxs", str(message.count)),
        _element("CtrlSum", f"{message.amount:.2f}"),
        _element("ReqdExctnDt", _element("Dt", message.execution_on.isoformat())),
        _element("Dbtr", _element("Nm", message.debtor)),
        _account("DbtrAcct", message.account),
        _agent("DbtrAgt", message.account, message.banks),
    ]


def _payment(transfer: Transfer, banks: dict[str, str]) -> Any:
    return _element(
        "CdtTrfTxInf",
        _element("PmtId", _element("InstrId", transfer.end_to_end), _element("EndToEndId", transfer.end_to_end)),
        _element("Amt", _element("InstdAmt", f"{transfer.amount:.2f}", Ccy="PKR")),
        _agent("CdtrAgt", transfer.iban, banks),
        _element("Cdtr", _element("Nm", transfer.name)),
        _account("CdtrAcct", transfer.iban),
        _element("RmtInf", _element("Ustrd", transfer.reference)),
    )


def _account(name: str, iban: str) -> Any:
    return _element(name, _element("Id", _element("IBAN", iban)))


def _agent(name: str, iban: str, banks: dict[str, str]) -> Any:
    """The bank of an account: its BIC where it is known, and always its letters in the IBAN."""
    letters = iban[4:8]
    known = [_element("BICFI", banks[letters])] if letters in banks else []
    return _element(name, _element("FinInstnId", *known, _element("Othr", _element("Id", letters))))
