"""Settings: read from the environment, checked here, refused with the variable's name when bad."""

import json
from pathlib import Path

from config.embedded_postgres import keys_directory
from config.environment import Environment
from config.mail import mail_of
from config.signing import roots_of, signing_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment.with_file(BASE_DIR / ".env")

# Run-time data: the embedded database, papers written, collected static files. Never inside the repository.
VAR_DIR: Path = env.path("RELIEF_VAR", BASE_DIR / "var")

DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", VAR_DIR / "secret_key")
# What seals CNICs, accounts and telephones in the database, and what makes them findable there.
_KEYS_DIR = keys_directory(VAR_DIR)
DATA_KEYS_FILE = None if env.given("DATA_KEYS") else _KEYS_DIR / "data_keys"
DATA_KEYS = env.keys("DATA_KEYS", _KEYS_DIR / "data_keys")
DATA_INDEX_KEY = env.one_key("DATA_INDEX_KEY", _KEYS_DIR / "data_index_key", unlike=DATA_KEYS)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# The address printed on papers; a QR code leads to PUBLIC_URL/v/<token>.
PORT = env.whole("PORT", 8000, least=1, most=65_535)
PUBLIC_URL = env.url("PUBLIC_URL", f"http://127.0.0.1:{PORT}")

# Papers of cases: where their files are, never below what is served, and how large one may be.
PAPER_STORE = env.path("PAPER_STORE", VAR_DIR / "case-papers")
PAPER_MEGABYTES = env.whole("PAPER_MEGABYTES", 10, least=1, most=100)
PAPER_MEGAPIXELS = env.whole("PAPER_MEGAPIXELS", 50, least=1, most=150)
PAPER_PAGES = env.whole("PAPER_PAGES", 200, least=1, most=2000)
PAPERS_PER_CASE = env.whole("PAPERS_PER_CASE", 200, least=1, most=10_000)
# Files that were made in the background, for some days; workers on several machines share it.
RESULT_STORE = env.path("RESULT_STORE", VAR_DIR / "results")
# Messages to payees: by which class, and what the two of ours need that write files and mail.
MESSAGE_GATEWAY = env.text("MESSAGE_GATEWAY") or "funds.messages.gateways.FileGateway"
MESSAGE_OUTBOX = VAR_DIR / "outbox"
MESSAGE_MAIL_DOMAIN = env.text("MESSAGE_MAIL_DOMAIN") or "localhost"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
PAGE_LIST_ROWS = env.whole("PAGE_LIST_ROWS", 20_000, least=1, most=100_000)

# From how alike, of 100, two people are compared by an officer. At 75 the generated spellings of the tests are found with
# recall 95 % and precision 80 %; higher misses more people who are one, lower asks about more who are two.
# For how long a password that was given counts before a large sanction.
PASSWORD_MINUTES = env.whole("PASSWORD_MINUTES", 5, least=1, most=60)
DUPLICATE_SCORE = env.whole("DUPLICATE_SCORE", 75, least=50, most=100)

# The daily mail: into files unless a server is named.
_mail = mail_of(env, VAR_DIR)
EMAIL_BACKEND, EMAIL_FILE_PATH, DEFAULT_FROM_EMAIL = _mail.backend, _mail.directory, _mail.sender
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _mail.host, _mail.port, 20
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls

# What signs vouchers, and the roots that signatures are checked against; without a certificate they are printed unsigned.
SIGNING = signing_of(env, VAR_DIR)
SIGNING_ROOTS = roots_of(env, SIGNING)
# How many vouchers one address may look up in a minute, without signing in.
PUBLIC_CHECKS_A_MINUTE = env.whole("PUBLIC_CHECKS_A_MINUTE", 30, least=1, most=10_000)

# What belongs to one ministry and not to the product is data of the pack.
PACK_DIR = BASE_DIR / "config" / "pack"
_headings = json.loads((PACK_DIR / "headings.json").read_text(encoding="utf-8"))
PAPER_GOVERNMENT: str = _headings["government"]
PAPER_MINISTRY: str = _headings["ministry"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "djmoney",
    "simple_history",
    "pgtrigger",
    "axes",
    "csp",
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "ledger",
    "beneficiaries",
    "funds",
    "audit",
    "config",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.api_problems.ApiProblemsMiddleware",
    "config.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.refusals.PrivatePagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.OfficeRowsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.refusals.UnsentFormMiddleware",
    "audit.refusals.RefusedAttemptMiddleware",
    "config.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
            "builtins": ["ledger.templatetags.ledger", "config.templatetags.ui", "config.templatetags.ui_forms"],
        },
    },
]

DATABASES = env.databases(VAR_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# One forgetful person must not lock out an office behind one address, so person and address count together.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429

LANGUAGE_CODE = "en"
TIME_ZONE = "Asia/Karachi"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CURRENCIES = ("PKR",)
DEFAULT_CURRENCY = "PKR"
SIMPLE_HISTORY_REVERT_DISABLED = True

# How many proxies of ours stand between the client and this server; each adds one address to X-Forwarded-For.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0, least=0, most=10)

# A demonstration server says so on every page and lists its practice accounts on the sign-in page.
DEMO = env.boolean("DEMO", False)
DEMO_PASSWORD = "practice-only-2025"  # noqa: S105
CSRF_FAILURE_VIEW = "config.views.form_expired"

# HTTPS is switched on where the server stands behind it; a ministry server sets HTTPS=1.
HTTPS = env.boolean("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "WARNING", ["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    "loggers": {"axes": {"level": "ERROR"}},
}
