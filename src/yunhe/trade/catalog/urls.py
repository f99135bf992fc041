"""Addresses of the catalogue."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.catalog import portal, views

urlpatterns = [
    path("", views.SkuList.as_view(), name="list"),
    path("brands/new/", views.BrandCreate.as_view(), name="brand_create"),
    path("categories/new/", views.CategoryCreate.as_view(), name="category_create"),
    path("products/new/", views.ProductCreate.as_view(), name="product_create"),
    path("new/", views.SkuCreate.as_view(), name="sku_create"),
    path("<int:pk>/", views.SkuDetail.as_view(), name="sku"),
    path("<int:pk>/change/", views.SkuChange.as_view(), name="sku_change"),
    path("<int:pk>/packs/", views.PackSet.as_view(), name="pack_set"),
]
portal_patterns = [
    path("", portal.Offer.as_view(), name="list"),
    path("<int:pk>/", portal.OfferDetail.as_view(), name="sku"),
]
