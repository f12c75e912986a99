"""`manage.py demo` is killed twice on its way, then run to its end: all is as if nothing had happened."""

import json
import os
import sys
import time

import pytest

from tests.faults.installation import Installation, chance, installation

pytestmark = pytest.mark.skipif(not os.environ.get("RELIEF_DRILL"), reason="takes minutes: make drill")
LOADED = "SELECT count(*) FROM funds_disbursement"


def figures(made: Installation) -> dict[str, object]:
    report = json.loads(made.run("manage.py", "verify", "--json"))
    assert report["ok"], [check for check in report["checks"] if check["offenders"]]
    return json.loads(made.run("-m", "tests.faults.figures"))


def kill_at(made: Installation, loaded: int) -> None:
    """kill -9 of the command once it has made so many requests."""
    running = made.start("manage.py", "demo")
    while made.ask(LOADED)[0][0] < loaded:
        assert running.poll() is None, running.communicate()[1]
        time.sleep(0.05)
    running.kill()
    running.communicate()
    made.wait_until_left()


def test_killed_demonstration_ends_with_the_figures_of_an_undisturbed_one() -> None:
    dice = chance()
    with installation("undisturbed") as calm:
        calm.run("manage.py", "demo")
        expected, requests = figures(calm), calm.ask(LOADED)[0][0]
    with installation("disturbed") as made:
        stops = sorted(dice.sample(range(1, requests), 2))
        for loaded in stops:
            kill_at(made, loaded)
        assert made.ask(LOADED)[0][0] < requests, "the command had ended before it was killed"
        made.run("manage.py", "demo")
        found = figures(made)
    assert {name for name in expected if expected[name] != found[name]} == set()
    sys.stdout.write(f"killed after {stops} of {requests} requests; same figures in the end\n")
