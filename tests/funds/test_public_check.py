"""The public check: signatures told, files compared, look-ups counted, and nothing to be learned by guessing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from beneficiaries.papers import store
from funds import public_checks, vouchers
from funds.models import LookupCount, Voucher, VoucherSignature
from funds.public_checks import bucket_of
from funds.signing import schedules
from funds.signing.material import Material
from tests.beneficiaries.papers import samples
from tests.certificates import OFFICER, signing
from tests.funds.pages import words
from tests.world import World

__all__ = ["signing"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


@pytest.fixture
def voucher(here: World) -> Voucher:
    return here.vouchered()


def original(here: World, voucher: Voucher) -> bytes:
    return vouchers.print_voucher(number=voucher.number, by=here["ddo"])[1]


def ask(content: bytes, name: str = "voucher.pdf") -> HttpResponse:
    return Client().post("/v/file", {"file": SimpleUploadedFile(name, content)})


def test_the_square_code_in_capitals_leads_there(voucher: Voucher) -> None:
    printed = voucher.snapshot["qr_url"]
    path = "/" + printed.split("/", 3)[3]
    assert path == f"/V/{voucher.token.upper()}"
    assert voucher.number in words(Client().get(path))


def test_who_signed_is_told(here: World, signing: Material, voucher: Voucher) -> None:
    assert "signed by hand only" in words(Client().get(f"/v/{voucher.token}"))
    original(here, voucher)
    page = words(Client().get(f"/v/{voucher.token}"))
    assert "Signed and unchanged" in page and f"Signed by {OFFICER}" in page
    store.place(VoucherSignature.objects.get().sha256).unlink()
    page = words(Client().get(f"/v/{voucher.token}"))
    assert "The signature of this voucher does not hold. Do not pay" in page and "not there" in page


def test_a_schedule_stands_for_its_vouchers(here: World, signing: Material, voucher: Voucher) -> None:
    made = schedules.sign_schedule(vouchers=[voucher.number], by=here["ddo"])
    page = words(Client().get(f"/v/{voucher.token}"))
    assert "Signed and unchanged" in page and made.number in page
    answer = ask(store.content_of(made.sha256))
    assert answer.status_code == 200 and "is the schedule that was signed" in words(answer)


def test_the_original_as_a_file(here: World, signing: Material, voucher: Voucher) -> None:
    content = original(here, voucher)
    answer = ask(content)
    assert answer.status_code == 200 and "is the original that was signed, to the byte" in words(answer)
    line = voucher.sanction.disbursement.lines.get()
    assert line.masked_cnic in words(answer) and line.cnic not in words(answer)


def test_a_changed_file_and_one_that_is_not_ours(here: World, signing: Material, voucher: Voucher) -> None:
    content = original(here, voucher)
    for changed in (content + b"\n", content.replace(b"/Producer", b"/Produces"), content[:-1]):
        answer = ask(changed)
        assert answer.status_code == 404 and "This file was changed" in words(answer)
        assert f"It calls itself {voucher.number}" in words(answer)
    for other in (samples.pdf("Not ours"), b"", b"\x00" * 1000, b"/Reason (Payment voucher <b>, digest " + b"0" * 64):
        answer = ask(other)
        assert answer.status_code == 404 and "no file that was signed here" in words(answer)


def test_a_file_is_bounded_and_needed(here: World, settings: Settings) -> None:
    settings.PAPER_MEGABYTES = 1
    assert "larger than 1 MB" in words(ask(b"x" * 1_000_001))
    assert Client().post("/v/file").status_code == 422
    assert Client().get("/v/file").status_code == 405


def test_look_ups_of_an_address_are_counted_together(voucher: Voucher, settings: Settings) -> None:
    settings.PUBLIC_CHECKS_A_MINUTE = 3
    client = Client(REMOTE_ADDR="203.0.113.7")
    given = {"number": voucher.number, "amount": str(voucher.amount)}
    assert [client.get(f"/v/{voucher.token}").status_code, client.post("/v/", given).status_code] == [200, 200]
    assert client.get("/v/").status_code == 200  # the empty form is no look-up
    assert client.post("/v/", given | {"amount": "1"}).status_code == 404
    for answer in (client.get(f"/v/{voucher.token}"), client.post("/v/", given), client.get("/v/" + "0" * 24)):
        assert (answer.status_code, answer["Retry-After"]) == (429, "60") and voucher.number not in words(answer)
    assert Client(REMOTE_ADDR="203.0.113.8").get(f"/v/{voucher.token}").status_code == 200


def test_a_minute_later_it_begins_again(voucher: Voucher, settings: Settings) -> None:
    settings.PUBLIC_CHECKS_A_MINUTE = 1
    client = Client(REMOTE_ADDR="203.0.113.7")
    assert [client.get(f"/v/{voucher.token}").status_code for _ in range(2)] == [200, 429]
    LookupCount.objects.update(minute="2025-09-26T10:00:00Z")
    assert client.get(f"/v/{voucher.token}").status_code == 200


def test_buckets_tell_no_address_and_are_bounded() -> None:
    assert bucket_of("2001:db8::1") == bucket_of("2001:db8::2:3") != bucket_of("2001:db8:0:1::1")
    assert bucket_of("203.0.113.7") != bucket_of("203.0.113.8")
    assert 0 <= bucket_of("") < public_checks.BUCKETS


def test_a_number_cannot_be_probed(voucher: Voucher, django_assert_num_queries) -> None:
    """The same page and the same queries, whether the number is unknown or only the amount is wrong."""
    client, pages = Client(), []
    for number, amount in ((voucher.number, "1.00"), ("TEST-2025-26-99999", str(voucher.amount))):
        with django_assert_num_queries(2):
            answer = client.post("/v/", {"number": number, "amount": amount})
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
        pages.append((answer.status_code, text.replace(number, "N").replace(amount, "A")))
    assert pages[0] == pages[1] and pages[0][0] == 404
