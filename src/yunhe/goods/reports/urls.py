"""Addresses of stock reports."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.reports import portal, views

urlpatterns = [
    path("", views.ReportList.as_view(), name="list"),
    path("credibility/", views.CredibilityList.as_view(), name="credibility"),
    path("credibility/<int:pk>/", views.CredibilityDetail.as_view(), name="credibility_of"),
    path("<int:pk>/", views.ReportDetail.as_view(), name="detail"),
]
portal_patterns = [
    path("", portal.MyReports.as_view(), name="list"),
    path("start/", portal.StartReport.as_view(), name="start"),
    path("credibility/", portal.MyCredibility.as_view(), name="credibility"),
    path("<int:pk>/", portal.MyReport.as_view(), name="detail"),
    path("<int:pk>/count/", portal.CountReport.as_view(), name="count"),
    path("<int:pk>/submit/", portal.SubmitReport.as_view(), name="submit"),
]
