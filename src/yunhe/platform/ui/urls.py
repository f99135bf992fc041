"""The shell's addresses."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.ui.views import pwa, shell
from yunhe.platform.ui.views.design import DesignView

app_name = "ui"
urlpatterns = [
    path("", shell.HomeView.as_view(), name="home"),
    path("me/", shell.MeView.as_view(), name="me"),
    path("search/", shell.SearchView.as_view(), name="search"),
    path("pulse/", shell.PulseView.as_view(), name="pulse"),
    path("language/", shell.choose_language, name="language"),
    path("theme/", shell.choose_theme, name="theme"),
    path("design/", DesignView.as_view(), name="design"),
    path("offline/", pwa.offline, name="offline"),
    path("manifest.webmanifest", pwa.web_manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
]
