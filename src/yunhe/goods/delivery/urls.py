"""Addresses of delivery planning."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.delivery import portal
from yunhe.goods.delivery.views import masters, plans, tours

urlpatterns = [
    path("", plans.PlanList.as_view(), name="list"),
    path("new/", plans.PlanCreate.as_view(), name="create"),
    path("<int:pk>/", plans.PlanDetail.as_view(), name="detail"),
    path("<int:pk>/contents/", plans.PlanContents.as_view(), name="contents"),
    path("<int:pk>/solve/", plans.PlanSolve.as_view(), name="solve"),
    path("<int:pk>/solving/", plans.PlanSolving.as_view(), name="solving"),
    path("<int:pk>/move/", plans.StopMove.as_view(), name="move"),
    path("<int:pk>/undo/", plans.ChangeUndo.as_view(), name="undo"),
    path("<int:pk>/act/<str:action>/", plans.PlanAction.as_view(), name="act"),
    path("board/", tours.Board.as_view(), name="board"),
    path("board/now/", tours.BoardNow.as_view(), name="board_now"),
    path("tours/<int:pk>/", tours.TourDetail.as_view(), name="tour"),
    path("tours/<int:pk>/loading.pdf", tours.LoadingList.as_view(), name="loading_list"),
    path("tours/<int:pk>/driver/", tours.DriverChoose.as_view(), name="driver_choose"),
    path("depots/", masters.DepotList.as_view(), name="depots"),
    path("depots/new/", masters.DepotEdit.as_view(), name="depot_create"),
    path("depots/<int:pk>/", masters.DepotEdit.as_view(), name="depot"),
    path("depots/<int:pk>/pack/", plans.PackOrders.as_view(), name="pack"),
    path("vehicles/", masters.VehicleList.as_view(), name="vehicles"),
    path("vehicles/new/", masters.VehicleEdit.as_view(), name="vehicle_create"),
    path("vehicles/<int:pk>/", masters.VehicleEdit.as_view(), name="vehicle"),
    path("drivers/", masters.DriverList.as_view(), name="drivers"),
    path("drivers/new/", masters.DriverEdit.as_view(), name="driver_create"),
    path("drivers/<int:pk>/", masters.DriverEdit.as_view(), name="driver"),
    path("sites/", masters.SiteList.as_view(), name="sites"),
    path("sites/new/", masters.SiteEdit.as_view(), name="site_create"),
    path("sites/<int:pk>/", masters.SiteEdit.as_view(), name="site"),
]
portal_patterns = [
    path("", portal.MyTours.as_view(), name="list"),
    path("tours/<int:pk>/", portal.DriveTour.as_view(), name="tour"),
    path("tours/<int:pk>/<str:action>/", portal.TourAction.as_view(), name="act"),
    path("stops/<int:pk>/", portal.DriveStop.as_view(), name="stop"),
    path("stops/<int:pk>/arrive/", portal.ArriveStop.as_view(), name="arrive"),
    path("stops/<int:pk>/fail/", portal.FailStop.as_view(), name="fail"),
    path(
        "stops/<int:pk>/receive/<int:shipment>/",
        portal.ReceiveAtStop.as_view(),
        name="receive",
    ),
]
