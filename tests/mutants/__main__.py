"""Runs the tests once for each mutant and says which of them nobody noticed. `python -m tests.mutants [WORD ...]`."""

import os
import subprocess
import sys
import time

import django

FAILED = 1  # pytest's code for failed tests
# 9 is the plugin's for a mutant that fits no more. A mutant that breaks the making of worlds is no test's merit.
VERDICTS = {0: "SURVIVED", 9: "STALE", FAILED: "BROKE"}


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.mutants.catalogue import TARGETS, all_mutants

    chosen = [mutant for mutant in all_mutants() if all(word in mutant.name for word in words)]
    alive = []
    for number, mutant in enumerate(chosen, 1):
        start = time.monotonic()
        for stage, paths in enumerate(TARGETS[mutant.app]):
            code, said = run(mutant.name, paths, [] if number > 1 or stage else ["--create-db"])
            if code:
                break
        noticed = code == FAILED and said.startswith("FAILED")
        verdict = "noticed" if noticed else VERDICTS.get(code, f"UNCLEAR (pytest ended with {code})")
        if not noticed:
            alive.append(mutant.name)
        say(f"{number:3}/{len(chosen)} {verdict:9} {mutant.name} {said} {time.monotonic() - start:.0f} s")
    say(f"{len(chosen) - len(alive)} of {len(chosen)} mutants were noticed.")
    for name in alive:
        say(f"  not: {name}")
    return 1 if alive or not chosen else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(name: str, paths: list[str], database: list[str]) -> tuple[int, str]:
    """pytest's exit code, and its line about the test that ended the run. The plugin mends the database, so all runs share one."""
    from tests.mutants.catalogue import NOT_BY

    ignored = [f"--ignore={path}" for path in NOT_BY]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-n",
        "0",
        "-p",
        "tests.mutants.plugin",
        "-p",
        "no:cacheprovider",
        "--reuse-db",
        *database,
    ]
    done = subprocess.run(
        [*command, *ignored, *paths],
        env=os.environ | {"RELIEF_MUTANT": name},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, lines[0].split(" - ")[0] if lines else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
