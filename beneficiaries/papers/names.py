"""The name a file came with, made harmless: a word to recognise it by, never a path."""

import re
import unicodedata

LONGEST = 80


def shown_name(given: str, ending: str) -> str:
    """The last part of the name without hidden characters, with the ending its content has: 'scan 3.pdf'.

    A name that leaves nothing is 'paper'. 'invoice.pdf.exe' becomes 'invoice.pdf': the last known endings go.
    """
    last = re.split(r"[\\/]", given)[-1]
    plain = "".join(
        char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    plain = re.sub(r"(\.[A-Za-z][A-Za-z0-9]{0,4})+$", "", plain).strip(" .")
    return f"{plain[:LONGEST].strip() or 'paper'}.{ending}"
