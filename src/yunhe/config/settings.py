"""Settings. Everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
import secrets
from gettext import gettext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from yunhe.config.domains import DOMAINS
from yunhe.platform.database.url import parse_database_url
from yunhe.platform.files.address import s3_options

PACKAGE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = PACKAGE_DIR.parent.parent


def _var_dir() -> Path:
    """Where data live. Raises ImproperlyConfigured when nothing can be written there."""
    folder = Path(os.environ.get("YUNHE_VAR") or PROJECT_DIR / "var").resolve()
    reason = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
    if reason or not os.access(folder, os.W_OK | os.X_OK):
        sentence = gettext(
            "Data cannot be kept in %(folder)s%(why)s. Set YUNHE_VAR to another folder."
        )
        why = f" ({reason})" if reason else ""
        raise ImproperlyConfigured(sentence % {"folder": folder, "why": why})
    return folder


VAR_DIR = _var_dir()


def _secret_key() -> str:
    """From the environment; a single machine without one keeps its own under `var/`."""
    if key := os.environ.get("YUNHE_SECRET_KEY"):
        return key
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


def _encryption_keys() -> list[str]:
    """Fernet keys, newest first; a single machine without any keeps its own under `var/`."""
    if keys := os.environ.get("YUNHE_ENCRYPTION_KEYS"):
        return [key.strip() for key in keys.split(",") if key.strip()]
    kept = VAR_DIR / "encryption_keys"
    if not kept.exists():
        kept.write_text(Fernet.generate_key().decode())
        kept.chmod(0o600)
    return kept.read_text().split()


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


SECRET_KEY = _secret_key()
ENCRYPTION_KEYS = _encryption_keys()
DEBUG = _flag("YUNHE_DEBUG", False)
HTTPS = _flag("YUNHE_HTTPS", False)
ALLOWED_HOSTS = os.environ.get("YUNHE_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YUNHE_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    *[domain for domain in DOMAINS if find_spec(domain) and find_spec(f"{domain}.apps")],
]
_ACCESS = "yunhe.platform.access.middleware"
MIDDLEWARE = [
    "yunhe.platform.ops.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yunhe.platform.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "yunhe.platform.ui.middleware.SecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yunhe.platform.ops.middleware.DatabaseMiddleware",
    "yunhe.platform.ui.middleware.DomainErrorMiddleware",
    f"{_ACCESS}.ScopeMiddleware",
    "yunhe.platform.ops.second_factor.SecondFactorMiddleware",
]
ROOT_URLCONF = "yunhe.config.urls"
WSGI_APPLICATION = "yunhe.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "yunhe.platform.ui.context.shell",
            ],
        },
    }
]

if _url := os.environ.get("DATABASE_URL"):
    try:
        _database = parse_database_url(_url)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **_database}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "yunhe.platform.database",
            "NAME": "yunhe",
            "EMBEDDED_DATA_DIR": VAR_DIR / "postgres",
        }
    }
# A kept connection is tried once at the start of a request (some 0.1 ms): the server may have gone.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
if _test_name := os.environ.get("YUNHE_TEST_DATABASE"):
    DATABASES["default"]["TEST"] = {"NAME": _test_name}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
FIRST_ACCOUNT_URL = "network:first"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "yunhe.platform.ui.views.errors.csrf_failed"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Roles (or `headquarters`, `all`) that may work only with an authenticator.
SECOND_FACTOR_ROLES = [
    name.strip()
    for name in os.environ.get("YUNHE_SECOND_FACTOR_ROLES", "").split(",")
    if name.strip()
]
SESSION_ENGINE = "yunhe.platform.accounts.sessions"
SESSION_COOKIE_NAME = "yunhe_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
TRUSTED_PROXIES = int(os.environ.get("YUNHE_TRUSTED_PROXIES", "0"))
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("YUNHE_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
WHITENOISE_USE_FINDERS = True
FILES_URL = os.environ.get("YUNHE_FILES_URL", "")
CLAMD = os.environ.get("YUNHE_CLAMD", "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "yunhe.platform.files.s3.BucketStorage",
        "OPTIONS": s3_options(FILES_URL),
    }
    if FILES_URL
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SITE_URL = os.environ.get("YUNHE_URL", "http://localhost:8000").rstrip("/")
EMAIL_BACKEND = os.environ.get(
    "YUNHE_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = os.environ.get("YUNHE_EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("YUNHE_EMAIL_FROM", "yunhe@localhost")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MART_DIR = VAR_DIR / "mart"
MART_URL = os.environ.get("YUNHE_MART_URL", "duckdb://")
CURRENCY = os.environ.get("YUNHE_CURRENCY", "CNY")
# The company prefix that GS1 gave the manufacturer, 7 to 10 digits; this one is a sample.
GS1_PREFIX = os.environ.get("YUNHE_GS1_PREFIX", "6901234")
