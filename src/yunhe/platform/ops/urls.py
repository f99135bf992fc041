from __future__ import annotations

from django.urls import path

from yunhe.platform.ops import views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]
