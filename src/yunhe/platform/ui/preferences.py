"""Language and theme: the reader's choice, in cookies so that the sign-in page knows it too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
THEME_COOKIE = "yunhe_theme"
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
