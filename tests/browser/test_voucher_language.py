"""A copy of a voucher in another language, with and without script."""

import pytest
from playwright.sync_api import expect

from funds import vouchers
from funds.models import UrduTerm, VoucherPrint
from tests.browser.windows import Site, barriers, choose, press, sideways
from tests.funds.papers.reading import whole_text
from tests.world import DAY, World

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("script", [True, False])
def test_an_auditor_prints_a_copy_in_urdu(site: Site, here: World, script: bool) -> None:
    UrduTerm.objects.create(english="Relief grant", urdu="امدادی گرانٹ", effective_from=DAY, source="Test")
    voucher = here.vouchered()
    vouchers.print_voucher(number=voucher.number, by=here["ddo"])
    page = site.window(here["auditor"], script=script, width=390)
    page.goto(voucher.get_absolute_url())
    if script:
        assert not sideways(page) and not barriers(page)
    choose(page, "Language of the copy", "Urdu")
    with page.context.expect_page() as opened:
        press(page, "Print copy 1")
    opened.value.close()
    expect(page.get_by_role("heading", name="Print", exact=True)).to_be_visible()
    printing = VoucherPrint.objects.latest("pk")
    assert (printing.copy, printing.language) == (1, "ur")
    page.reload()
    expect(page.get_by_text("Copy 1, Urdu")).to_be_visible()
    shown = page.context.request.get(f"{voucher.get_absolute_url()}pdf?language=both")
    assert "مبلغ بیس ہزار روپے صرف" in whole_text(shown.body())
