"""Addresses of connectors."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.connectors import views

urlpatterns = [
    path("", views.ConnectorList.as_view(), name="list"),
    path("messages/", views.MessageList.as_view(), name="messages"),
    path("messages/<int:pk>/", views.MessageDetail.as_view(), name="message"),
    path("messages/<int:pk>/replay/", views.MessageReplay.as_view(), name="replay"),
    path("<slug:code>/reset/", views.BreakerReset.as_view(), name="reset"),
]
