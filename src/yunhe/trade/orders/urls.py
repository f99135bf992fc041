"""Addresses of orders."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.trade.orders.views import console, portal, scan

urlpatterns = [
    path("", console.OrderList.as_view(), name="list"),
    path("new/", console.OrderCreate.as_view(), name="create"),
    path("confirm/", console.OrderConfirmMany.as_view(), name="confirm_many"),
    path("<int:pk>/", console.OrderDetail.as_view(), name="detail"),
    path("<int:pk>/cancel/", console.OrderCancel.as_view(), name="cancel"),
    path("<int:pk>/credit-missing/", console.OrderCreditMissing.as_view(), name="credit_missing"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>submit|confirm|ship|receive|close)/$",
        console.OrderAction.as_view(),
        name="act",
    ),
]
portal_patterns = [
    path("", portal.OwnOrders.as_view(), name="list"),
    path("new/", portal.Catalogue.as_view(), name="catalogue"),
    path("scan/", scan.ScanOrder.as_view(), name="scan"),
    path("cart/", portal.Cart.as_view(), name="cart"),
    path("<int:pk>/", portal.OwnOrder.as_view(), name="detail"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>cancel|again|receive)/$",
        portal.OwnOrderAction.as_view(),
        name="act",
    ),
]
