from __future__ import annotations

from django.urls import path

from yunhe.insight.cockpit import portal, views

urlpatterns = [path("", views.Cockpit.as_view(), name="home")]
portal_patterns = [path("", portal.Home.as_view(), name="home")]
