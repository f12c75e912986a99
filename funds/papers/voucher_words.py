"""The printed words of the voucher in both languages.

The Urdu is written after the ministry's own usage where we found it, and after the cheques and receipts of Pakistani offices.
A fluent reader has to confirm all of it; decision 0043 names the words for which we know more than one usage.
"""

from typing import Final, NamedTuple


class Words(NamedTuple):
    """One thing to say, in English and in Urdu."""

    english: str
    urdu: str

    def filled(self, *values: object) -> "Words":
        """The words with values in the places of {}."""
        return Words(self.english.format(*values), self.urdu.format(*values))


TITLE: Final = Words("Payment voucher", "ادائیگی واؤچر")
ORIGINAL: Final = Words("Original", "اصل")
COPY: Final = Words("Copy {}", "نقل {}")
CANCELLED: Final = "منسوخ"

NUMBER: Final = Words("Voucher no.", "واؤچر نمبر")
DATE: Final = Words("Voucher date", "تاریخِ واؤچر")
SANCTION: Final = Words("Sanction no.", "منظوری نمبر")
SANCTION_DATE: Final = Words("Sanction date", "تاریخِ منظوری")
HEAD: Final = Words("Head of account", "مدِ حساب")
DDO: Final = Words("DDO code", "ڈی ڈی او کوڈ")
COST_CENTRE: Final = Words("Cost centre", "مرکزِ لاگت")
VENDOR: Final = Words("Vendor no.", "وینڈر نمبر")
PAY_TO: Final = Words("Pay to", "ادائیگی بنام")
ON_ACCOUNT_OF: Final = Words("On account of", "بابت")

LINE: Final = Words("#", "نمبر")
PAYEE: Final = Words("Payee, father's or husband's name", "نام، ولدیت / زوجیت")
CNIC: Final = Words("CNIC, instrument", "شناختی کارڈ")
SHARE: Final = Words("Share", "حصہ")
GROSS: Final = Words("Gross Rs", "کل رقم")
DEDUCTED: Final = Words("Deducted Rs", "کٹوتی")
NET: Final = Words("Net Rs", "خالص")
TOTAL: Final = Words("Total of payee lines", "میزان")
TOTAL_OF_ONE: Final = Words("Total of one payee line", "میزان")
TOTAL_OF: Final = Words("Total of {} payee lines", "{} سطروں کا میزان")
TOTAL_OF_ALL: Final = Words("Total of all {} payee lines, as on page 1", "کل {} سطروں کا میزان، صفحہ 1 کے مطابق")
FURTHER: Final = Words("Further payees", "مزید وصول کنندگان")
SEE_ANNEX: Final = Words(
    "See annex, {} lines; their sum is carried from there", "ضمیمہ دیکھیں، {} سطریں؛ میزان وہاں سے"
)
FROM_FIRST: Final = Words("Carried from page 1", "صفحہ 1 سے منتقل")
FROM_BEFORE: Final = Words("Carried from the page before", "پچھلے صفحے سے منتقل")
TO_NEXT: Final = Words("Carried to the next page", "اگلے صفحے کو منتقل")

MINOR: Final = Words("(minor)", "(نابالغ)")

NET_PAYABLE: Final = Words("Net amount payable", "خالص قابلِ ادا رقم")
IN_WORDS: Final = Words("In words", "رقم الفاظ میں")
DEDUCTIONS: Final = Words("Gross {}   less deductions {}", "کل رقم {}، کٹوتی {}")

BUDGET: Final = Words("Budget position before and after this voucher", "اس واؤچر سے پہلے اور بعد بجٹ کی صورتِ حال")
AVAILABLE: Final = Words("Available this year", "دستیاب رقم")
SPENT: Final = Words("Spent before", "سابقہ خرچ")
COMMITTED: Final = Words("Committed", "پابند رقم")
THIS_VOUCHER: Final = Words("This voucher", "یہ واؤچر")
BALANCE: Final = Words("Balance after", "باقی رقم")

CHAIN: Final = Words("Chain of decisions", "فیصلوں کی زنجیر")
CHAIN_NOTE: Final = Words(
    "In order of date; the code is the start of the digest of the content each of them signed",
    "تاریخ کی ترتیب سے؛ کوڈ اس متن کے ہیش کا آغاز ہے جس پر دستخط ہوئے",
)

CERTIFICATE: Final = Words("Certificate of the drawing officer", "افسرِ زر بر آری کا سرٹیفکیٹ")
CERTIFIED: Final = Words(
    "Certified that this claim has not been drawn before, agrees with the sanction, and is due to the persons named.",
    "تصدیق کی جاتی ہے کہ یہ رقم پہلے وصول نہیں کی گئی، منظوری کے مطابق ہے اور مذکورہ افراد کو واجب الادا ہے۔",
)
DRAWING_OFFICER: Final = Words("Drawing and Disbursing Officer", "افسرِ زر بر آری و تقسیم")

PRE_AUDIT: Final = Words("For use in the accounts office (pre-audit)", "برائے دفترِ حسابات: قبل از ادائیگی پڑتال")
PASSED: Final = Words("Passed for payment of Rs", "ادائیگی منظور برائے روپے")
RUPEES_IN_WORDS: Final = Words("Rupees in words", "رقم الفاظ میں")
OBJECTED: Final = Words("Objected to Rs / reason", "اعتراض، رقم / وجہ")
CHEQUE: Final = Words("Cheque or advice no. and date", "چیک / ایڈوائس نمبر و تاریخ")
OFFICERS: Final = (
    Words("Auditor", "آڈیٹر"),
    Words("Assistant Accounts Officer", "اسسٹنٹ اکاؤنٹس آفیسر"),
    Words("Accounts Officer", "اکاؤنٹس آفیسر"),
)

RECEIPT: Final = Words("Receipt of the payee", "رسیدِ وصولی")
RECEIVED: Final = Words("Received in full the net amount of this voucher:", "اس واؤچر کی خالص رقم مکمل وصول پائی۔")
RECEIVER: Final = Words("CNIC of the receiver", "وصول کنندہ کا شناختی کارڈ نمبر")
NAME: Final = Words("Name", "نام")
SIGNATURE: Final = Words("Signature", "دستخط")
SIGNED_ON: Final = Words("Date", "تاریخ")
IDENTIFIED: Final = Words("Identified by", "شناخت کنندہ")
STAMP: Final = Words("Revenue stamp", "رسیدی ٹکٹ")
THUMB: Final = Words("Thumb impression", "نشانِ انگوٹھا")

VERIFY: Final = Words("Verify at", "تصدیق:")
SCAN: Final = "تصدیق کے لیے کیو آر کوڈ سکین کریں"
DIGEST: Final = Words("Document digest", "دستاویزی ہیش")
FORMS: Final = Words(
    "Fields follow claim voucher 4B and budget review 4AA of the accounting manual. "
    "Any change to a figure makes the digest fail.",
    "خانے حسابات مینوئل کے فارم 4B اور 4AA کے مطابق ہیں۔ کسی ہندسے میں تبدیلی سے ہیش غلط ہو جائے گا۔",
)
PAGE: Final = Words("page {} of {}", "صفحہ {} از {}")

ANNEX: Final = Words("Annex", "ضمیمہ")
ANNEX_LINES: Final = Words("payee lines {} to {}", "سطریں {} تا {}")
ANNEX_TEXTS: Final = Words("texts in full", "مکمل عبارتیں")
IN_FULL: Final = Words("Texts shortened above, in full", "اوپر مختصر کی گئی عبارتیں، مکمل")

MONTHS: Final = {
    "Jan": "جنوری", "Feb": "فروری", "Mar": "مارچ", "Apr": "اپریل", "May": "مئی", "Jun": "جون",
    "Jul": "جولائی", "Aug": "اگست", "Sep": "ستمبر", "Oct": "اکتوبر", "Nov": "نومبر", "Dec": "دسمبر",
}  # fmt: skip


def urdu_date(day: str) -> str:
    """'17 Oct 2025' with the month in Urdu, or nothing for what is no such date."""
    parts = day.split(" ")
    if len(parts) != 3 or parts[1] not in MONTHS:
        return ""
    return f"{parts[0]} {MONTHS[parts[1]]} {parts[2]}"
