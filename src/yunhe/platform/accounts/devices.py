"""From a request: which device, from which address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

APPS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Lark", "Feishu"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
PHONES = {"iPhone", "Android", "HarmonyOS", "iPad"}


def client_address(request: HttpRequest) -> str | None:
    """The sender's address: the peer's, or the one that the outermost trusted proxy saw.

    `settings.TRUSTED_PROXIES` says how many proxies of ours append to X-Forwarded-For.
    """
    trusted = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if trusted and len(forwarded) >= trusted and forwarded[-trusted]:
        return forwarded[-trusted]
    return request.META.get("REMOTE_ADDR") or None


def device_name(agent: str) -> str:
    """`Chrome · Windows` from a User-Agent; "" when nothing is recognised."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (APPS, SYSTEMS)]
    return " · ".join(part for part in found if part)


def is_phone(agent: str) -> bool:
    """Whether the device is held in the hand."""
    return any(name in agent for name in PHONES)
