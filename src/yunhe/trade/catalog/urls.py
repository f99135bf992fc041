"""Addresses of the catalogue."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.catalog import portal
from yunhe.trade.catalog.views import exports, media, skus, tree

urlpatterns = [
    path("", skus.SkuList.as_view(), name="list"),
    path("export/", exports.ProductExport.as_view(), name="export"),
    path("brands/new/", skus.BrandCreate.as_view(), name="brand_create"),
    path("categories/", tree.CategoryTree.as_view(), name="tree"),
    path("categories/new/", skus.CategoryCreate.as_view(), name="category_create"),
    path("categories/<int:pk>/move/", tree.CategoryMove.as_view(), name="category_move"),
    path("categories/<int:pk>/", tree.CategoryChange.as_view(), name="category_change"),
    path("attributes/", tree.AttributeList.as_view(), name="attributes"),
    path("attributes/new/", tree.AttributeCreate.as_view(), name="attribute_create"),
    path("attributes/<int:pk>/", tree.AttributeChange.as_view(), name="attribute_change"),
    path("products/new/", skus.ProductCreate.as_view(), name="product_create"),
    path("new/", skus.SkuCreate.as_view(), name="sku_create"),
    path("<int:pk>/", skus.SkuDetail.as_view(), name="sku"),
    path("<int:pk>/change/", skus.SkuChange.as_view(), name="sku_change"),
    path("<int:pk>/announce/", skus.SkuAnnounce.as_view(), name="sku_announce"),
    path("<int:pk>/replaced-by/", skus.SkuReplace.as_view(), name="sku_replace"),
    path("<int:pk>/move/<slug:action>/", skus.SkuMove.as_view(), name="sku_move"),
    path("<int:pk>/product-attributes/", skus.ProductValues.as_view(), name="product_values"),
    path("<int:pk>/attributes/", skus.SkuValues.as_view(), name="sku_values"),
    path("<int:pk>/packs/", skus.PackSet.as_view(), name="pack_set"),
    path("packs/<int:pk>/remove/", skus.PackRemove.as_view(), name="pack_remove"),
    path("<int:pk>/pictures/new/", media.PictureAdd.as_view(), name="picture_add"),
    path("pictures/<int:pk>/", media.PictureFile.as_view(), name="picture"),
    path("pictures/<int:pk>/small/", media.Thumbnail.as_view(), name="thumbnail"),
    path("pictures/<int:pk>/remove/", media.PictureRemove.as_view(), name="picture_remove"),
    path("materials/", media.MaterialList.as_view(), name="materials"),
    path("materials/new/", media.MaterialAdd.as_view(), name="material_add"),
    path("materials/<int:pk>/", media.MaterialFile.as_view(), name="material_file"),
    path("materials/<int:pk>/remove/", media.MaterialRemove.as_view(), name="material_remove"),
]
portal_patterns = [
    path("", portal.Offer.as_view(), name="list"),
    path("<int:pk>/", portal.OfferDetail.as_view(), name="sku"),
    path("materials/", portal.Library.as_view(), name="materials"),
    path("materials/<int:pk>/", media.MaterialFile.as_view(), name="material"),
]
