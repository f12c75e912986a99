"""Each setting is read as stated, and a bad value is refused by name without showing a secret."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError, connections
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from config.environment import Environment
from config.mail import mail_of

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
VAR = Path("/srv/relief")


def env(*argv: str, **values: str) -> Environment:
    return Environment(values, argv=["manage.py", *argv] if argv else ["gunicorn"])


@pytest.mark.parametrize(
    ("text", "meaning"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False), ("", True)]
)
def test_boolean_takes_the_usual_words(text: str, meaning: bool) -> None:
    assert env(DEBUG=text).boolean("DEBUG", True) is meaning


@pytest.mark.parametrize(
    ("read", "name", "value", "accepted"),
    [
        (lambda e: e.boolean("DEBUG", False), "DEBUG", "maybe", "true"),
        (lambda e: e.whole("PORT", 8000, least=1, most=65_535), "PORT", "65536", "from 1 to 65535"),
        (lambda e: e.whole("PORT", 8000, least=1, most=65_535), "PORT", "-1", "from 1 to 65535"),
        (lambda e: e.whole("PORT", 8000, least=1, most=65_535), "PORT", "٨", "from 1 to 65535"),
        (lambda e: e.words("ALLOWED_HOSTS", []), "ALLOWED_HOSTS", "a,,b", "commas"),
        (lambda e: e.url("PUBLIC_URL", ""), "PUBLIC_URL", "ftp://x", "https://"),
        (lambda e: e.url("PUBLIC_URL", ""), "PUBLIC_URL", "https://x:port", "https://"),
        (lambda e: e.url("PUBLIC_URL", ""), "PUBLIC_URL", "https://x/?a=1", "https://"),
        (lambda e: e.choice("LOG_LEVEL", "INFO", ["INFO", "ERROR"]), "LOG_LEVEL", "loud", "INFO, ERROR"),
        (lambda e: e.path("RELIEF_VAR", VAR), "RELIEF_VAR", __file__, "a directory"),
        (lambda e: e.databases(VAR), "DATABASE_LOCK_TIMEOUT", "soon", "500ms"),
        (lambda e: e.databases(VAR), "DATABASE_CONNECTION_AGE", "1 day", "whole number"),
    ],
)
def test_bad_value_is_refused_by_name(read, name: str, value: str, accepted: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(env(**{name: value}))
    assert all(part in str(refusal.value) for part in (name, value, accepted))


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///x/s3cret",
        "mysql://u:s3cret@host/name",
        "postgresql://u:s3cret@host",
        "postgresql://u:s3cret@host/name?no_such_option=1",
        "postgresql://u:s3cret@host:port/name",
        "u:s3cret",
    ],
)
def test_other_databases_and_bad_addresses_are_refused_without_the_password(url: str) -> None:
    for name, values in (("DATABASE_URL", {}), ("DATABASE_OWNER_URL", {"DATABASE_URL": "postgresql://u@h/n"})):
        with pytest.raises(ImproperlyConfigured) as refusal:
            env(**values, **{name: url}).databases(VAR)
        assert str(refusal.value).startswith(f"{name} is")
        assert "postgresql://" in str(refusal.value)
        assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"MAIL": "pigeon"}, r"MAIL is 'pigeon'. Accepted: file, console, smtp"),
        ({"MAIL": "smtp"}, r"MAIL_HOST is ''.*with MAIL=smtp it must be set"),
        ({"MAIL": "smtp", "MAIL_HOST": "mail example"}, r"MAIL_HOST is 'mail example'"),
        ({"MAIL_PORT": "0"}, r"MAIL_PORT is '0'.*from 1 to 65535"),
        ({"MAIL_SECURITY": "ssl3"}, r"MAIL_SECURITY is 'ssl3'"),
        ({"MAIL_FROM": "the office"}, r"MAIL_FROM is 'the office'"),
    ],
)
def test_mail_that_cannot_go_is_refused_by_name(values: dict[str, str], told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        mail_of(env(**values), VAR)


def test_mail_goes_into_files_unless_a_server_is_named() -> None:
    usual, server = mail_of(env(), VAR), mail_of(env(MAIL="smtp", MAIL_HOST="mail.example.gov.pk"), VAR)
    assert (usual.backend, usual.directory) == ("django.core.mail.backends.filebased.EmailBackend", VAR / "mail")
    assert (server.host, server.port, server.starttls, server.tls) == ("mail.example.gov.pk", 587, True, False)


def test_url_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env(PUBLIC_URL="https://u:s3cret@host").url("PUBLIC_URL", "")
    assert "s3cret" not in str(refusal.value)


def test_without_an_address_the_embedded_server_is_used_as_the_application() -> None:
    database = env().databases(VAR)["default"]
    assert (database["ENGINE"], database["EMBEDDED"], database["USER"]) == ("config.backend", VAR, "relief_app")
    assert "assume_role" not in database["OPTIONS"]


@pytest.mark.parametrize("command", ["migrate", "makemigrations", "pgtrigger", "flush", "sqlmigrate", "showmigrations"])
def test_commands_on_the_schema_act_as_its_owner(command: str) -> None:
    database = env(command).databases(VAR)["default"]
    assert (database["USER"], database["OPTIONS"]["assume_role"]) == ("relief_migrator", "relief_owner")
    given = {"DATABASE_URL": "postgresql://app@h/n", "DATABASE_OWNER_URL": "postgresql://boss@h/n?assume_role=owner"}
    database = env(command, **given).databases(VAR)["default"]
    assert (database["USER"], database["OPTIONS"]["assume_role"]) == ("boss", "owner")
    assert database["APPLICATION_ROLE"] == "app"


@pytest.mark.parametrize("command", ["runserver", "demo", "shell", "verify", "check"])
def test_all_else_acts_as_the_application(command: str) -> None:
    assert env(command).databases(VAR)["default"]["USER"] == "relief_app"
    given = {"DATABASE_URL": "postgresql://app@h/n", "DATABASE_OWNER_URL": "postgresql://boss@h/n"}
    assert env(command, **given).databases(VAR)["default"]["USER"] == "app"


def test_address_is_taken_apart_as_the_client_library_does() -> None:
    url = "postgres://a%40b:p%2Fw@db.example:5433/relief?sslmode=verify-full"
    database = env(DATABASE_URL=url).databases(VAR)["default"]
    parts = [database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["a@b", "p/w", "db.example", "5433", "relief"]
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert "EMBEDDED" not in database


def test_nothing_waits_for_ever_and_each_limit_can_be_set() -> None:
    usual = env().databases(VAR)["default"]["OPTIONS"]["options"]
    assert "lock_timeout=10s" in usual
    assert "statement_timeout=60s" in usual
    assert "idle_in_transaction_session_timeout=60s" in usual
    assert "statement_timeout=0" in env("verify").databases(VAR)["default"]["OPTIONS"]["options"]
    assert "lock_timeout=2min" in env(DATABASE_LOCK_TIMEOUT="2min").databases(VAR)["default"]["OPTIONS"]["options"]


def test_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret_key"
    first = env().secret("SECRET_KEY", file)
    assert len(first) >= 50
    assert env().secret("SECRET_KEY", file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]
    assert env(SECRET_KEY="x" * 50).secret("SECRET_KEY", file) == "x" * 50


def test_short_secret_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env(SECRET_KEY="abc-short").secret("SECRET_KEY", tmp_path / "key")
    assert "SECRET_KEY" in str(refusal.value)
    assert "abc-short" not in str(refusal.value)


def test_emptied_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("")
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY in .*/key is '\(hidden: 0 characters\)'"):
        env().secret("SECRET_KEY", file)


def test_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"cannot be written.*RELIEF_VAR"):
        env().secret("SECRET_KEY", tmp_path / "file" / "var" / "key")


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    code = "import sys, pathlib, config.environment as e; print(e._kept_secret(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path / "key")]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in running}) == 1


KEY, OTHER = (base64.b64encode(bytes([number]) * 31 + b"x").decode() for number in (1, 2))


def test_keys_of_the_embedded_server_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "new" / "data_keys"
    (first,) = env().keys("DATA_KEYS", file)
    assert len(first) == 32 and env().keys("DATA_KEYS", file) == (first,)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_several_keys_are_taken_in_order(tmp_path: Path) -> None:
    assert [key[:1] for key in env(DATA_KEYS=f"{OTHER}, {KEY}").keys("DATA_KEYS", tmp_path / "no")] == [b"\2", b"\1"]
    file = tmp_path / "data_keys"
    file.write_text(f"{OTHER}\n{KEY}\n")
    assert [key[:1] for key in env().keys("DATA_KEYS", file)] == [b"\2", b"\1"]


@pytest.mark.parametrize(
    "value",
    ["secret-but-no-key", KEY[:-4], f"{KEY},{KEY}", f"{KEY},s3cret", base64.b64encode(bytes(32)).decode(), ","],
)
def test_bad_keys_are_refused_without_showing_them(tmp_path: Path, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATA_KEYS is '\(hidden") as refusal:
        env(DATA_KEYS=value).keys("DATA_KEYS", tmp_path / "no")
    assert value.rpartition(",")[2][:40] not in str(refusal.value) or value == ","


def test_a_server_of_its_own_must_be_given_its_keys(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATA_KEYS is ''.*openssl rand -base64 32"):
        env(DATABASE_URL="postgresql://app@h/n").keys("DATA_KEYS", tmp_path / "data_keys")
    assert not list(tmp_path.iterdir())


def test_the_index_key_is_one_and_seals_nothing(tmp_path: Path) -> None:
    keys = env(DATA_KEYS=KEY).keys("DATA_KEYS", tmp_path)
    for value in (KEY, f"{KEY},{OTHER}"):
        with pytest.raises(ImproperlyConfigured, match="one alone, and not one of DATA_KEYS"):
            env(DATA_INDEX_KEY=value).one_key("DATA_INDEX_KEY", tmp_path, unlike=keys)
    assert env(DATA_INDEX_KEY=OTHER).one_key("DATA_INDEX_KEY", tmp_path, unlike=keys)[:1] == b"\2"


def test_a_server_does_not_start_without_its_keys(tmp_path: Path) -> None:
    values = {name: value for name, value in os.environ.items() if not name.startswith(("DATA_", "DATABASE_"))}
    values |= {"RELIEF_VAR": str(tmp_path), "DATABASE_URL": "postgresql://app@127.0.0.1:1/n"}
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=values, capture_output=True, text=True)
    assert done.returncode != 0 and "DATA_KEYS is ''" in done.stderr


def test_bad_setting_stops_the_start(tmp_path: Path) -> None:
    values = {**os.environ, "DEBUG": "maybe", "RELIEF_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=values, capture_output=True, text=True)
    assert done.returncode != 0
    assert "DEBUG is 'maybe'. Accepted: 1, true" in done.stderr


def test_file_completes_the_environment_but_does_not_overrule_it(tmp_path: Path) -> None:
    file = tmp_path / "relief.env"
    file.write_text("LOG_LEVEL=ERROR\nTRUSTED_PROXIES=2\n")
    values = {**os.environ, "RELIEF_ENV": str(file), "RELIEF_VAR": str(tmp_path), "LOG_LEVEL": "INFO"}
    code = "from config import settings as s; print(s.TRUSTED_PROXIES, s.LOGGING['root']['level'])"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True).stdout == "2 INFO\n"
    file.unlink()
    refused = subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True)
    assert "RELIEF_ENV is" in refused.stderr


def test_importing_the_settings_starts_no_server(tmp_path: Path) -> None:
    values = {**os.environ, "RELIEF_VAR": str(tmp_path)}
    values = {name: value for name, value in values.items() if not name.startswith("DATABASE_")}
    subprocess.run([sys.executable, "-c", "import config.settings"], cwd=ROOT, env=values, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data_index_key", "data_keys", "secret_key"]


def test_the_driver_is_psycopg2() -> None:
    assert not is_psycopg3
    assert connections["default"].Database.__name__ == "psycopg2"


def test_too_old_a_server_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = connections["default"]
    monkeypatch.setattr(wrapper, "get_database_version", lambda: (14, 5))
    monkeypatch.setitem(wrapper.__dict__, "pg_version", 140_005)
    with pytest.raises(NotSupportedError, match=r"PostgreSQL 15 or later is required \(found 14.5\)"):
        wrapper.check_database_version_supported()
