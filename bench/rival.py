"""An environment of its own under var/ for django-hordak, pinned. Without it the run goes on and says so."""

import subprocess
import sys
from pathlib import Path

WANTED = ("django-hordak==2.0.0", "Django==5.2.19", "psycopg2-binary==2.9.13")
NAME = f"{WANTED[0].replace('==', ' ')}"
SECONDS = 90


def python(var_dir: Path) -> tuple[str, str]:
    """The environment's Python, or nothing and why not."""
    home = var_dir / "bench" / "hordak"
    complete = home / "complete"
    if not (complete.exists() and complete.read_text().split() == list(WANTED)):
        pip = [sys.executable, "-m", "pip", "--python", str(home), "--disable-pip-version-check", "--quiet"]
        try:
            _run([sys.executable, "-m", "venv", "--without-pip", "--clear", str(home)])
            _run([*pip, "install", "--no-input", "--retries", "1", *WANTED])
        except (subprocess.SubprocessError, OSError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            return "", said[-1] if said else "it could not be installed"
        complete.write_text("\n".join(WANTED))
    return str(home / "bin" / "python"), ""


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
