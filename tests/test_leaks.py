"""The watch over the run finds what it is for, and no other number."""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import OutputWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from funds.papers.voucher import draw_voucher
from ledger.commands import write_file
from tests.funds.papers.samples import of_rows, row
from tests.leaks import Watch

pytestmark = pytest.mark.once
CNIC = "4220103976416"


@pytest.fixture
def mine() -> Watch:
    """A watch of its own, so that what is found here fails no test."""
    watch = Watch()
    watch.learn("cnic", CNIC.encode())
    return watch


def test_it_finds_every_spelling_of_a_known_number_alone(mine: Watch) -> None:
    mine.look("here", "42201-0397641-6 and 4220103976416")
    mine.look("here", "42201-*******-8, 3420108912318, 94220103976416, 9999999999999.99")
    assert len(mine.take()) == 2 and mine.take() == []


def test_it_reads_addresses_answers_and_redirects(mine: Watch) -> None:
    make = RequestFactory()
    mine.answered(make.get("/people/", {"q": CNIC}), HttpResponse())
    mine.answered(make.get("/people/"), HttpResponse(CNIC))
    mine.answered(make.post("/people/"), HttpResponse(status=303, headers={"Location": f"/people/?q={CNIC}"}))
    mine.answered(make.post("/api/v1/people"), HttpResponse(f'{{"cnic": "{CNIC}"}}', content_type="application/json"))
    assert [text.partition(":")[0] for text in mine.take()] == [
        "address of GET /people/", "answer to GET /people/", "redirect of POST /people/", "answer to POST /api/v1/people",
    ]  # fmt: skip
    for allowed in (make.post("/people/1/reveal"), make.post("/api/v1/people/1/reveal"), make.post("/search/")):
        mine.answered(allowed, HttpResponse(CNIC))
    mine.answered(make.post("/api/v1/people"), HttpResponse(CNIC, status=422))
    mine.answered(make.post("/api/v1/vouchers/T-1/print"), named("T-1.pdf"))
    assert mine.take() == []
    mine.answered(make.post("/api/v1/vouchers/T-1/print"), named("T-1-copy-1.pdf"))
    mine.answered(make.get("/api/v1/vouchers/T-1/print"), named("T-1.pdf"))
    assert len(mine.take()) == 2


def named(name: str) -> HttpResponse:
    return HttpResponse(CNIC, headers={"Content-Disposition": f'inline; filename="{name}"'})


def test_it_reads_streams_across_their_parts(mine: Watch) -> None:
    response = StreamingHttpResponse([b"name,42201-03", b"97641-6\n"], content_type="text/csv")
    mine.answered(RequestFactory().get("/x.csv"), response)
    assert b"".join(response.streaming_content) and len(mine.take()) == 1


def test_it_reads_papers(mine: Watch) -> None:
    paper = of_rows((row(1, "Zainab Bibi", "20000"),))
    mine.learn("cnic", paper.rows[0].cnic.replace("-", "").encode())
    mine.content("paper", "application/pdf", draw_voucher(paper))
    assert mine.take()


def test_it_reads_logs_with_their_errors(mine: Watch) -> None:
    log = logging.getLogger("tests.leaks")
    log.addHandler(mine)
    log.propagate = False
    try:
        log.warning("refused: %s", CNIC)
        try:
            raise ValueError(CNIC)
        except ValueError:
            log.exception("failed")
    finally:
        log.removeHandler(mine)
        log.propagate = True
    assert len(mine.take()) == 2


def test_it_learns_addresses_too(mine: Watch) -> None:
    mine.learn("address", b"House 12, Satellite Town")
    mine.learn("address", b"House 1")  # too short to be told from other words
    mine.look("page", "She lives at House 12, Satellite Town; not at House 1")
    assert mine.take() == ["page: …House 12, Satellite Town…"]


def test_the_run_is_watched(leak_watch: Watch, tmp_path: Path, client: Any) -> None:
    """The hooks are in place: what this test writes on purpose is found, and taken away again."""
    leak_watch.learn("cnic", CNIC.encode())
    logging.getLogger("tests").warning("number %s", CNIC)
    OutputWrapper(io.StringIO()).write(CNIC)
    write_file(tmp_path / "list.csv", CNIC.encode())
    client.get("/healthz", {"q": CNIC})
    found = [text.partition(":")[0] for text in leak_watch.take()]
    assert found == ["log line of tests", "what a command printed", "file list.csv", "address of GET /healthz"]
