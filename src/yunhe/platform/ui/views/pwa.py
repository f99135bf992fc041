"""What makes the portal installable: manifest, service worker, offline page."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from yunhe.platform.ui import navigation
from yunhe.platform.ui.assets import BUILD_DIR, asset, manifest


@cache_control(private=True, max_age=3600)
def web_manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest in the reader's language."""
    return JsonResponse(
        {
            "name": _("Yunhe dealer portal"),
            "short_name": _("Yunhe"),
            "lang": request.LANGUAGE_CODE,
            "start_url": _start_url(request),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f5f7f7",
            "theme_color": "#0b4f56",
            "icons": [
                {
                    "src": static(f"yunhe/{name}"),
                    "sizes": sizes,
                    "type": kind,
                    "purpose": purpose,
                }
                for name, sizes, kind, purpose in (
                    ("app-icon.svg", "any", "image/svg+xml", "any"),
                    ("app-icon-192.png", "192x192", "image/png", "any"),
                    ("app-icon-512.png", "512x512", "image/png", "any"),
                    ("app-icon-maskable.png", "512x512", "image/png", "maskable"),
                )
            ],
        },
        content_type="application/manifest+json",
    )


def _start_url(request: HttpRequest) -> str:
    """The portal's home itself: `/` only redirects, which is no page to keep for offline."""
    items = navigation.items_for(getattr(request, "principal", None), "portal")
    return next((item.url for item in items if item.section == "home"), "/")


@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker at the root, so that its scope is the whole site, with the files it keeps."""
    path = BUILD_DIR / manifest().get("sw.js", "sw.js")
    if not path.exists():
        return HttpResponse(status=404)
    kept = [asset(name) for name in ("yunhe.css", "app.js", "theme.js", "icons.svg")]
    head = f"self.YUNHE_KEEP = {json.dumps([*kept, '/offline/'])};\n"
    return HttpResponse(head + path.read_text(), content_type="text/javascript; charset=utf-8")


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown when there is no network and the page was never fetched."""
    return render(request, "ui/pages/offline.html")
