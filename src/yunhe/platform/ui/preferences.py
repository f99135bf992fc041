"""Language, theme, open menu sections: the reader's choice, in cookies so that every page knows it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
THEME_COOKIE = "yunhe_theme"
SIDE_COOKIE = "yunhe_side"  # written by frontend/src/menus.ts: keys of open sections, "." between
THEMES = ("light", "dark", "auto")
_YEAR = 365 * 24 * 3600


def language_of(request: HttpRequest) -> str:
    """The chosen language; Chinese unless the reader chose otherwise."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark` or `auto` (as the device)."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def opened_sections(request: HttpRequest) -> frozenset[str]:
    """Keys of the menu sections that the reader left open; the overview until there is a choice."""
    return frozenset(request.COOKIES.get(SIDE_COOKIE, "home").split("."))


def remember(response: HttpResponse, *, language: str = "", theme: str = "") -> None:
    """Keep the choice for a year; unknown values are ignored. Sign-in passes the account's."""
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        _keep(response, LANGUAGE_COOKIE, language)
    if theme in THEMES:
        _keep(response, THEME_COOKIE, theme)


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
