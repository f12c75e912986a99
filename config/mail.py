"""How the service sends mail, from the environment: into files, onto the console, or to a mail server."""

from dataclasses import dataclass
from pathlib import Path

from config.environment import Environment

BACKENDS = {"file": "filebased", "console": "console", "smtp": "smtp"}


@dataclass(frozen=True, slots=True)
class Mail:
    """Django's settings of the same meaning; `directory` is where files go."""

    backend: str
    directory: Path
    sender: str
    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def mail_of(env: Environment, var_dir: Path) -> Mail:
    """Raises: ImproperlyConfigured naming the variable. With MAIL=smtp a server must be named."""
    kind = env.choice("MAIL", "file", list(BACKENDS))
    host = env.host("MAIL_HOST", needed=kind == "smtp")
    security = env.choice("MAIL_SECURITY", "starttls", ["starttls", "tls", "none"])
    return Mail(
        backend=f"django.core.mail.backends.{BACKENDS[kind]}.EmailBackend",
        directory=var_dir / "mail",
        sender=env.mail_address("MAIL_FROM", "relief-ledger@localhost"),
        host=host,
        port=env.whole("MAIL_PORT", 587, least=1, most=65_535),
        user=env.text("MAIL_USER"),
        password=env.text("MAIL_PASSWORD"),
        starttls=security == "starttls",
        tls=security == "tls",
    )
