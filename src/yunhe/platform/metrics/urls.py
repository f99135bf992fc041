from __future__ import annotations

from django.urls import path

from yunhe.platform.metrics import target_pages, views

urlpatterns = [
    path("", views.MetricList.as_view(), name="list"),
    path("definitions.yaml", views.Definitions.as_view(), name="definitions"),
    path("targets/", target_pages.TargetList.as_view(), name="targets"),
    path("targets/new/", target_pages.TargetSet.as_view(), name="target_set"),
    path("targets/remove/", target_pages.TargetsRemove.as_view(), name="targets_remove"),
    path("refresh/", views.RefreshMart.as_view(), name="refresh"),
    path("<slug:name>/", views.MetricDetail.as_view(), name="detail"),
    path("<slug:name>/rows/", views.MetricRows.as_view(), name="rows"),
]
