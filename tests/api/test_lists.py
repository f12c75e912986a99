"""Lists of payees over the API: import, waiver for a list, inspection and samples."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from funds.models import Disbursement, ListInspection
from tests.api.conftest import Api

HEAD = "name,cnic,father_name,district,amount"


def listed(number: int, **changed: str) -> bytes:
    rows = [
        ",".join(
            ({"name": f"Payee {'abcdefghij'[place]}", "cnic": f"61101-{place:07d}-2", "father": "Noor Ahmed",
              "district": "Islamabad", "amount": "5000"} | changed).values()
        )
        for place in range(number)
    ]  # fmt: skip
    return "\n".join([HEAD, *rows]).encode()


def send(api: Api, content: bytes, **fields: Any) -> Any:
    body = {"fund": "TEST", "kind": "relief_grant", "file": SimpleUploadedFile("list.csv", content)} | fields
    return api.send("/disbursements/import", body, as_=fields.pop("as_", "case_officer"))


def test_a_list_becomes_a_draft(api: Api) -> None:
    dry = api.good(send(api, listed(8), dry_run="true"))
    assert (dry["disbursement"], dry["rows"], dry["amount"], dry["opened"]) == (None, 8, "40000.00", 8)
    assert not Disbursement.objects.exists()
    made = api.good(send(api, listed(8), title="Flood, Quetta"))
    row = Disbursement.objects.get()
    assert (made["number"], row.title, row.lines.count()) == (row.number, "Flood, Quetta", 8)


def test_faults_are_told_by_row_and_column(api: Api) -> None:
    answer = send(api, listed(2, district="Atlantis"))
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"row 2, district", "row 3, district"}
    dry = api.good(send(api, listed(2, district="Atlantis"), dry_run="true"))
    assert (dry["fault_count"], dry["faults"][0]["seen"]) == (2, "Atlantis")


def test_other_names_are_confirmed(api: Api) -> None:
    api.here.relief_case(api.here.person("Zainab Bibi", cnic="6110100000002"))
    answer = send(api, listed(1, name="Zeenat Bibi"))
    assert (answer.status_code, answer.json()["code"]) == (409, "names_differ")
    dry = api.good(send(api, listed(1, name="Zeenat Bibi"), dry_run="true"))
    assert dry["differing"][0]["registered"] == "Zainab Bibi, Noor Ahmed"
    made = api.good(send(api, listed(1, name="Zeenat Bibi"), confirmed=dry["confirmation"]))
    assert made["known"] == 1


def test_an_unknown_field_is_refused(api: Api) -> None:
    assert send(api, listed(1), force="yes").status_code == 422


def test_inspection_and_samples(api: Api) -> None:
    made = api.good(send(api, listed(8)))
    path = f"/disbursements/{made['disbursement']}"
    found = api.good(api.get(f"{path}/inspection"))
    assert (found["lines"], found["median"], found["by_method"][0]["name"]) == (8, "5000.00", "Cheque")
    drawn = api.good(api.post(f"{path}/samples", {"size": 3, "seed": 4711}, as_="verifier"))
    assert (len(drawn["sample"]), drawn["seed"], drawn["name"]) == (3, 4711, "Verifier Khan")
    assert "*" in drawn["sample"][0]["cnic"]
    assert [each["id"] for each in api.good(api.get(f"{path}/samples"))] == [ListInspection.objects.get().pk]
    assert api.post(f"{path}/samples", {"size": 501}, as_="verifier").status_code == 422
    assert api.post(f"{path}/samples", {"size": 3}, as_="ddo").status_code == 403


def test_a_paper_is_waived_for_the_list(api: Api) -> None:
    made = api.good(send(api, listed(3)))
    body = {"kind": "application", "reason": "The list holds it"}
    told = api.good(api.post(f"/disbursements/{made['disbursement']}/waive", body, as_="verifier"))
    assert told == {"cases": 3}
