"""Addresses of orders."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.trade.orders.views import (
    addressing,
    blank,
    cart,
    catalogue,
    changing,
    console,
    drafts,
    entering,
    moving,
    own,
    scan,
    supplying,
    terms,
)

urlpatterns = [
    path("", console.OrderList.as_view(), name="list"),
    path("new/", console.OrderCreate.as_view(), name="create"),
    path("file/", entering.FileEntry.as_view(), name="file"),
    path("file/blank/", blank.BlankFile.as_view(), name="blank_file"),
    path("terms/", terms.TermsList.as_view(), name="terms"),
    path("terms/new/", terms.TermsEdit.as_view(), name="terms_create"),
    path("terms/<int:pk>/", terms.TermsEdit.as_view(), name="terms_edit"),
    path("confirm-waiting/", moving.OrderConfirmWaiting.as_view(), name="confirm_waiting"),
    path("<int:pk>/amend/", changing.OrderAmend.as_view(), name="amend"),
    path("<int:pk>/address/", addressing.OrderAddress.as_view(), name="address"),
    path("<int:pk>/reprice/", changing.OrderReprice.as_view(), name="reprice"),
    path("<int:pk>/ship-part/", changing.OrderShipPart.as_view(), name="ship_part"),
    path("confirm/", moving.OrderConfirmMany.as_view(), name="confirm_many"),
    path("<int:pk>/", console.OrderDetail.as_view(), name="detail"),
    path("<int:pk>/lines/", console.OrderLineList.as_view(), name="lines"),
    path("<int:pk>/cancel/", moving.OrderCancel.as_view(), name="cancel"),
    path("<int:pk>/credit-missing/", moving.OrderCreditMissing.as_view(), name="credit_missing"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>submit|confirm|ship|close_short|receive|close|reopen)/$",
        moving.OrderAction.as_view(),
        name="act",
    ),
]
portal_patterns = [
    path("", own.OwnOrders.as_view(), name="list"),
    path("new/", catalogue.Catalogue.as_view(), name="catalogue"),
    path("file/", entering.OwnFileEntry.as_view(), name="file"),
    path("file/blank/", blank.OwnBlankFile.as_view(), name="blank_file"),
    path("templates/", entering.Templates.as_view(), name="templates"),
    path("favourites/<int:pk>/", entering.SetFavourite.as_view(), name="favourite"),
    path("supply/", supplying.SuppliedOrders.as_view(), name="supply"),
    path("supply/<int:pk>/", supplying.SuppliedOrder.as_view(), name="supply_detail"),
    path("supply/<int:pk>/ship/", supplying.ShipToStore.as_view(), name="supply_ship"),
    path("supply/<int:pk>/refuse/", supplying.RefuseStore.as_view(), name="supply_refuse"),
    re_path(
        r"^supply/(?P<pk>\d+)/(?P<action>confirm|close_short|close)/$",
        supplying.SupplyAction.as_view(),
        name="supply_act",
    ),
    path("<int:pk>/template/", entering.SaveAsTemplate.as_view(), name="save_template"),
    path("<int:pk>/amend/", changing.OwnAmend.as_view(), name="amend"),
    path("scan/", scan.ScanOrder.as_view(), name="scan"),
    path("cart/", cart.Cart.as_view(), name="cart"),
    path("drafts/", drafts.Drafts.as_view(), name="drafts"),
    path("drafts/park/", drafts.ParkCart.as_view(), name="park"),
    path("<int:pk>/address/", addressing.OwnOrderAddress.as_view(), name="address"),
    path("<int:pk>/", own.OwnOrder.as_view(), name="detail"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>cancel|again|receive|reopen|submit|take_up)/$",
        own.OwnOrderAction.as_view(),
        name="act",
    ),
]
