"""How the cells of the published table are tried: one officer at a door, what an answer may be, and what must not change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import File
from django.db import connection
from django.test import Client

from funds.permission.table import Answer

ROOT = "/api/v1"
REFUSED = {Answer.ROLE: {403}, Answer.STATE: {409}, Answer.NOTHING: {403, 404, 409}}
DONE = {"page": {200, 303}, "api": {200, 201}}  # 200: what was done is a paper


class Door:
    """One officer at the pages, or at the API with a token."""

    def __init__(self, name: str, secrets: dict[str, str], user: str) -> None:
        self.name, self.client = name, Client()
        self.headers = {"Authorization": f"Bearer {secrets[user]}"}
        if name == "page":
            self.client.force_login(User.objects.get(username=user))

    def send(self, address: str, sent: dict[str, Any]) -> int:
        """The status of the answer."""
        if self.name == "page":
            answer = self.client.post(address, sent)
            return (
                303 if "attachment" in answer.get("Content-Disposition", "") else answer.status_code
            )  # a file is the answer
        if any(isinstance(value, File) for value in sent.values()):
            return self.client.post(ROOT + address, sent, headers=self.headers).status_code
        return self.client.post(ROOT + address, sent, "application/json", headers=self.headers).status_code

    def as_told(self, told: Answer, status: int) -> bool:
        return status in (DONE[self.name] if told is Answer.YES else REFUSED[told])


def watched(question: str) -> tuple[Any, ...]:
    """The figures that an act would change, in one row."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that the next cell finds the world as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT cell")
        yield
        cursor.execute("ROLLBACK TO cell")
