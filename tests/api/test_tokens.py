"""The command that issues and revokes tokens."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from beneficiaries.models import ApiToken
from beneficiaries.offices import tokens
from ledger.errors import BadInput, NotAllowed
from tests.api.conftest import ROOT, Api


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("api_token", *words)
    return capsys.readouterr().out


def test_issued_token_works_until_it_is_revoked(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    secret = run(capsys, "auditor", "--name", "export").splitlines()[0]
    headers = {"Authorization": f"Bearer {secret}"}
    assert api.client.get(f"{ROOT}/people", headers=headers).status_code == 200
    assert secret not in run(capsys, "auditor", "--name", "export", "--revoke")
    assert api.client.get(f"{ROOT}/people", headers=headers).status_code == 401
    assert run(capsys, "auditor", "--name", "export").splitlines()[0] != secret


def test_json_is_one_document(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(run(capsys, "auditor", "--name", "export", "--json"))
    token = tokens.token_of(found["token"])
    assert token is not None and token.user == api.user("auditor") and token.referral_source == ""
    assert (found["user"], found["name"]) == ("auditor", "export")


@pytest.mark.parametrize(
    "words",
    [
        ("nobody", "--name", "x"),
        ("auditor", "--name", ""),
        ("auditor", "--name", "x", "--revoke"),
        ("a\0b", "--name", "x"),
    ],
)
def test_what_cannot_be_done_is_refused_with_exit_code_1(api: Api, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("api_token", *words)
    assert refused.value.returncode == 1
    assert not ApiToken.objects.exists()


def test_a_name_is_used_once_at_a_time(api: Api) -> None:
    tokens.issue(user=api.user("auditor"), name="export", by=api.user("auditor"))
    with pytest.raises(BadInput):
        tokens.issue(user=api.user("auditor"), name=" export ", by=api.user("auditor"))
    tokens.revoke(user=api.user("auditor"), name="export", by=api.user("auditor"))
    tokens.issue(user=api.user("auditor"), name="export", by=api.user("auditor"))
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_closed_account_gets_none(api: Api) -> None:
    user = api.user("auditor")
    user.is_active = False
    with pytest.raises(NotAllowed):
        tokens.issue(user=user, name="export", by=None)
