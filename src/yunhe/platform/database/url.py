"""Read a PostgreSQL URL into Django's database settings."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any

from psycopg.conninfo import conninfo_to_dict


def parse_database_url(url: str) -> dict[str, Any]:
    """Return NAME, USER, PASSWORD, HOST, PORT and OPTIONS for a `postgresql://` URL.

    Raises ValueError when the URL is not one PostgreSQL understands.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise ValueError(_("DATABASE_URL must start with postgresql:// (PostgreSQL 16 or newer)."))
    try:
        parts = conninfo_to_dict(url)
    except Exception as error:
        sentence = _("DATABASE_URL is not a PostgreSQL address: %(why)s")
        raise ValueError(sentence % {"why": " ".join(str(error).split())}) from error
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    settings: dict[str, Any] = {
        name: str(parts.pop(key)) for key, name in known.items() if parts.get(key) is not None
    }
    if not settings.get("NAME"):
        raise ValueError(_("DATABASE_URL names no database: postgresql://login@host/database"))
    settings["OPTIONS"] = dict(parts)
    return settings
