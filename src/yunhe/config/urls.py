"""URLs: each domain's console pages at `/<domain>/`, its dealer pages at `/portal/<domain>/`.

A domain's `urls.py` lists `urlpatterns` and, where dealers have pages, `portal_patterns`; both use
the domain's name as namespace (`orders:detail`, `orders_portal:detail`). The API is at `/api/v1/`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from yunhe.config.domains import DOMAINS

PREFIXES = {"ui": "", "accounts": "account/", "ops": "", "api": "api/v1/"}


def _domain_urls() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for domain in DOMAINS:
        if domain not in settings.INSTALLED_APPS or not find_spec(f"{domain}.urls"):
            continue
        name = domain.rsplit(".", 1)[1]
        module = import_module(f"{domain}.urls")
        prefix = PREFIXES.get(name, f"{name}/")
        found.append(path(prefix, include((module.urlpatterns, name))))
        if portal := getattr(module, "portal_patterns", None):
            found.append(path(f"portal/{prefix}", include((portal, f"{name}_portal"))))
    return sorted(found, key=_late)


def _late(urls: URLPattern | URLResolver) -> int:
    """The API first, since programs call it most; what has no prefix of its own is looked into last."""
    prefix = str(urls.pattern)
    return 0 if prefix == PREFIXES["api"] else 1 if prefix else 2


urlpatterns = _domain_urls()
handler400 = "yunhe.platform.ui.views.errors.bad_request"
handler403 = "yunhe.platform.ui.views.errors.forbidden"
handler404 = "yunhe.platform.ui.views.errors.not_found"
handler500 = "yunhe.platform.ui.views.errors.server_error"
