"""A small world behind the API, with a token for each of its people."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from beneficiaries.offices import tokens
from tests import world

ROOT = "/api/v1"


@dataclass
class Api:
    """Calls as one of the world's people: `api.post("/people", {...}, as_="case_officer")`."""

    here: world.World
    secrets: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def secret(self, user: str) -> str:
        if user not in self.secrets:
            self.secrets[user] = tokens.issue(user=self.here[user], name="test", by=None)[1]
        return self.secrets[user]

    def headers(self, user: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret(user)}"} | more

    def get(self, path: str, *, as_: str = "auditor", **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers(as_))

    def post(self, path: str, body: Any = None, *, as_: str, key: str = "", **options: Any) -> Any:
        headers = self.headers(as_, **({"Idempotency-Key": key} if key else {}))
        return self.client.post(ROOT + path, body or {}, "application/json", headers=headers, **options)

    def send(self, path: str, fields: dict[str, Any], *, as_: str, key: str = "", **options: Any) -> Any:
        """A POST of a form, as uploads are."""
        headers = self.headers(as_, **({"Idempotency-Key": key} if key else {}))
        return self.client.post(ROOT + path, fields, headers=headers, **options)

    def upload(self, case: int, kind: str, content: bytes, *, as_: str, name: str = "scan.pdf") -> Any:
        """Attaches a file and gives what the answer says of it."""
        fields = {"kind": kind, "file": SimpleUploadedFile(name, content)}
        return self.good(self.send(f"/cases/{case}/papers", fields, as_=as_))

    def good(self, response: Any) -> Any:
        """The answer's JSON, after seeing that it is one of 2xx."""
        assert 200 <= response.status_code < 300, response.content
        return response.json()

    def user(self, name: str) -> User:
        return self.here[name]


@pytest.fixture
def api(small_world: world.World) -> Api:
    return Api(small_world)


def person(api: Api, **more: Any) -> dict[str, Any]:
    """The body of a person nobody has registered yet."""
    number = next(api.here.numbers)
    return {
        "name": "Zainab Bibi",
        "relation": "daughter",
        "relative_name": "Noor Ahmed",
        "gender": "F",
        "cnic": f"90001-{number:07d}-2",
        "district": api.here.district.pk,
        "distinct_because": "Invented for a test",  # for most tests mean nothing by a name
    } | more
