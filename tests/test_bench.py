"""The benchmarks themselves: peers in turns, verdicts that are computed, the list of illegal writes, nothing left behind."""

import time
from pathlib import Path

import pytest

from bench import harness, probes, report, rows
from bench.attempts import LEGAL, attempts
from bench.bursts import Duel, Peer, duel, once
from bench.database import scratch
from bench.probes import ACCEPTED, REFUSED, Answer, Trial
from bench.rows import MILLISECONDS, Row, versus
from bench.scale import FULL, QUICK
from bench.serving import burst

pytestmark = pytest.mark.once
PEER = """
import time
from bench.serving import serve

def prepare(told):
    calls = iter(range(1_000_000))
    def act():
        time.sleep(told["seconds"])
        if next(calls) % 3 == 2:
            raise ValueError("every third fails")
    return act

serve(prepare, (ValueError,))
"""
# What design and issue name: the eight of the shared harness and the rules beyond them.
ILLEGAL = {
    "unbalanced entry",
    "edit one line",
    "delete one line",
    "rewrite both lines",
    "delete whole entry",
    "add balanced lines to old entry",
    "entry without lines",
    "truncate lines",
    "amount NaN",
    "amount 0.001",
    "amount 10.001",
    "amount -5",
    "amount 10^18",
}


def peer(name: str, seconds: float = 0.0005, **more: int) -> Peer:
    return Peer(name, "invented_peer", {"seconds": seconds}, **{"warm_up": 0, **more})


@pytest.fixture(autouse=True)
def invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "invented_peer.py").write_text(PEER)
    (tmp_path / "broken_peer.py").write_text("import sys; sys.stdin.readline(); raise SystemExit('broken')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def row(*, at_least: float | None = None, errors: tuple[int, int] = (0, 0), what: str = "posting") -> Row:
    return Row(what, "the other", "entries/s", 100, 50, (1.9, 2.0, 2.1), at_least, errors)


def trial(verdict: str = REFUSED, good: str = ACCEPTED) -> Trial:
    return Trial({"ours": {"truncate lines": Answer(verdict, "23L08"), **dict.fromkeys(LEGAL, Answer(good))}})


def test_peers_work_in_turn_and_a_group_counts_as_one() -> None:
    found = duel([peer("slow", 0.004), peer("group", 0.004, processes=2, weight=100)], rounds=3, seconds=0.03)
    assert [len(rates) for rates in found.rates.values()] == [3, 3]
    assert min(found.ratios("group", "slow")) > 20
    assert found.errors["group"] > 0
    assert found.said["group"] == "ValueError: every third fails"


def test_no_seconds_are_one_act() -> None:
    acts: list[float] = []
    assert burst(lambda: acts.append(time.monotonic()), 0).rate > 0
    assert len(acts) == 1


def test_an_act_that_fails_is_not_counted_as_done() -> None:
    turn = burst(lambda: 1 / 0, 0, (ZeroDivisionError,))
    assert (turn.rate, turn.errors, turn.said) == (0, 1, "ZeroDivisionError: division by zero")


def test_a_peer_that_ends_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="broken ended"):
        once(Peer("broken", "broken_peer", {}))


def test_ratios_are_taken_round_by_round() -> None:
    found = Duel({"ours": [100.0, 10.0, 40.0], "other": [50.0, 20.0, 10.0]})
    (made,) = versus(found, "posting", "other", at_least=2.0)
    assert made.ratios == (0.5, 2.0, 4.0)
    assert (made.ours, made.theirs, made.ratio, made.met) == (40.0, 20.0, 2.0, True)


def test_times_are_shown_in_milliseconds_and_less_is_better() -> None:
    (made,) = versus(Duel({"ours": [1000.0], "other": [10.0]}), "reading", "other", unit=MILLISECONDS)
    assert (made.ours, made.theirs, made.ratio, made.met) == (1.0, 100.0, 100.0, None)


def test_a_rival_that_did_not_take_part_gives_no_row() -> None:
    assert versus(Duel({"ours": [1.0]}), "posting", "django-hordak") == []


@pytest.mark.parametrize(
    ("made", "met"),
    [
        (row(at_least=2.0), True),
        (row(at_least=2.01), False),
        (row(at_least=2.0, errors=(1, 0)), False),
        (row(at_least=2.0, errors=(0, 1)), True),
        (row(), None),
    ],
)
def test_a_target_is_met_by_the_median_without_errors_of_ours(made: Row, met: bool | None) -> None:
    assert made.met is met


def test_targets_are_those_of_the_issue() -> None:
    assert (rows.ONE_FLOOR, rows.ONE_RIVAL, rows.ATOMIC_FLOOR, rows.ATOMIC_RIVAL) == (1.1, 2.6, 0.9, 2.1)
    assert (rows.HOT_RIVAL, rows.HOT_GUARDED_RIVAL, rows.BULK_RIVAL, rows.WIDE_RIVAL) == (2.3, 1.6, 6, 40)
    assert (rows.BALANCE_RIVAL, rows.TRIAL_RIVAL, rows.GROWN_RATE) == (100, 500, 0.8)
    assert (FULL.bulk, FULL.more, FULL.wide, FULL.big, FULL.grown) == (10_000, 100_000, 2_000, 1_000_000, 5_000_000)
    assert (rows.PAPER_FLOOR, rows.MEGABYTES_PRINTING, FULL.printed) == (2.5, 400, 10_000)
    assert QUICK.grown < FULL.small


def test_the_page_says_plainly_what_was_missed(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    missed = row(at_least=2.5, what="bulk")
    report.write(page, report.Result(["a day"], [row(at_least=1.5), missed, row()], trial(), ["A note."], "| joined |"))
    text = page.read_text()
    assert "**2 of 3 targets met. Not met: bulk against the other (2.00 of 2.50).**" in text
    assert "| posting | the other | 100 | 50.0 | entries/s | 2.00 | 1.95 to 2.05 | 0, 0 | 1.50, met |" in text
    assert "| 2.50, **not met** |" in text
    assert "| truncate lines | refused (23L08) |" in text
    assert "A note." in text
    assert "```text\n| joined |\n```" in text


@pytest.mark.parametrize(("made", "met"), [(trial(), True), (trial(ACCEPTED), False), (trial(good=REFUSED), False)])
def test_all_illegal_writes_must_be_refused_and_good_ones_taken(made: Trial, met: bool) -> None:
    assert made.met is met
    assert ("Not met: illegal writes." in report.Result([], [], made).summary) is not met


def test_every_illegal_write_is_tried_with_an_entry_of_its_own() -> None:
    wanted = attempts(probes.RIVAL, iter(range(1, probes.SAMPLES + 1)))
    assert set(wanted) == ILLEGAL | set(LEGAL)
    assert list(wanted)[-1] == "truncate lines"  # where it is accepted, nothing is left to be tried
    used = [statements[0].rpartition(" = ")[2].partition(" ")[0] for statements in list(wanted.values())[:-1]]
    assert len(set(used)) == len(used)


def test_the_shared_harness_is_left_out_when_nobody_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PEERS_DIR", "PEERS_DSN"):
        monkeypatch.delenv(name, raising=False)
    assert harness.run(print) == ("", "")
    monkeypatch.setenv("PEERS_DIR", str(tmp_path))
    assert "no folder with a run.py" in harness.run(print)[1]
    (tmp_path / "run.py").write_text("raise SystemExit('must not run')")
    assert "PEERS_DSN names no scratch server" in harness.run(print)[1]


def test_the_shared_harness_gives_its_tables_and_no_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = f"Peers\n| ours | 1 |\nours FAILED ['{tmp_path}']\n| {harness.ROOT} |\nmachine drift 3"
    (tmp_path / "run.py").write_text(
        f"print({said!r}); import os; print('|', os.environ['PEERS_ONLY']); raise SystemExit(1)"
    )
    monkeypatch.setenv("PEERS_DIR", str(tmp_path))
    monkeypatch.setenv("PEERS_DSN", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.delenv("PEERS_ONLY", raising=False)
    table, note = harness.run(print)
    assert table == "Peers\n| ours | 1 |\nmachine drift 3\n| raw,hordak,pdf"
    assert note == "The shared harness ended with code 1."


def test_no_database_is_left_behind_by_a_run_that_fails() -> None:
    names = []
    with pytest.raises(KeyboardInterrupt), scratch() as made:
        names += [made.empty("one").database, made.empty("two").database]
        raise KeyboardInterrupt
    with scratch() as made:
        made.cursor.execute("SELECT count(*) FROM pg_database WHERE datname = ANY(%s)", [names])
        assert made.cursor.fetchone() == (0,)
