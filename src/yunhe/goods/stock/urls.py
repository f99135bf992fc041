"""Addresses of stock."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.stock import portal
from yunhe.goods.stock.views import console as views
from yunhe.goods.stock.views import nationwide, places

urlpatterns = [
    path("", views.BalanceList.as_view(), name="list"),
    path("movements/", views.MovementList.as_view(), name="movements"),
    path("check/", views.StockCheck.as_view(), name="check"),
    path("nationwide/", nationwide.Nationwide.as_view(), name="nationwide"),
    path("nationwide/<int:pk>/", nationwide.PartnerStock.as_view(), name="partner"),
    path("lots/", views.LotList.as_view(), name="lots"),
    path("lots/record/", views.RecordLots.as_view(), name="lots_record"),
    path("shelf-life/", views.ShelfLifeList.as_view(), name="shelf_life"),
    path("shelf-life/set/", views.ShelfLifeSet.as_view(), name="shelf_life_set"),
    path("receive/", views.ReceiveGoods.as_view(), name="receive"),
    path("count/", views.CountStock.as_view(), name="count"),
    path("places/", places.PlaceList.as_view(), name="places"),
    path("places/set/", places.PlaceSet.as_view(), name="place_set"),
    path("places/<int:pk>/", places.PlaceChange.as_view(), name="place"),
]
portal_patterns = [
    path("", portal.MyStock.as_view(), name="list"),
    path("movements/", portal.MyMovements.as_view(), name="movements"),
    path("count/", portal.CountMyStock.as_view(), name="count"),
]
