"""Addresses of the production schedule."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.schedule import portal, views

urlpatterns = [
    path("", views.ScheduleList.as_view(), name="list"),
    path("plan/", views.PlanProduction.as_view(), name="plan"),
    path("<int:pk>/", views.ProductionDetail.as_view(), name="detail"),
    path("<int:pk>/start/", views.ProductionStart.as_view(), name="start"),
    path("<int:pk>/finish/", views.ProductionFinish.as_view(), name="finish"),
    path("<int:pk>/move/", views.ProductionMove.as_view(), name="move"),
]
portal_patterns = [
    path("", portal.PromisedDates.as_view(), name="list"),
    path("production/", portal.OwnSchedule.as_view(), name="production"),
    path("promises/", portal.OwnPromises.as_view(), name="promises"),
]
