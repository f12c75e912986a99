"""Every operation of the API's own description, fed with values nobody should send: never a fault, never slow.

The generator walks the OpenAPI schema. Half of the requests fit it wholly and reach the services; in the others some or many
values are hostile.
"""

import json
import random
import re
import time
from typing import Any
from urllib.parse import quote

import pytest

from beneficiaries.models import Case, CourtOrder, Obligation, Person
from funds.models import Disbursement, Instrument, PayeeLine
from tests.api.conftest import ROOT, Api

pytestmark = pytest.mark.once

ROUNDS = 5  # requests per operation and seed
SEEDS = (1, 2)
SLOWEST = 2.0  # seconds of the processor, which other work on the machine does not lengthen

TEXTS = [
    "", " ", "\0", "a\0b", "x" * 5000, "é" * 3000, "\u202egnp.exe",
    "\ufeff", "ا" + "\u0652" * 50, "😀" * 200, "'; DROP TABLE x; --",
    "%s %d %(x)s", "{{7*7}}", "<script>alert(1)</script>", "../../etc/passwd", "\r\nX-Injected: 1", "NaN", "-1", "1e400",
    "9" * 400, "٣٤٥", "2025-02-30", "0001-01-01", "9999-12-31", "__class__", "null", "true",
    "[]", "\ud800", "1/0", "0/1", "000001/1",
]  # fmt: skip
WORDS = [
    "TEST", "TEST", "G-PAY", "12000.00", "1", "9999999999999.99", "0", "1/2", "2025-26", "2099-00", "2000-01",
    "TEST-2025-26-00001", "0" * 64, "999999/999983", "0/7",
]  # fmt: skip
FORMS: dict[str, Any] = {
    "cnic": lambda number: f"90007-{number:07d}-1",
    "phone": lambda number: f"0300{number:07d}",
    "iban": lambda number: "",
    "head": lambda number: "A-REL",
    "on": lambda number: None if number % 2 else "2025-09-26",
    "happened_on": lambda number: "2025-09-26",
    "decided_on": lambda number: "2019-03-14",
    "born_on": lambda number: None,
    "opened_on": lambda number: None,
    "action": lambda number: "approve",
}
OTHERS: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 10**19, [], {}, [[]], {"a": {"b": [None]}}, [1, "x"], "x",
]  # fmt: skip
IDS = [0, -1, 1, 2, 3, 5, 8, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64]
RAW = [
    b"{",
    b"[" * 5000,
    b'{"a":NaN}',
    b'{"a":1,"a":2}',
    b"\xff\xfe\x00",
    b'{"on":1e999}',
    b"null",
    b"[]",
    b'"x"',
    b"1" * 5000,
]
USERS = (
    "case_officer",
    "verifier",
    "finance_officer",
    "approver",
    "ddo",
    "reconciler",
    "fund_manager",
    "auditor",
    "quetta",
)

MAY = {
    "decisions": ["verifier", "finance_officer", "approver"],
    "clear": ["reconciler"],
    "fail": ["reconciler", "ddo"],
    "instruments": ["ddo"],
    "vouchers": ["ddo"],
    "schedules": ["ddo"],
    "receipts": ["fund_manager"],
    "allocations": ["fund_manager"],
    "accounts": ["auditor"],
    "entries": ["auditor"],
    "funds": ["auditor"],
    "statements": ["auditor"],
    "trial": ["auditor"],
    "general": ["auditor"],
}


class Generator:
    """Values for the schemas of one description."""

    def __init__(self, description: dict[str, Any], seed: int, known: list[int]) -> None:
        self.description = description
        self.random = random.Random(seed)
        self.known = known
        self.hostile = 0.0

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            schema = self.description["components"]["schemas"][name]
        return schema

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """Mostly a value that fits; sometimes anything."""
        if self.random.random() < self.hostile:
            return self.random.choice([*TEXTS, *OTHERS])
        return self.fitting(self.resolved(schema), depth)

    def fitting(self, schema: dict[str, Any], depth: int) -> Any:
        for choice in ("anyOf", "allOf", "oneOf"):
            if choice in schema:
                return self.value(self.random.choice(schema[choice]), depth)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        match schema.get("type"):
            case "object":
                return self.object(schema, depth)
            case "array":
                return [
                    self.value(schema.get("items", {}), depth + 1) for _ in range(self.random.choice([0, 1, 1, 2, 5]))
                ]
            case "integer":
                return self.random.choice(self.known if self.random.random() < 0.8 else IDS)
            case "boolean":
                return self.random.choice([True, False])
            case "null":
                return None
        return self.text(schema)

    def object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        names, needed = schema.get("properties", {}), schema.get("required", [])
        found = {
            name: self.named(name, part, depth + 1)
            for name, part in names.items()
            if self.random.random() < (1 - self.hostile / 2 if name in needed else 0.5)
        }
        if self.random.random() < self.hostile / 2:
            found[self.random.choice(TEXTS)] = self.random.choice(OTHERS)
        return found

    def named(self, name: str, schema: dict[str, Any], depth: int) -> Any:
        """Some fields have a form that only their service knows."""
        if name in FORMS and self.random.random() > self.hostile:
            return FORMS[name](self.random.randrange(10**7))
        return self.value(schema, depth)

    def text(self, schema: dict[str, Any]) -> Any:
        if schema.get("format") == "date":
            return self.random.choice(
                ["2025-09-26", "2025-07-01", "2024-02-29", "1900-01-01", "2199-12-31", "2030-01-01"]
            )
        pattern = schema.get("pattern", "")
        fitting = [text for text in WORDS if re.search(pattern, text)]
        if pattern and fitting:
            return fitting[0] if self.random.random() < 0.7 else self.random.choice(fitting)
        if self.random.random() < 0.8:
            return f"Zainab Bibi {self.random.randrange(1000)}"
        return self.random.choice(TEXTS)


def actors(path: str) -> list[str]:
    """Those who may mostly do what the address is for, so that about half of the requests are made by one of them."""
    for word, users in MAY.items():
        if word in path:
            return users * 9
    return ["case_officer"] * 9


def sent(api: Api, generator: Generator, method: str, path: str, operation: dict[str, Any]) -> tuple[Any, str]:
    """One request made up for the operation, and its answer."""
    chance, query = generator.random, {}
    generator.hostile = chance.choice([0.0, 0.0, 0.05, 0.3])
    for parameter in operation.get("parameters", []):
        value = generator.value(parameter["schema"])
        text = value if isinstance(value, str) else json.dumps(value)
        text = text.encode("utf-8", "replace").decode()
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", quote(text, safe="") or "0")
        elif parameter["in"] == "query" and (parameter.get("required") or chance.random() < 0.4):
            query[parameter["name"]] = text
    user = chance.choice([*USERS, *actors(path)])
    if method == "get":
        return api.client.get(path, query, headers=api.headers(user)), f"{user} GET {path} {query}"
    if chance.random() < 0.05:
        body: Any = chance.choice(RAW)
    else:
        schemas = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        body = json.dumps(generator.value(schemas) if schemas else {}).encode()
    headers = api.headers(user)
    if chance.random() < 0.3:
        headers["Idempotency-Key"] = chance.choice(
            [f"k{chance.random()}", f"k{chance.random()}", "k", "k" * 201, "\u00e9"]
        )
    response = api.client.post(path, body, "application/json", headers=headers)
    return response, f"{user} POST {path} {body[:400]!r}"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_is_answered_with_a_fault(api: Api, seed: int, caplog: pytest.LogCaptureFixture) -> None:
    here = api.here
    here.diyat()
    here.submitted()
    here.at_sanction()
    here.sanctioned()
    here.vouchered()
    here.paid()
    here.cleared()
    here.relief_case(by=here["quetta"])
    description = api.client.get(f"{ROOT}/openapi.json").json()
    generator = Generator(description, seed, [here.district.pk, here.court.pk, here.prison.pk, *_ids()])
    api.client.raise_request_exception = False
    counts: dict[int, int] = {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if path.endswith("/verify"):
                continue  # takes no value at all
            for _ in range(ROUNDS):
                start = time.thread_time()
                response, told = sent(api, generator, method, path, operation)
                took = time.thread_time() - start
                counts[response.status_code] = counts.get(response.status_code, 0) + 1
                assert response.status_code < 500, told
                assert took < SLOWEST, f"{took:.1f} s: {told}"
                if response.status_code >= 400:
                    assert set(response.json()) == {"detail", "code", "fields"}, told
    # A refusal of the database is 4xx as well, but a service should have seen it coming.
    assert not [record.getMessage() for record in caplog.records if record.name == "config.api"]
    assert counts.get(200, 0) + counts.get(201, 0) > 40, counts


def _ids() -> list[int]:
    """Keys of rows that are there, so that many requests find something."""
    models: tuple[Any, ...] = (Case, CourtOrder, Obligation, Person, Disbursement, Instrument, PayeeLine)
    return [pk for model in models for pk in model.objects.values_list("pk", flat=True)[:9]]
