"""Addresses of promotions."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.promotions import portal, views

urlpatterns = [
    path("", views.PromotionList.as_view(), name="list"),
    path("new/", views.PromotionChoose.as_view(), name="choose"),
    path("new/<slug:kind>/", views.PromotionCreate.as_view(), name="create"),
    path("try/", views.TryBasket.as_view(), name="try"),
    path("floors/", views.FloorList.as_view(), name="floors"),
    path("floors/set/", views.FloorsSet.as_view(), name="floors_set"),
    path("<int:pk>/", views.PromotionDetail.as_view(), name="detail"),
    path("<int:pk>/change/", views.PromotionChange.as_view(), name="change"),
    path("<int:pk>/limits/", views.PromotionLimits.as_view(), name="limits"),
    path("<int:pk>/copy/", views.PromotionCopy.as_view(), name="copy"),
    path("<int:pk>/<slug:action>/", views.PromotionAction.as_view(), name="act"),
]
portal_patterns = [path("", portal.MyPromotions.as_view(), name="list")]
