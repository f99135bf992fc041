"""Addresses of shipping."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.shipping.views import console, portal

urlpatterns = [
    path("", console.ShipmentList.as_view(), name="list"),
    path("new/", console.ShipmentCreate.as_view(), name="create"),
    path("claims/", console.ClaimList.as_view(), name="claims"),
    path("claims/<int:pk>/", console.ClaimDecide.as_view(), name="claim"),
    path("<int:pk>/", console.ShipmentDetail.as_view(), name="detail"),
    path("<int:pk>/labels.pdf", console.Labels.as_view(), name="labels"),
    path("<int:pk>/note.pdf", console.DeliveryNote.as_view(), name="note"),
    path("<int:pk>/pack/", console.Pack.as_view(), name="pack"),
    path("<int:pk>/ship/", console.Ship.as_view(), name="ship"),
    path("<int:pk>/cancel/", console.Cancel.as_view(), name="cancel"),
]
portal_patterns = [
    path("", portal.OwnShipments.as_view(), name="list"),
    path("<int:pk>/", portal.OwnShipment.as_view(), name="detail"),
    path("<int:pk>/labels.pdf", portal.OwnLabels.as_view(), name="labels"),
    path("<int:pk>/note.pdf", portal.OwnNote.as_view(), name="note"),
    path("claims/<int:pk>/", portal.SellerDecide.as_view(), name="claim"),
    path("<int:pk>/receive/", portal.Receive.as_view(), name="receive"),
]
