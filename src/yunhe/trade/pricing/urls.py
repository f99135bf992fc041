"""Addresses of pricing."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.pricing import portal, views

urlpatterns = [
    path("", views.PriceListList.as_view(), name="list"),
    path("new/", views.PriceListCreate.as_view(), name="create"),
    path("why/", views.WhyThisPrice.as_view(), name="why"),
    path("<int:pk>/", views.PriceListDetail.as_view(), name="detail"),
    path("<int:pk>/change/", views.PriceListChange.as_view(), name="change"),
    path("<int:pk>/prices/", views.PriceRows.as_view(), name="prices"),
    path("<int:pk>/prices/set/", views.PricesSet.as_view(), name="set"),
    path("<int:pk>/publish/", views.PublishList.as_view(), name="publish"),
    path("<int:pk>/withdraw/", views.WithdrawList.as_view(), name="withdraw"),
]
portal_patterns = [path("", portal.MyPrices.as_view(), name="list")]
