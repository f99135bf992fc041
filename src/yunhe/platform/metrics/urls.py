from __future__ import annotations

from django.urls import path

from yunhe.platform.metrics import views

urlpatterns = [
    path("", views.MetricList.as_view(), name="list"),
    path("definitions.yaml", views.Definitions.as_view(), name="definitions"),
    path("refresh/", views.RefreshMart.as_view(), name="refresh"),
    path("<slug:name>/", views.MetricDetail.as_view(), name="detail"),
    path("<slug:name>/rows/", views.MetricRows.as_view(), name="rows"),
]
