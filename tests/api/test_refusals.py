"""Who may call, what is refused and how: every refusal has `detail`, `code` and `fields`, and no effect."""

import json
import logging
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.models import RefusedAttempt
from beneficiaries import cases
from beneficiaries.models import ApiToken, Obligation, Officer, Person
from beneficiaries.offices import tokens
from funds.models import Disbursement, Receipt
from ledger.errors import BadInput
from ledger.roles import Role
from tests import world
from tests.api.conftest import ROOT, Api, person


def refused(response: Any, status: int, code: str) -> dict[str, str]:
    """The fields of a refusal of this status and code."""
    assert response.status_code == status, response.content
    body = response.json()
    assert set(body) == {"detail", "code", "fields"}
    assert body["code"] == code, body
    assert body["detail"]
    fields: dict[str, str] = body["fields"]
    return fields


def receipt(**more: Any) -> dict[str, Any]:
    return {
        "fund": "TEST",
        "kind": "donation",
        "amount": "500.00",
        "received_from": "A donor",
        "reference": "D-1",
        "on": "2025-09-01",
    } | more


class TestWhoCalls:
    def test_nobody_is_401(self, api: Api) -> None:
        response = api.client.get(f"{ROOT}/people")
        refused(response, 401, "unauthorized")
        assert response["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "header",
        ["Bearer", "Bearer x", "Basic eDp5", "Bearer rlt_" + "a" * 43, "Bearer \0", "bearer  ", "Bearer " + "é" * 47],
    )
    def test_wrong_token_is_401(self, api: Api, header: str) -> None:
        refused(api.client.get(f"{ROOT}/people", headers={"Authorization": header}), 401, "unauthorized")

    def test_wrong_token_does_not_fall_back_to_the_session(self, api: Api) -> None:
        api.client.force_login(api.user("case_officer"), backend="django.contrib.auth.backends.ModelBackend")
        assert api.client.get(f"{ROOT}/people").status_code == 200
        refused(api.client.get(f"{ROOT}/people", headers={"Authorization": "Bearer x"}), 401, "unauthorized")

    def test_revoked_token_is_401_at_once(self, api: Api) -> None:
        assert api.get("/people").status_code == 200
        tokens.revoke(user=api.user("auditor"), name="test", by=None)
        refused(api.get("/people"), 401, "unauthorized")

    def test_closed_account_is_401_at_once(self, api: Api) -> None:
        assert api.get("/people").status_code == 200
        User.objects.filter(username="auditor").update(is_active=False)
        refused(api.get("/people"), 401, "unauthorized")

    def test_account_without_a_post_is_403(self, api: Api) -> None:
        user = User.objects.create_user("drifter", password="correct horse battery")
        secret = tokens.PREFIX + "b" * 43
        ApiToken.objects.create(user=user, name="x", digest=tokens._digest(secret))
        refused(api.client.get(f"{ROOT}/people", headers={"Authorization": f"Bearer {secret}"}), 403, "not_allowed")

    def test_withdrawn_role_counts_from_the_next_request(self, api: Api) -> None:
        assert api.post("/receipts", receipt(), as_="fund_manager").status_code == 201
        api.user("fund_manager").groups.clear()
        refused(api.post("/receipts", receipt(reference="D-2"), as_="fund_manager"), 403, "not_allowed")

    def test_session_reads_and_writes_only_with_its_csrf_token(self, api: Api) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(api.user("fund_manager"), backend="django.contrib.auth.backends.ModelBackend")
        assert browser.get(f"{ROOT}/funds").status_code == 200
        send = lambda **headers: browser.post(  # noqa: E731
            f"{ROOT}/receipts", receipt(), "application/json", headers=headers
        )
        refused(send(), 403, "csrf")
        refused(send(**{"X-CSRFToken": "x" * 64}), 403, "csrf")
        browser.cookies[settings.CSRF_COOKIE_NAME] = "y" * 32
        assert send(**{"X-CSRFToken": "y" * 32}).status_code == 201

    def test_token_needs_no_csrf_token(self, api: Api) -> None:
        api.client = Client(enforce_csrf_checks=True)
        assert api.post("/receipts", receipt(), as_="fund_manager").status_code == 201


class TestEachRefusal:
    def test_403_by_role_is_kept_as_a_refused_attempt(self, api: Api) -> None:
        draft = api.here.submitted()
        body = {"action": "approve", "seen_digest": draft.digest}
        refused(api.post(f"/disbursements/{draft.pk}/decisions", body, as_="ddo"), 403, "not_allowed")
        if "audit.refusals.RefusedAttemptMiddleware" in settings.MIDDLEWARE:
            kept = RefusedAttempt.objects.get()
            assert (kept.username, kept.status, kept.disbursement_id) == ("ddo", 403, draft.pk)

    def test_404_for_what_is_not_there(self, api: Api) -> None:
        refused(api.get("/people/999999999"), 404, "not_found")
        refused(api.post("/disbursements/999999999/submit", as_="case_officer"), 404, "not_found")

    def test_409_names_the_rows(self, api: Api) -> None:
        draft = api.here.draft()
        fields = refused(api.post(f"/disbursements/{draft.pk}/close", as_="case_officer"), 409, "wrong_state")
        assert fields == {"ids": str(draft.pk)}

    def test_409_for_a_content_that_was_not_seen(self, api: Api) -> None:
        draft = api.here.submitted()
        body = {"action": "approve", "seen_digest": "0" * 64}
        refused(api.post(f"/disbursements/{draft.pk}/decisions", body, as_="verifier"), 409, "content_changed")

    def test_409_for_a_step_that_was_not_seen(self, api: Api) -> None:
        draft = api.here.submitted()
        body = {"action": "approve", "seen_digest": draft.digest, "at": 1}
        assert api.post(f"/disbursements/{draft.pk}/decisions", body, as_="verifier").status_code == 201
        refused(api.post(f"/disbursements/{draft.pk}/decisions", body, as_="finance_officer"), 409, "step_passed")

    def test_409_when_the_money_is_not_there(self, api: Api) -> None:
        request = api.here.at_sanction(api.here.draft("10000000.01"))
        world.give_limit(Officer.objects.get(user__username="approver"), "99999999")
        body = {"action": "approve", "seen_digest": request.digest}
        refused(api.post(f"/disbursements/{request.pk}/decisions", body, as_="approver"), 409, "insufficient")
        request.refresh_from_db()
        assert request.state == "submitted"

    def test_422_from_a_service_names_the_line_from_1(self, api: Api) -> None:
        case = api.here.relief_case()
        line = {"case": case.pk, "amount": "100.00", "method": "transfer", "person": case.person_id, "iban": "PK00"}
        body = {"fund": "TEST", "kind": "relief_grant", "title": "x", "pay_to": "x", "lines": [line]}
        assert set(refused(api.post("/disbursements", body, as_="case_officer"), 422, "bad_input")) == {"lines.1.iban"}
        body["lines"] = [line | {"amount": 100}]
        fields = refused(api.post("/disbursements", body, as_="case_officer"), 422, "bad_input")
        assert set(fields) == {"lines.1.amount"}
        assert not Disbursement.objects.exists()

    def test_404_address_and_405_method_are_json(self, api: Api) -> None:
        for path in ("/api/", "/api/v1/nothing", "/api/v2/people", "/api/v1/people/"):
            refused(api.client.get(path), 404, "not_found")
            refused(Client(enforce_csrf_checks=True).post(path), 404, "not_found")
        response = api.client.delete(f"{ROOT}/people", headers=api.headers("auditor"))
        refused(response, 405, "method_not_allowed")
        assert set(response["Allow"].split(", ")) >= {"GET", "POST"}


class TestAmounts:
    @pytest.mark.parametrize("amount", ["500", "500.5", "500.00", "9999999999999.99"])
    def test_text_is_taken(self, api: Api, amount: str) -> None:
        made = api.good(api.post("/receipts", receipt(amount=amount), as_="fund_manager"))
        assert made["amount"] == f"{Receipt.objects.latest('pk').amount:.2f}"

    @pytest.mark.parametrize(
        "amount",
        [500, 0, -1, True, None, [], {}, "", "0", "0.00", "-1", "1e3", "1.001", "NaN", "Infinity", "0x10", "1_000", "500\n",
         " 500", "٥٠٠", "10000000000000.00", "9" * 400, "5 00", "500/-"],
    )  # fmt: skip
    def test_everything_else_is_422_and_leaves_nothing(self, api: Api, amount: Any) -> None:
        before = Receipt.objects.count()
        fields = refused(api.post("/receipts", receipt(amount=amount), as_="fund_manager"), 422, "bad_input")
        assert set(fields) == {"amount"}
        assert Receipt.objects.count() == before

    @pytest.mark.parametrize("number", ["500.00", "5e2", "1e400", "NaN", "Infinity", "-Infinity", "9" * 30])
    def test_literal_that_passes_through_a_float_is_400(self, api: Api, number: str) -> None:
        body = json.dumps(receipt()).replace('"500.00"', number)
        refused_raw(api, body.encode())


def refused_raw(api: Api, body: bytes, status: int = 400) -> dict[str, Any]:
    response = api.client.post(f"{ROOT}/receipts", body, "application/json", headers=api.headers("fund_manager"))
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    return answer


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [b"{", b"[", b"null,", b'{"a": 1,}', b"\xff\xfe", b'"\xc3"', b"[" * 100_000, b'{"a":' * 100_000, b"[" * 20 + b"]" * 20,
         b'{"fund": "A", "fund": "B"}', b"NaN", b"{'a': 1}", b"01", b"", b"\x00", b"\xef\xbb\xbf{}"],
    )  # fmt: skip
    def test_what_is_not_strict_json_is_refused(self, api: Api, body: bytes) -> None:
        if body:
            refused_raw(api, body)
        else:
            refused_raw(api, body, 422)

    @pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true", b"{}"])
    def test_json_of_another_shape_is_422(self, api: Api, body: bytes) -> None:
        assert refused_raw(api, body, 422)["code"] == "bad_input"

    def test_duplicate_key_is_named(self, api: Api) -> None:
        assert refused_raw(api, b'{"amount": "1.00", "amount": "2.00"}')["code"] == "duplicate_key"

    def test_too_long_a_body_is_413(self, api: Api) -> None:
        assert refused_raw(api, b'"' + b"x" * 3_000_000 + b'"', 413)["code"] == "too_large"

    def test_other_content_types_are_refused(self, api: Api) -> None:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            response = api.client.post(
                f"{ROOT}/receipts", json.dumps(receipt()), kind, headers=api.headers("fund_manager")
            )
            refused(response, 400, "not_json")

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\udfff"])
    def test_text_that_cannot_be_stored_is_422_and_named(self, api: Api, text: str) -> None:
        fields = refused(api.post("/receipts", receipt(received_from=text), as_="fund_manager"), 422, "bad_input")
        assert set(fields) == {"received_from"}

    @pytest.mark.parametrize(
        "extra", ["state", "number", "serial", "entry_id", "recorded_by", "office", "is_superuser", "year", "__class__"]
    )
    def test_fields_that_are_not_offered_are_refused(self, api: Api, extra: str) -> None:
        fields = refused(api.post("/receipts", receipt(**{extra: 1}), as_="fund_manager"), 422, "bad_input")
        assert set(fields) == {extra}

    @pytest.mark.parametrize("day", [1_700_000_000, "1700000000", "2025-02-31", "26-09-2025", "2025-09-26T00:00", "9999-99-99",
                                     "0001-01-01", "۲۰۲۵-۰۹-۲۶", True, "2025-W01-1", "20250926"])  # fmt: skip
    def test_only_an_iso_date_is_a_day(self, api: Api, day: Any) -> None:
        assert set(refused(api.post("/receipts", receipt(on=day), as_="fund_manager"), 422, "bad_input")) == {"on"}


class TestOtherOffices:
    """What one office has is not there for another: by id, in lists, and as a reference in a body."""

    def test_lists_and_rows(self, api: Api) -> None:
        instruments = api.here.cleared(api.here.diyat())
        request = instruments[0].line.disbursement
        line = request.lines.first()
        number = request.sanction.voucher.number
        mine = {
            f"/people/{line.person_id}",
            f"/cases/{line.case_id}",
            f"/cases/{line.case_id}/orders",
            f"/obligations/{line.obligation_id}",
            f"/obligations/{line.obligation_id}/heirs",
            f"/disbursements/{request.pk}",
            f"/disbursements/{request.pk}/lines",
            f"/disbursements/{request.pk}/decisions",
            f"/vouchers/{number}",
            f"/vouchers/{number}/pdf",
            f"/instruments/{instruments[0].pk}",
        }
        api.post(f"/vouchers/{number}/print", as_="ddo")
        for path in mine:
            assert api.get(path, as_="case_officer").status_code == 200, path
            refused(api.get(path, as_="quetta"), 404, "not_found")
        for path in ("/people", "/cases", "/obligations", "/disbursements", "/decisions", "/sanctions", "/vouchers",
                     "/instruments"):  # fmt: skip
            assert api.good(api.get(path, as_="case_officer"))["items"], path
            assert api.good(api.get(path, as_="quetta")) == {"items": [], "next": None}, path

    def test_changes(self, api: Api) -> None:
        draft = api.here.draft()
        line = draft.lines.get()
        path = f"/disbursements/{draft.pk}"
        order = {"court": api.here.court.pk, "number": "1", "decided_on": "2020-01-01"}
        content = {"title": "x", "pay_to": "x", "lines": [{"case": line.case_id, "amount": "1.00"}]}
        for where, body in (
            (f"{path}/submit", {}),
            (f"{path}/cancel", {"reason": "x"}),
            (f"{path}/close", {}),
            (f"{path}/revise", content),
            (f"{path}/decisions", {"action": "approve", "seen_digest": "0" * 64}),
            (f"{path}/release", {"case": line.case_id, "reference": "x"}),
            ("/vouchers", {"disbursement": draft.pk}),
            ("/instruments", {"disbursement": draft.pk, "line": line.pk, "number": "1"}),
            (f"/cases/{line.case_id}/orders", order),
            ("/people", person(api, guardian=line.person_id)),
            ("/disbursements", content | {"fund": "TEST", "kind": "relief_grant"}),
        ):
            refused(api.post(where, body, as_="quetta"), 404, "not_found")

    def test_books_of_another_office(self, api: Api) -> None:
        here = api.here
        here.users["quetta_auditor"] = world.make_user("quetta_auditor", here.quetta_office, Role.AUDITOR)
        entry = Receipt.objects.get().entry_id
        for path, query in (
            ("/entries", {"fund": "TEST"}),
            ("/accounts", {"fund": "TEST"}),
            ("/trial-balance", {"fund": "TEST"}),
            ("/general-ledger", {"fund": "TEST", "account": "F-BNK"}),
            (f"/entries/{entry}", {}),
        ):
            assert api.get(path, as_="auditor", **query).status_code == 200, path
            refused(api.get(path, as_="quetta_auditor", **query), 404, "not_found")


def test_cnic_and_iban_are_masked_everywhere(api: Api) -> None:
    case = api.here.relief_case()
    iban = "PK36SCBL0000001123456702"
    line = {"case": case.pk, "amount": "100.00", "method": "transfer", "person": case.person_id, "iban": iban}
    body = {"fund": "TEST", "kind": "relief_grant", "title": "x", "pay_to": "x", "lines": [line]}
    made = api.post("/disbursements", body, as_="case_officer")
    cnic = Person.objects.get(pk=case.person_id).cnic
    seen = [made.content]
    for path in (f"/people/{case.person_id}", "/people", f"/disbursements/{made.json()['id']}", "/cases"):
        seen.append(api.get(path).content)
    for content in seen:
        assert cnic.encode() not in content
        assert iban.encode() not in content
    assert made.json()["lines"]["items"][0]["iban"] == "PK** SCBL **** 6702"


def test_pages_follow_the_key(api: Api) -> None:
    made = [api.here.person(f"Person {letter}").pk for letter in "ABCDE"]
    found: list[int] = []
    after = 0
    while after is not None:
        answer = api.good(api.get("/people", limit=2, after=after))
        assert len(answer["items"]) <= 2
        found += [row["id"] for row in answer["items"]]
        after = answer["next"]
    assert found == made


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"limit": 2**70}, {"after": -1}, {"after": 2**63}, {"after": "9" * 400},
     {"after": "1.5"}, {"q": "a\0b"}, {"q": "x" * 101}, {"after": ""}],
)  # fmt: skip
def test_silly_paging_is_422(api: Api, query: dict[str, Any]) -> None:
    assert set(refused(api.get("/people", **query), 422, "bad_input")) == set(query)


@pytest.mark.parametrize("pk", ["0", "-1", str(2**63), "9" * 400, "x", "1.5", "%00", "1%00", "٣", "NaN"])
def test_silly_ids_are_4xx(api: Api, pk: str) -> None:
    for path in ("/people/", "/disbursements/", "/entries/", "/vouchers/", "/funds/"):
        assert api.get(path + pk).status_code in (404, 422), path


def test_parameter_given_twice_is_422(api: Api) -> None:
    response = api.client.get(f"{ROOT}/people?limit=1&limit=2", headers=api.headers("auditor"))
    assert set(refused(response, 422, "bad_input")) == {"limit"}


def test_secret_is_kept_as_a_digest_only_and_never_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = api.secret("auditor")
    api.get("/people")
    api.get("/nothing")
    api.post("/people", {"name": 1}, as_="auditor")
    tokens.revoke(user=api.user("auditor"), name="test", by=None)
    api.get("/people")
    assert secret not in caplog.text
    row = ApiToken.objects.get(user=api.user("auditor"))
    assert secret not in {str(value) for value in row.__dict__.values()}
    assert row.revoked_at <= timezone.now()
    assert set(row.history.values_list("history_change_reason", flat=True)) == {
        "API token test issued at the server's shell",
        "API token test revoked at the server's shell",
    }


def test_shares_without_a_common_denominator_are_refused(api: Api) -> None:
    obligation = api.here.obligation()
    shares = ("1/994009", "1/988027", "1/977153", "1/956483", "1/936089")
    heirs = [{"person": api.here.person(f"Heir {one[2:]}").pk, "kinship": "son", "share": one} for one in shares]
    rest = 1 - sum(Fraction(one) for one in shares)
    monstrous = [*heirs, {"person": api.here.person("Rest").pk, "kinship": "son", "share": str(rest)}]
    path = f"/obligations/{obligation.pk}/heirs"
    assert set(refused(api.post(path, {"heirs": monstrous}, as_="case_officer"), 422, "bad_input")) == {"heirs.6.share"}
    with pytest.raises(BadInput, match="common denominator"):
        cases.record_heirs(
            obligation=obligation,
            heirs=[(Person.objects.get(pk=one["person"]), "son", Fraction(one["share"])) for one in monstrous],
            by=api.user("case_officer"),
        )


def test_choices_of_one_name_keep_their_own_values(api: Api) -> None:
    schemas = api.client.get(f"{ROOT}/openapi.json").json()["components"]["schemas"]
    assert schemas["ReceiptIn"]["properties"]["kind"]["enum"] == Receipt.Kind.values
    assert schemas["ObligationIn"]["properties"]["kind"]["enum"] == Obligation.Kind.values
    assert not [name for name, schema in schemas.items() if "enum" in schema]


def test_description_names_every_refusal_and_the_key(api: Api) -> None:
    schema = api.client.get(f"{ROOT}/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "409", "422"} <= set(operation["responses"]), (method, path)
            assert operation["security"], (method, path)
            names = [one["name"] for one in operation.get("parameters", [])]
            assert names.count("Idempotency-Key") == (method == "post"), (method, path)
