"""Addresses of purchasing."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.purchasing import views

urlpatterns = [
    path("", views.PurchaseList.as_view(), name="list"),
    path("answer/", views.TakeAnswer.as_view(), name="answer"),
    path("links/", views.LinkList.as_view(), name="links"),
    path("links/new/", views.LinkEdit.as_view(), name="link_create"),
    path("links/<int:pk>/", views.LinkEdit.as_view(), name="link"),
    path("<int:pk>/", views.PurchaseDetail.as_view(), name="detail"),
]
