"""F1: kill -9 of the server and its children under eight writers, ten times."""

import json
import os

import pytest

from tests.faults.crash import crash
from tests.faults.installation import chance, installation

pytestmark = pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill")
ROUNDS = int(os.environ.get("RELIEF_DRILL_ROUNDS", "10"))


def test_ten_kills_under_eight_writers() -> None:
    with installation("crash") as made:
        crash(made, chance(), rounds=ROUNDS, writers=8)
        report = json.loads(made.run("manage.py", "verify", "--json"))
    assert report["ok"], [check for check in report["checks"] if check["offenders"]]
    assert {check["id"] for check in report["checks"] if check["checked"]} >= {"I1", "I8", "I9", "I10"}
