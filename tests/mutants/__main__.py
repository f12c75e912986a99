"""Runs the tests once for each mutant and says which of them nobody noticed. `python -m tests.mutants [WORD ...]`."""

import os
import sys

import pytest


def main(words: list[str]) -> int:
    """0 where a test failed because of each mutant whose name has all the words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.mutants.catalogue import NOT_BY, PATHS
    from tests.mutants.runner import Runner

    runner = Runner(words)
    options = ["-x", "-q", "-s", "-n", "0", "-p", "no:cacheprovider", "--reuse-db", "--create-db"]
    code = pytest.main([*options, *(f"--ignore={path}" for path in NOT_BY), *PATHS], plugins=[runner])
    return 0 if code == 0 and runner.all_noticed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
