"""A payment run that the bank answered: four transfers, one of them rejected, so that its payable is open again."""

import io
from collections.abc import Callable
from datetime import date, timedelta

from config.demo import recent, relief
from config.demo.course import carry
from config.demo.invent import MONEY
from config.demo.relief import List
from config.demo.scenario import Scenario
from config.demo.stage import Calendar, Stage
from funds import bank_files, payment_runs
from funds.models import PaymentRun, RunLine
from funds.runs.choosing import Wanted
from funds.workflow import State
from ledger.clock import today

FIRST = 700  # of the numbers of its invented people; the block has others
DAYS = 35  # before today, so that the voucher is issued by now
PEOPLE, RUPEES = 4, 85_000
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>{bank}</MsgId><CreDtTm>{day}T10:00:00+05:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{run}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs><OrgnlCtrlSum>{amount:.2f}</OrgnlCtrlSum><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{run}</OrgnlPmtInfId>{payments}</OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>
"""
PAYMENT = "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"
WHY = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed</AddtlInf></StsRsnInf>"


def scenarios(day: date) -> list[Scenario]:
    """One, once in each fiscal year that is old enough for recent work."""
    play: Callable[[Stage, str], None] = _run
    found = recent.scenarios(day)
    label = found[0].key.split(":")[1] if found else ""
    return [Scenario(f"run:{label}", day, MONEY, FIRST, play)] if found else []


def _run(stage: Stage, key: str) -> None:
    drafted = today() - timedelta(days=DAYS)
    wanted = List(drafted, PEOPLE, RUPEES, "Lahore", method="transfer")
    request = carry(stage, relief.draft(stage, wanted, key=key), State.VOUCHERED, Calendar.of(drafted))
    ddo, officer = stage.users["tahir"], stage.users["imran"]
    chosen = Wanted(request.fund, request=request.number)
    run = payment_runs.draft(wanted=chosen, execution_on=today(), by=officer)
    payment_runs.propose(run=run.pk, by=officer)
    run = payment_runs.release(run=run.pk, by=ddo)
    bank_files.send(run=run.pk, by=ddo).stream.close()
    stream = io.BytesIO(_answer(run))
    bank_files.take_answer(run=run.pk, stream=stream, by=stage.users["hina"])


def _answer(run: PaymentRun) -> bytes:
    """What the bank says: the last account was closed."""
    rows = list(run.lines.filter(state=RunLine.State.ISSUED).order_by("position"))
    told = [PAYMENT.format(id=row.end_to_end, status="ACSC", reason="") for row in rows[:-1]]
    told.append(PAYMENT.format(id=rows[-1].end_to_end, status="RJCT", reason=WHY))
    values = {"run": run.number, "count": run.count, "amount": run.amount, "payments": "".join(told)}
    return REPORT.format(bank=f"NBP-{run.number}", day=today(), **values).encode()
