"""A run as ISO 20022 pain.001.001.09, one payment block, written payment by payment. Data in, bytes out, no database."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from funds.runs.content import Message, Transfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
MEDIA_TYPE = "application/xml"


class Node(NamedTuple):
    """An element with its texts, further elements and attributes."""

    name: str
    inside: tuple[Any, ...]
    attributes: dict[str, str]


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
            _put(xml, _header(message))
            with xml.element(_tag("PmtInf")):
                for node in _block(message):
                    _put(xml, node)
                for transfer in transfers:
                    _put(xml, _payment(transfer, message.banks))
                    xml.flush()
                    yield out.taken()
    yield out.taken()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _put(xml: Any, node: Node) -> None:
    """Writes an element and what is in it."""
    with xml.element(_tag(node.name), node.attributes):
        for part in node.inside:
            if isinstance(part, str):
                xml.write(part)
            else:
                _put(xml, part)


def _node(name: str, *inside: str | Node, **attributes: str) -> Node:
    return Node(name, inside, attributes)


def _header(message: Message) -> Node:
    return _node(
        "GrpHdr",
        _node("MsgId", message.number),
        _node("CreDtTm", message.made_at.isoformat(timespec="seconds")),
        _node("NbOfTxs", str(message.count)),
        _node("CtrlSum", f"{message.amount:.2f}"),
        _node("InitgPty", _node("Nm", message.debtor)),
    )


def _block(message: Message) -> list[Node]:
    return [
        _node("PmtInfId", message.number),
        _node("PmtMtd", "TRF"),
        _node("NbOfTxs", str(message.count)),
        _node("CtrlSum", f"{message.amount:.2f}"),
        _node("ReqdExctnDt", _node("Dt", message.execution_on.isoformat())),
        _node("Dbtr", _node("Nm", message.debtor)),
        _account("DbtrAcct", message.account),
        _agent("DbtrAgt", message.account, message.banks),
    ]


def _payment(transfer: Transfer, banks: dict[str, str]) -> Node:
    number = transfer.end_to_end
    return _node(
        "CdtTrfTxInf",
        _node("PmtId", _node("InstrId", number), _node("EndToEndId", number)),
        _node("Amt", _node("InstdAmt", f"{transfer.amount:.2f}", Ccy="PKR")),
        _agent("CdtrAgt", transfer.iban, banks),
        _node("Cdtr", _node("Nm", transfer.name)),
        _account("CdtrAcct", transfer.iban),
        _node("RmtInf", _node("Ustrd", transfer.reference)),
    )


def _account(name: str, iban: str) -> Node:
    return _node(name, _node("Id", _node("IBAN", iban)))


def _agent(name: str, iban: str, banks: dict[str, str]) -> Node:
    """The bank of an account: its BIC where it is known, and always its letters in the IBAN."""
    letters = iban[4:8]
    known = [_node("BICFI", banks[letters])] if letters in banks else []
    return _node(name, _node("FinInstnId", *known, _node("Othr", _node("Id", letters))))
