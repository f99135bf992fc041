"""Addresses of events and webhooks."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.events import views

urlpatterns = [
    path("", views.EventList.as_view(), name="list"),
    path("given-up/", views.DeadLetters.as_view(), name="dead"),
    path("given-up/replay/", views.Replay.as_view(), name="replay"),
    path("webhooks/", views.EndpointList.as_view(), name="endpoints"),
    path("webhooks/deleted/", views.DeletedEndpoints.as_view(), name="endpoints_deleted"),
    path("webhooks/new/", views.EndpointCreate.as_view(), name="endpoint_create"),
    path("webhooks/<int:pk>/", views.EndpointDetail.as_view(), name="endpoint"),
    path("webhooks/<int:pk>/change/", views.EndpointChange.as_view(), name="endpoint_change"),
    path("webhooks/<int:pk>/secret/", views.EndpointRotate.as_view(), name="endpoint_rotate"),
    path("webhooks/<int:pk>/test/", views.EndpointTry.as_view(), name="endpoint_test"),
    path("webhooks/<int:pk>/pause/", views.EndpointPause.as_view(), name="endpoint_pause"),
    path("webhooks/<int:pk>/resume/", views.EndpointResume.as_view(), name="endpoint_resume"),
    path("webhooks/<int:pk>/delete/", views.EndpointDelete.as_view(), name="endpoint_delete"),
    path("webhooks/<int:pk>/replay/", views.EndpointReplay.as_view(), name="endpoint_replay"),
    path("<uuid:pk>/", views.EventDetail.as_view(), name="detail"),
]
