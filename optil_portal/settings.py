"""Every setting of the portal, each from the environment with a safe default.

The defaults run the portal on one machine with SQLite. `PORTAL_ENV=production` asks for a secret key and allowed
hosts, and turns on everything that only makes sense behind HTTPS.
"""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var").resolve()

PRODUCTION = os.environ.get("PORTAL_ENV") == "production"
DEBUG = os.environ.get("DEBUG") == "1" and not PRODUCTION


def required_in_production(name: str, default: str) -> str:
    """The environment's value of `name`; `default` outside production.

    Raises ImproperlyConfigured in production when the value is missing.
    """
    value = os.environ.get(name, "")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} is verplicht wanneer PORTAL_ENV=production.")
    return value or default


SECRET_KEY = required_in_production("SECRET_KEY", "alleen-voor-gebruik-op-de-eigen-machine")
ALLOWED_HOSTS = required_in_production("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []

# Who may say where a visitor comes from, and that it was by HTTPS: in production a proxy on this machine.
TRUSTED_PROXIES = os.environ.get("TRUSTED_PROXIES", "127.0.0.1 ::1 unix" if PRODUCTION else "").split()

# How many questions and forms one address may send in a minute; a whole library can sit behind one.
SEARCHES_A_MINUTE = int(os.environ.get("SEARCHES_A_MINUTE", "120"))

# Where people find the portal, for the links in letters: whoever asks for one may name another host.
HERE = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
PORTAL_URL = os.environ.get("PORTAL_URL") or HERE

# The day on which the portal looks at its dated facts; empty means today. Tests and previews set it.
TODAY = date.fromisoformat(os.environ["PORTAL_TODAY"]) if os.environ.get("PORTAL_TODAY") else None

# On what terms others may use the data. As long as OP/TIL has not decided, the portal says that this is open.
LICENCE_NAME = os.environ.get("LICENCE_NAME", "")
LICENCE_URL = os.environ.get("LICENCE_URL", "")

# Who keeps the records proves twice who they are, and is forgotten when they leave their desk.
SECOND_FACTOR = os.environ.get("SECOND_FACTOR", "1" if PRODUCTION else "0") == "1"
SESSION_COOKIE_AGE = 60 * int(os.environ.get("SESSION_MINUTES", "60"))
SESSION_SAVE_EVERY_REQUEST = True  # so that the minutes count from the last request

INSTALLED_APPS = [
    "optil_portal",
    "optil_portal.records",
    "igs",
    "libraries",
    "projects",
    "django_filters",
    "pictures",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "optil_portal.proposals",
    "optil_portal.staff",  # after the apps whose place in the admin it takes
    "optil_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "optil_portal.visitors.behind_proxies",
    "optil_portal.pagecache.middleware.PageCache",
    "optil_portal.records.headers.told_everywhere",
    "django.middleware.security.SecurityMiddleware",
    "optil_portal.health.health_first",
    "optil_portal.visitors.unknown_outside_office",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "optil_portal.limits.limited",
    "optil_portal.compression.PageCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "optil_portal.replicas.ReadFromReplica",
    "optil_portal.records.edition.edition_of_request",
]

ROOT_URLCONF = "optil_portal.urls"
WSGI_APPLICATION = "optil_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["optil_portal.records.templatetags.records_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers do not wait for a writer, and a writer waits its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
    }
else:
    # PostgreSQL plans a query that comes back only once, and takes an index for as quick as it is in memory.
    # It compiles no query to machine code, which takes longer than to answer ours, and counts facets in memory.
    # Behind a pooler that changes connections, turn this off.
    DATABASES["default"]["ENGINE"] = "optil_portal.records.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 5,
        "options": "-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off -c work_mem=32MB",
    } | DATABASES["default"].get("OPTIONS", {})

# Streaming replicas of that database, from which public pages are read as long as these have all of its content.
REPLICAS: dict[str, Any] = {
    f"replica{number}": {
        **dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True),
        # One that is gone must be noticed before a visitor does.
        "ENGINE": DATABASES["default"]["ENGINE"],
        "OPTIONS": DATABASES["default"]["OPTIONS"] | {"connect_timeout": 2, "tcp_user_timeout": 2000},
    }
    for number, url in enumerate(filter(None, os.environ.get("REPLICA_URLS", "").split(",")), start=1)
}
DATABASES |= REPLICAS
DATABASE_ROUTERS = ["optil_portal.replicas.Router"] if REPLICAS else []

# What is counted (for limits) and kept (pages): in each process and in files here, or for several machines in Redis.
CACHE_URL = os.environ.get("CACHE_URL", "")
PAGE_CACHE = os.environ.get("PAGE_CACHE", "1") == "1"
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    "pages": {"BACKEND": "optil_portal.pagecache.files.BoundedFiles", "LOCATION": VAR_DIR / "pages"},
}
if CACHE_URL:
    CACHES = {
        name: {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
            "KEY_PREFIX": name,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},  # who asks waits no longer for a count
        }
        for name in CACHES
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "admin:login"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # as the letter says
SESSION_ENGINE = "optil_portal.staff.sessions"
# A name that begins with __Host- a browser takes from this very host only, by HTTPS, for all its paths. Only the back
# office reads them: see unknown_outside_office.
OF_THIS_HOST = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{OF_THIS_HOST}sessionid"
CSRF_COOKIE_NAME = f"{OF_THIS_HOST}csrftoken"
CSRF_COOKIE_HTTPONLY = True  # no script reads it; the one that sends a form takes its field
KNOWN_COOKIE_NAME = f"{OF_THIS_HOST}known"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
OTP_TOTP_ISSUER = "OP/TIL"
# After five wrong passwords for an account from an address, that account can wait from there, whether it exists or not.
# Many from one address, or to one account from many, it has to wait for too: see optil_portal/staff/lockout.py.
AXES_HANDLER = "optil_portal.staff.lockout.Lock"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "optil_portal.visitors.home_of"
AXES_LOCKOUT_CALLABLE = "optil_portal.staff.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who came in when, the history of the records tells
AXES_ENABLE_ADMIN = False  # it is in English, and the lock opens by itself
AXES_VERBOSE = False

# Without a mail server, letters are written where the log is.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portaal@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

LANGUAGE_CODE = "nl"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
CARDS_DIR = VAR_DIR / "cards"
IMPORTS_DIR = VAR_DIR / "imports"
BACKUPS_DIR = VAR_DIR / "backups"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "optil_portal.static.RememberedStaticFilesStorage"},
}
# Several machines keep uploads in a bucket of S3, or of what speaks as it does.
MEDIA_S3_BUCKET = os.environ.get("MEDIA_S3_BUCKET", "")
MEDIA_S3_ENDPOINT = os.environ.get("MEDIA_S3_ENDPOINT", "")
if MEDIA_S3_BUCKET:
    STORAGES["default"] = {"BACKEND": "optil_portal.bucket.Bucket"}

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

PICTURES = {
    "BREAKPOINTS": {"s": 600, "m": 900, "l": 1160},
    "GRID_COLUMNS": 3,  # so a picture is kept at 386, 773 and 1160 pixels, and not at two dozen widths
    "CONTAINER_WIDTH": 1160,
    "FILE_TYPES": ["WEBP"],
    "PIXEL_DENSITIES": [1],
    "USE_PLACEHOLDERS": False,
}

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^gezond/"]  # a load balancer asks without
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# In production each request has a line; elsewhere the log holds what went wrong only.
LOG_FORMAT = os.environ.get("LOG_FORMAT") or ("json" if PRODUCTION else "text")
LOG_LEVEL = os.environ.get("LOG_LEVEL") or ("INFO" if PRODUCTION else "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "optil_portal.logs.Discreet"}},
    "formatters": {"json": {"()": "optil_portal.logs.Lines"}, "text": {"format": "%(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["discreet"], "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "portal.requests": {"level": LOG_LEVEL},
        "gunicorn.http.wsgi": {"level": "ERROR"},  # it warns at each HEAD request, whose body Django leaves it to drop
        "axes": {"level": "ERROR"},  # it names who was locked out
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # it quotes what anybody sends; the line says 400
    },
}
