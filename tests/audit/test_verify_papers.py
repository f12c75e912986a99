"""Verify finds papers whose file was swapped or lost, and content whose papers were exchanged."""

import pytest

from beneficiaries.models import Case, Paper
from beneficiaries.papers import store
from funds.models import Disbursement, SubmittedPaper
from tests import world
from tests.audit.conftest import Corrupt, broken
from tests.beneficiaries.papers import samples


@pytest.fixture
def paper(here: world.World) -> Paper:
    """A paper with a file of its own, added after the requests were submitted."""
    return here.paper(Case.objects.order_by("pk")[0], "other", text="Verified by its hash")


def test_a_swapped_file_is_named(paper: Paper) -> None:
    path = store.place(paper.sha256)
    kept = path.read_bytes()
    path.write_bytes(samples.pdf("Something else"))
    told = f"paper {paper.pk} of case {paper.case.number}: its file has another content than was attached"
    assert broken() == {"I4": told}
    path.unlink()
    assert broken() == {"I4": f"paper {paper.pk} of case {paper.case.number}: its file is not there"}
    path.write_bytes(kept)
    assert broken() == {}


def test_one_flipped_bit_is_found(paper: Paper) -> None:
    path = store.place(paper.sha256)
    kept = path.read_bytes()
    path.write_bytes(kept[:-9] + bytes([kept[-9] ^ 1]) + kept[-8:])
    assert f"paper {paper.pk}" in broken()["I4"]
    path.write_bytes(kept)


def test_a_row_that_names_another_length(paper: Paper, corrupt: Corrupt) -> None:
    corrupt("UPDATE beneficiaries_paper SET size = size + 1 WHERE id = %s", paper.pk)
    assert "another length" in broken()["I4"]


def test_a_row_that_names_another_file_breaks_what_was_signed(
    here: world.World, corrupt: Corrupt, paper: Paper
) -> None:
    """Both files are whole; the approvals were over the other one."""
    bound = SubmittedPaper.objects.order_by("pk")[0]
    corrupt(
        "UPDATE beneficiaries_paper SET sha256 = %s, size = %s WHERE id = %s", paper.sha256, paper.size, bound.paper_id
    )
    number = bound.disbursement.number
    assert broken() == {"I7": f"request {number}: its content is not what was approved"}


def test_a_bound_paper_taken_away_breaks_what_was_signed(here: world.World, corrupt: Corrupt) -> None:
    bound = SubmittedPaper.objects.order_by("pk")[0]
    corrupt("DELETE FROM funds_submittedpaper WHERE id = %s", bound.pk)
    assert f"request {bound.disbursement.number}: its content" in broken()["I7"]


def test_papers_of_other_cases(here: world.World, corrupt: Corrupt) -> None:
    diyat = Disbursement.objects.get(kind="diyat")
    bound = diyat.submitted_papers.get()
    other = Case.objects.exclude(pk=bound.paper.case_id).order_by("pk")[0]
    order = bound.paper.case.orders.get()
    corrupt(
        "UPDATE beneficiaries_paper SET case_id = %s, order_id = %s WHERE id = %s", other.pk, order.pk, bound.paper_id
    )
    told = broken()["I4"]
    assert f"paper {bound.paper_id}: the order or obligation" in told
    assert f"request {diyat.number}: paper {bound.paper_id} of its submission 1 is of no case" in told
