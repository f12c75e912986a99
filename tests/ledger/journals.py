"""Reads exported journals as a stranger would: beancount by its own checker, the others by a few lines of our own.

Each reader returns what it adds up to, by account name, debits above zero; and the texts it found.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

from beancount import loader
from beancount.core.data import Balance, Transaction
from django.core.management import call_command

from ledger.balances import trial_balance
from ledger.exports.names import account_names
from ledger.models import Account

HEAD = re.compile(r"(\d{4}-\d\d-\d\d) \* \((.*?)\) (.*)")
POSTING = re.compile(r"    (\S+)  (-?\d+\.\d\d) PKR(?: == (-?\d+\.\d\d) PKR)?")
TAG = re.compile(r"    ; ([a-z-]+):(.*)")


@dataclass(slots=True)
class Told:
    """What a journal says: balances by account, texts by entry, faults found, and how many balances it asserts."""

    sums: Counter[str] = field(default_factory=Counter)
    texts: dict[int, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asserted: int = 0


def read_beancount(path: Path) -> Told:
    entries, errors, _ = loader.load_file(str(path))
    told = Told(faults=[error.message for error in errors])
    for entry in entries:
        told.asserted += isinstance(entry, Balance)
        if isinstance(entry, Transaction):
            parties = [posting.meta["party"] for posting in entry.postings if "party" in posting.meta]
            named = {name: entry.meta.get(name, "") for name in ("reference", "reason", "key", "recorded-by")}
            told.texts[int(entry.meta["entry"])] = {"memo": entry.narration, "party": "".join(parties), **named}
            for posting in entry.postings:
                told.sums[posting.account] += posting.units.number
    return told


def read_hledger(path: Path) -> Told:
    """Forty lines that know nothing of the writer: each transaction must balance, each assertion must hold."""
    told, open_sum, text = Told(), Decimal(0), dict[str, str]()
    declared = set(re.findall(r"^account (\S+)$", path.read_text(), re.MULTILINE))
    for row in path.read_text(encoding="utf-8").split("\n"):
        if head := HEAD.fullmatch(row):
            text = {"reference": unquote(head[2]), "memo": unquote(head[3]), "party": "", "reason": ""}
        elif posting := POSTING.fullmatch(row):
            told.sums[posting[1]] += Decimal(posting[2])
            open_sum += Decimal(posting[2])
            if posting[1] not in declared:
                told.faults.append(f"{posting[1]} is not declared")
            if posting[3] is not None:
                told.asserted += 1
                if told.sums[posting[1]] != Decimal(posting[3]):
                    told.faults.append(f"{posting[1]} is {told.sums[posting[1]]}, not {posting[3]}")
        elif tag := TAG.fullmatch(row):
            text[tag[1]] = unquote(tag[2])
            if tag[1] == "entry":
                told.texts[int(tag[2])] = text
        elif not row and open_sum:
            told.faults.append(f"{text} is out of balance by {open_sum}")
            open_sum = Decimal(0)
        elif row and not row.startswith((";", "commodity ", "account ")):
            told.faults.append(f"what is {row!r}?")
    return told


def read_csv(path: Path) -> Told:
    told, names = Told(), {(each.book.code, each.code): name for each, name in _names()}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            told.sums[names[path.stem, row["account"]]] += Decimal(row["debit"]) - Decimal(row["credit"])
            text = told.texts.setdefault(int(row["entry"]), dict(row, party=""))
            text |= {"party": text["party"] + row["party"], "recorded-by": row["recorded_by"]}
    return told


READERS: dict[str, Callable[[Path], Told]] = {"beancount": read_beancount, "hledger": read_hledger, "csv": read_csv}


def _names() -> list[tuple[Account, str]]:
    accounts = Account.objects.select_related("book")
    names = account_names(accounts)
    return [(account, names[account.pk]) for account in accounts]


def exported(fund: str, form: str, folder: Path) -> Path:
    """Writes the journal; what the command told about it stands beside it in `told`."""
    path = folder / f"{fund}.{form}"
    with (folder / "told").open("w") as told:
        call_command("export_journal", fund, "--format", form, "--out", str(path), "--json", stdout=told)
    return path


def must_agree(fund: str, folder: Path) -> None:
    """Every form of the fund's journal, re-added by its reader, gives our trial balance, account by account."""
    names = {account.code: name for account, name in _names() if account.book.code == fund}
    ours = {names[row.code]: row.debit - row.credit for row in trial_balance(fund).rows}
    for form, read in READERS.items():
        told = read(exported(fund, form, folder))
        assert not told.faults, (fund, form, told.faults[:5])
        assert told.asserted == (0 if form == "csv" or not told.texts else len(ours)), (fund, form)
        assert {name: told.sums[name] for name in ours} == ours, (fund, form)
        assert told.sums.keys() <= ours.keys(), (fund, form)
