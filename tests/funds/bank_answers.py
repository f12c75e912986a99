"""Transfers ready for a run, runs at each stage, and status reports as a bank writes them."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from funds import bank_files, payment_runs
from funds.models import PayeeLine, PaymentRun, RunLine
from funds.runs.choosing import Wanted
from ledger.clock import today
from ledger.roles import Role
from tests import world
from tests.world import World

IBANS = ("PK66HABB0000000000000002", "PK66MEZN0000000000000003")


def peopled(here: World) -> World:
    """With a second officer of the money, who prepares what the first one releases."""
    here.users["second_ddo"] = world.make_user("second_ddo", here.office, Role.DDO)
    return here


def transfer(here: World, iban: str = IBANS[0]) -> PayeeLine:
    """A vouchered transfer of Rs 20,000."""
    return here.vouchered(here.transfer(iban)).sanction.disbursement.lines.get()


def drafted(here: World, by: str = "second_ddo", **given: Any) -> PaymentRun:
    values = {"wanted": Wanted(here.fund), "execution_on": today() + timedelta(days=1), "by": here[by]}
    return payment_runs.draft(**values | given)


def proposed(here: World) -> PaymentRun:
    return payment_runs.propose(run=drafted(here).pk, by=here["second_ddo"])


def released(here: World) -> PaymentRun:
    return payment_runs.release(run=proposed(here).pk, by=here["ddo"])


def sent(here: World) -> PaymentRun:
    """Of two transfers, unless others stand already."""
    run = released(here)
    bank_files.send(run=run.pk, by=here["ddo"])
    run.refresh_from_db()
    return run


def told(row: RunLine, status: str, reason: str = "", amount: str = "") -> str:
    """One payment of a report."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>Told by the bank</AddtlInf></StsRsnInf>" if reason else ""
    of = f'<OrgnlTxRef><Amt><InstdAmt Ccy="PKR">{amount}</InstdAmt></Amt></OrgnlTxRef>' if amount else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{row.end_to_end}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}{of}</TxInfAndSts>"


def report(
    run: PaymentRun,
    payments: Sequence[str] = (),
    *,
    message: str = "BANK-1",
    status: str = "PART",
    about: str = "",
    counts: str = "",
    count: int | None = None,
    kind: str = "pain.001.001.09",
    before: str = "",
) -> bytes:
    about = about or run.number
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-01-05T10:00:00+05:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{about}</OrgnlMsgId><OrgnlMsgNmId>{kind}</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>{run.count if count is None else count}</OrgnlNbOfTxs><OrgnlCtrlSum>{run.amount}</OrgnlCtrlSum>"
        f"<GrpSts>{status}</GrpSts>{counts}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{about}</OrgnlPmtInfId>{''.join(payments)}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def answered(here: World, run: PaymentRun, data: bytes, by: str = "reconciler") -> PaymentRun:
    return bank_files.take_answer(run=run.pk, stream=io.BytesIO(data), by=here[by])
