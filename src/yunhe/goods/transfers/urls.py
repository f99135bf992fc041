"""Addresses of stock alerts and transfers."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.transfers import portal, views

urlpatterns = [
    path("", views.TransferList.as_view(), name="list"),
    path("new/", views.TransferCreate.as_view(), name="create"),
    path("alerts/", views.AlertList.as_view(), name="alerts"),
    path("rules/", views.RuleList.as_view(), name="rules"),
    path("rules/set/", views.RuleSet.as_view(), name="rule_set"),
    path("proposals/", views.ProposalList.as_view(), name="proposals"),
    path("<int:pk>/", views.TransferDetail.as_view(), name="detail"),
]
portal_patterns = [
    path("", portal.MyTransfers.as_view(), name="list"),
    path("alerts/", portal.MyAlerts.as_view(), name="alerts"),
    path("<int:pk>/", portal.MyTransfer.as_view(), name="detail"),
    path("<int:pk>/receive/", portal.ReceiveTransfer.as_view(), name="receive"),
    path("<int:pk>/do/<slug:action>/", portal.TransferAction.as_view(), name="act"),
]
