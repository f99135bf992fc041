from __future__ import annotations

from django.urls import path

from yunhe.platform.notifications import views

urlpatterns = [
    path("", views.MessageList.as_view(), name="list"),
    path("<int:pk>/open/", views.OpenMessage.as_view(), name="open"),
    path("read-all/", views.ReadAll.as_view(), name="read_all"),
    path("preferences/", views.Preferences.as_view(), name="preferences"),
]
