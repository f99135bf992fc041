"""Addresses of returns."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.returns import portal, views

urlpatterns = [
    path("", views.ReturnList.as_view(), name="list"),
    path("rights/", views.RightList.as_view(), name="rights"),
    path("rights/grant/", views.RightGrant.as_view(), name="right_grant"),
    path("rights/<int:pk>/", views.RightDetail.as_view(), name="right"),
    path("rights/<int:pk>/change/", views.RightChanged.as_view(), name="right_change"),
    path("<int:pk>/", views.ReturnDetail.as_view(), name="detail"),
    path("<int:pk>/inspect/", views.InspectReturn.as_view(), name="inspect"),
    path("<int:pk>/do/<slug:action>/", views.ReturnAction.as_view(), name="act"),
]
portal_patterns = [
    path("", portal.MyReturns.as_view(), name="list"),
    path("ask/", portal.AskReturn.as_view(), name="ask"),
    path("<int:pk>/", portal.MyReturn.as_view(), name="detail"),
    path("<int:pk>/inspect/", portal.InspectCustomers.as_view(), name="inspect"),
    path("<int:pk>/do/<slug:action>/", portal.MyReturnAction.as_view(), name="act"),
]
