"""One settings file; what differs between machines comes from the environment (docs/operations.md lists it)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from config.attendance import *  # noqa: F403
from config.cards import CARD_PRINT_DAYS, PUBLIC_ADDRESS  # noqa: F401
from config.keeping import *  # noqa: F403
from config.keeping import (
    HEADCOUNT_KEEP_SECONDS,
    HOURLY,
    MATCH_KEEP_SECONDS,
    PLACEMENT_KEEP_SECONDS,
    PLACEMENT_LINK_SECONDS,
)
from config.rates import *  # noqa: F403
from config.rates import API_RATES
from config.ways_in import *  # noqa: F403
from park_workers.foundation.keys import KeyRing
from park_workers.foundation.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

#: Everything the service writes on this machine: database, uploads, broker folder, audit heads.
STATE_DIR = Path(env.str("YXT_STATE_DIR", default=str(BASE_DIR / "var")))
KEYS_FILE = Path(env.str("YXT_KEYS_FILE", default=str(Path.home() / ".config" / "yixiantong" / "keys.json")))
#: Commands that run before there are keys; everything else refuses to start without them.
KEYLESS_COMMANDS = {"init_keys", "makemigrations", "help", "--help", "version", "--version"}
KEY_RING: KeyRing | None
if len(sys.argv) > 1 and sys.argv[1] in KEYLESS_COMMANDS and not KEYS_FILE.exists():
    KEY_RING, SECRET_KEY = None, "only-for-commands-that-sign-nothing-" + os.urandom(24).hex()
else:
    KEY_RING = KeyRing.load(KEYS_FILE)
    SECRET_KEY = KEY_RING.django_secret

DEBUG = env.bool("YXT_DEBUG", default=False)
ALLOWED_HOSTS = env.list("YXT_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("YXT_CSRF_TRUSTED_ORIGINS", default=[])
#: Plain HTTP is for one machine only (the demo); behind a proxy everything is HTTPS.
IS_HTTPS = env.bool("YXT_HTTPS", default=True)
#: A practice installation has a business day that people set (foundation/business_day.py); never a server others reach.
PRACTICE = env.bool("YXT_PRACTICE", default=False)
if PRACTICE and IS_HTTPS:
    raise ImproperlyConfigured("YXT_PRACTICE=1 is for practice on one machine: it goes with YXT_HTTPS=0 only")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "park_workers.foundation",
    "park_workers",
    "training",
    "subsidies",
    "api",
    "pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.headers.CompressedPages",
    "config.headers.ContentPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.headers.AnswersAreNotStored",
    "config.whitenoise_files.CompressedFiles",
    "config.texts.TextsWithoutHoles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pages.accounts.session_rules.LogInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pages.accounts.session_rules.SessionRules",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database() -> dict[str, Any]:
    """The database named by DATABASE_URL, with what each engine needs to be safe under many writers."""
    found: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{STATE_DIR / 'yixiantong.sqlite3'}")
    found["ATOMIC_REQUESTS"] = False
    found["CONN_MAX_AGE"] = env.int("YXT_DB_CONN_MAX_AGE", default=600)
    if "sqlite" in found["ENGINE"]:
        STATE_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
        }
    else:
        found["CONN_HEALTH_CHECKS"] = True
        # The planner's just-in-time compiler costs more than it saves on batch statements.
        # Statements of every request are planned once a connection, unless a pool between shares connections out.
        is_prepared = env.bool("YXT_DB_PREPARED", default=True)
        found["OPTIONS"] = {"options": "-c jit=off", "prepare_threshold": 2 if is_prepared else None}
    return found


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "park_workers.User"
PASSWORD_HASHERS = ["park_workers.foundation.password_hashing.ServiceArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "park_workers.foundation.password_rules.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "park_workers.foundation.password_rules.CommonPasswordValidator"},
    {"NAME": "park_workers.foundation.password_rules.LocalWordsValidator"},
    {
        "NAME": "park_workers.foundation.password_rules.OwnNameValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
]
#: Length and lists protect better; kinds of characters and renewal are for assessments of 等保 that ask for them.
if env.bool("YXT_PASSWORD_COMPLEXITY", default=False):
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "park_workers.foundation.password_rules.CharacterKindsValidator"})
PASSWORD_MAX_DAYS = env.int("YXT_PASSWORD_MAX_DAYS", default=0)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
#: Proxies of our own in front; with 0 nobody's X-Forwarded-For is believed.
TRUSTED_PROXIES = env.int("YXT_PROXIES", default=0)
#: Staff log in with a second factor; only the demo on one machine goes without.
REQUIRE_SECOND_FACTOR = env.bool("YXT_REQUIRE_SECOND_FACTOR", default=True)
#: Approving, publishing, revealing and exporting ask again after this long (0 = never).
CONFIRM_AGAIN_SECONDS = env.int("YXT_CONFIRM_AGAIN_SECONDS", default=600)
LOGIN_URL, LOGIN_REDIRECT_URL = "log_in", "home"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH = True, False

#: Encrypted files (uploads, error copies, pictures).
FILES_DIR = STATE_DIR / "files"
AUDIT_HEADS_FILE = Path(env.str("YXT_AUDIT_HEADS_FILE", default=str(STATE_DIR / "audit-heads.log")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024**2  # what people give us never lies in plain in a temporary file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- the API ----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        f"api.authentication.{by}Authentication" for by in ("ClientKey", "SessionMember")
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.authentication.ActsInARole"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.TextJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.ByKey",
    "DEFAULT_FILTER_BACKENDS": ["api.filters.KnownFilters"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.OperationSchema",
    "DEFAULT_THROTTLE_CLASSES": [f"api.throttles.{who}Throttle" for who in ("Person", "ClientKey", "Stranger")],
    "DEFAULT_THROTTLE_RATES": API_RATES,
    #: proxies in front of us that add to X-Forwarded-For; with 0 the header is not believed
    "NUM_PROXIES": env.int("YXT_PROXIES", default=0),
    "EXCEPTION_HANDLER": "api.errors.answer_problem",
    #: OPTIONS answers 405: what there is to know of an operation stands in the document
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "一线通 API",
    "DESCRIPTION": "Hiring and recruitment subsidies of a textile park and its district bureau; docs/api.md says how to begin.",
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["api.authentication.ActsInARole"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Choices stand where they are used: every table has a `status` and a `kind` of its own.
    "POSTPROCESSING_HOOKS": ["api.examples.add_examples"],
}

# --- background work --------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("YXT_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    _queue = STATE_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the Job row is the truth; a message is only a hint
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
#: Seconds between two runs of the sweeper, the audit sealer and the clock of public notices.
JOB_SWEEP_SECONDS = env.float("YXT_JOB_SWEEP_SECONDS", default=15)
AUDIT_SEAL_SECONDS = env.float("YXT_AUDIT_SEAL_SECONDS", default=5)
NOTICE_CLOCK_SECONDS = env.float("YXT_NOTICE_CLOCK_SECONDS", default=600)
CELERY_BEAT_SCHEDULE = {
    name: {"task": "foundation.run_job", "kwargs": {"tick": name}, "schedule": seconds}
    for name, seconds in (
        ("foundation.sweep_jobs", JOB_SWEEP_SECONDS),
        ("foundation.seal_audit", AUDIT_SEAL_SECONDS),
        ("subsidies.close_notices", NOTICE_CLOCK_SECONDS),
        ("training.link_hires", PLACEMENT_LINK_SECONDS),
        ("park_workers.keep_headcounts", HEADCOUNT_KEEP_SECONDS),
        ("training.keep_placements", PLACEMENT_KEEP_SECONDS),
        ("subsidies.keep_matches", MATCH_KEEP_SECONDS),
        *((forgetting, 3600) for forgetting in HOURLY),
    )
}
#: A running job whose heartbeat is older than this is taken up again; longer than the longest load.
JOB_STALE_SECONDS = env.float("YXT_JOB_STALE_SECONDS", default=120)
JOB_HEARTBEAT_SECONDS = env.float("YXT_JOB_HEARTBEAT_SECONDS", default=2)
JOB_MAX_ATTEMPTS = env.int("YXT_JOB_MAX_ATTEMPTS", default=3)
#: True runs a job in the calling process as soon as its transaction commits (replays, most tests).
JOBS_INLINE = env.bool("YXT_JOBS_INLINE", default=False)

# --- safety -----------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
#: From the log-in on, and from the last request on.
SESSION_COOKIE_AGE = env.int("YXT_SESSION_HOURS", default=8) * 3600
SESSION_IDLE_SECONDS = env.int("YXT_SESSION_IDLE_MINUTES", default=60) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("YXT_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Everything comes from here; pictures also from data: (icons of the style sheets, the QR code of a secret).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: ["'none'"] for key in ("default-src", "base-uri", "object-src", "frame-ancestors")},
        **{
            key: ["'self'"]
            for key in ("script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action")
        },
        "img-src": ["'self'", "data:"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
        "interest-cohort", "magnetometer", "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip
#: probes of this machine speak plain HTTP
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]

#: /metrics answers this machine itself, and others only with `Authorization: Bearer <token>`
METRICS_TOKEN = env.str("YXT_METRICS_TOKEN", default="")
#: /health/ready: workers that ran no periodic work for so long count as gone
WORKER_STALE_SECONDS = env.float("YXT_WORKER_STALE_SECONDS", default=60)
LOG_FORMAT = env.str("YXT_LOG_FORMAT", default="line")
LOGGING = logging_settings(form=LOG_FORMAT, level=env.str("YXT_LOG_LEVEL", default="WARNING"))
