"""Pictures of a served demonstration for the README: docs/screenshots/*.png.

    DEMO=1 make run &
    .venv/bin/python scripts/screenshots.py http://127.0.0.1:8000

It looks only, except that a voucher nobody printed yet is printed. The two papers need pdftoppm (poppler-utils); the pictures
become smaller where Pillow is installed.
"""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "practice-only-2025"  # noqa: S105 - of the practice accounts, and printed on their sign-in page
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WIDE, TALL, TALLEST, PHONE = (
    ViewportSize(width=1280, height=860),
    ViewportSize(width=1280, height=1120),
    ViewportSize(width=1280, height=1700),
    ViewportSize(width=390, height=844),
)
REQUEST = "Balance of diyat, 4 heirs of Ghulam Rasool"
PAID = "Diyat, 4 heirs of Yaqub Hussain"
STATEMENT = "/statements/DAD/2025-26/"
FAMILY = "Noor Rehman"
TRIAL_BALANCE = "/funds/DAD/trial-balance?as_at=2026-06-30"


def signed_in(browser: Browser, base: str, username: str, size: ViewportSize) -> Page:
    """A window of this practice account."""
    page = browser.new_context(base_url=base, viewport=size).new_page()
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


def to_request(page: Page, title: str) -> None:
    """Opens a request by its title."""
    page.goto(f"/requests/?q={title.replace(' ', '+')}")
    page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("heading", level=1, name=title).wait_for()


def shoot(page: Page, name: str) -> None:
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(600)  # for the chart and the paper in its frame
    page.mouse.move(0, 0)
    save(page.screenshot(), name)


def save(png: bytes, name: str) -> None:
    """Writes the picture, in few colours where Pillow can do that."""
    path = TARGET / f"{name}.png"
    path.write_bytes(png)
    if find_spec("PIL"):
        from PIL import Image

        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(TARGET.parent.parent)} {path.stat().st_size // 1024} KB\n")


def paper(page: Page, address: str, name: str) -> None:
    """The first sheet of a PDF at 80 dots to the inch."""
    program = shutil.which("pdftoppm")
    if program is None:
        sys.stdout.write(f"No pdftoppm here, so {name}.png stays as it is.\n")
        return
    pdf = page.request.get(address).body()
    command = [program, "-r", "80", "-png", "-singlefile", "-f", "1", "-"]
    save(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout, name)  # noqa: S603


def voucher(page: Page) -> None:
    """The voucher of a paid request, printed once before."""
    to_request(page, PAID)
    page.locator("#voucher").get_by_role("link").click()
    page.get_by_role("heading", name=re.compile("^Voucher ")).wait_for()
    if page.locator("iframe.paper-view").count() == 0:
        with page.context.expect_page():
            page.get_by_role("button", name=re.compile("^Print")).click()
        page.wait_for_timeout(1500)
        page.reload()
    page.wait_for_timeout(2000)


def wide(browser: Browser, base: str) -> None:
    sanctioner = signed_in(browser, base, "nadia", WIDE)
    shoot(sanctioner, "home")
    to_request(sanctioner, REQUEST)
    sanctioner.set_viewport_size(TALL)
    sanctioner.get_by_role("radio", name="Sanction").check()
    shoot(sanctioner, "request")
    payer = signed_in(browser, base, "tahir", WIDE)
    voucher(payer)
    shoot(payer, "voucher")
    paper(payer, f"{payer.url}pdf", "voucher-paper")
    auditor = signed_in(browser, base, "mariam", WIDE)
    auditor.goto("/funds/DAD/")
    shoot(auditor, "fund")
    auditor.goto(STATEMENT)
    shoot(auditor, "statement")
    paper(auditor, f"{STATEMENT}file.pdf", "statement-paper")
    auditor.goto("/releases/")
    shoot(auditor, "releases")
    auditor.goto(TRIAL_BALANCE)
    shoot(auditor, "trial-balance")
    to_request(auditor, PAID)
    auditor.get_by_role("link", name="Trail", exact=True).click()
    auditor.get_by_role("heading", name="Follow the rupee").wait_for()
    shoot(auditor, "trail")


def case_work(browser: Browser, base: str) -> None:
    """A case with what it lacks, and the heirs of one whose shares may still be changed."""
    officer = signed_in(browser, base, "bilal", TALL)
    to_request(officer, REQUEST)
    officer.get_by_role("main").get_by_role("link", name=re.compile(r"^MOHR-\d{4}-\d+$")).first.click()
    officer.get_by_role("heading", name="Before money is asked for").wait_for()
    shoot(officer, "case")
    officer.goto(f"/cases/?q={FAMILY.replace(' ', '+')}")
    officer.get_by_role("main").get_by_role("row", name=FAMILY).get_by_role("link").first.click()
    officer.get_by_role("link", name="Change heirs").click()
    officer.get_by_role("button", name="Compare with the aid").click()
    officer.get_by_role("heading", name="Heirs and shares").wait_for()
    officer.set_viewport_size(TALLEST)
    shoot(officer, "heirs")


def phone(browser: Browser, base: str) -> None:
    page = signed_in(browser, base, "nadia", PHONE)
    to_request(page, REQUEST)
    shoot(page, "phone")


def main(base: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=ARGS)
        for part in (wide, case_work, phone):
            part(browser, base)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
