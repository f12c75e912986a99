"""The lists of many payees in the world of test_permissions.py."""

from typing import Any

from funds.lists import list_import
from tests import world


def of_lists(here: world.World) -> dict[str, Any]:
    """A list long enough to be inspected, and another whose cases lack their papers."""
    made = {}
    for first, name in ((1, "long"), (11, "bare")):
        rows = [f"Payee {'abcdefg'[place]},61101-{first + place:07d}-2,Noor Ahmed,Islamabad,500" for place in range(7)]
        content = "\n".join(["name,cnic,father_name,district,amount", *rows]).encode()
        outcome = list_import.import_list(
            fund=here.fund, kind="relief_grant", content=content, file_name="list.csv", by=here["case_officer"]
        )
        assert outcome.request is not None
        made[name] = outcome.request.pk
    return made
