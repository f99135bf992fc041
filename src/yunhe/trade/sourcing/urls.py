"""Addresses of sourcing."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.trade.sourcing import portal
from yunhe.trade.sourcing.views import console

urlpatterns = [
    path("", console.PartList.as_view(), name="list"),
    path("rules/", console.RuleList.as_view(), name="rules"),
    path("rules/new/", console.RuleEdit.as_view(), name="rule_create"),
    path("rules/<int:pk>/", console.RuleEdit.as_view(), name="rule"),
    path("places/", console.PointList.as_view(), name="points"),
    path("places/new/", console.PointEdit.as_view(), name="point_create"),
    path("places/<int:pk>/", console.PointEdit.as_view(), name="point"),
    path("orders/<int:pk>/", console.SourceOrder.as_view(), name="order"),
]
portal_patterns = [
    path("", portal.OwnParts.as_view(), name="list"),
    path("cart/", portal.SourceCart.as_view(), name="cart"),
    path("<int:pk>/", portal.OwnPartDetail.as_view(), name="part"),
    path("<int:pk>/refuse/", portal.OwnPartRefuse.as_view(), name="refuse"),
    re_path(r"^(?P<pk>\d+)/(?P<action>accept|serve)/$", portal.OwnPartAction.as_view(), name="act"),
]
