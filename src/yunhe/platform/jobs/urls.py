"""Addresses of background work."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.jobs import views

urlpatterns = [
    path("", views.RunList.as_view(), name="list"),
    path("<uuid:pk>/", views.RunDetail.as_view(), name="detail"),
    path("<uuid:pk>/progress/", views.RunFragment.as_view(), name="progress"),
    path("<uuid:pk>/cancel/", views.RunCancel.as_view(), name="cancel"),
    path("<uuid:pk>/restart/", views.RunRestart.as_view(), name="restart"),
]
