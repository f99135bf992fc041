"""Addresses of the production schedule."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.schedule import portal, views

urlpatterns = [
    path("", views.ScheduleList.as_view(), name="list"),
    path("plan/", views.PlanProduction.as_view(), name="plan"),
]
portal_patterns = [path("", portal.PromisedDates.as_view(), name="list")]
