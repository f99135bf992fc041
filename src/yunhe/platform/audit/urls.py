from __future__ import annotations

from django.urls import path

from yunhe.platform.audit import views

urlpatterns = [
    path("", views.EntryList.as_view(), name="list"),
    path("<int:pk>/", views.EntryDetail.as_view(), name="entry"),
    path("verify/", views.VerifyView.as_view(), name="verify"),
]
