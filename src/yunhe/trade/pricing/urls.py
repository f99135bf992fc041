"""Addresses of pricing."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.pricing import portal
from yunhe.trade.pricing.views import changes, lists, market, own

urlpatterns = [
    path("", lists.PriceListList.as_view(), name="list"),
    path("new/", lists.PriceListCreate.as_view(), name="create"),
    path("why/", lists.WhyThisPrice.as_view(), name="why"),
    path("<int:pk>/", lists.PriceListDetail.as_view(), name="detail"),
    path("<int:pk>/change/", lists.PriceListChange.as_view(), name="change"),
    path("<int:pk>/prices/", lists.PriceRows.as_view(), name="prices"),
    path("<int:pk>/prices/set/", lists.PricesSet.as_view(), name="set"),
    path("<int:pk>/publish/", lists.PublishList.as_view(), name="publish"),
    path("<int:pk>/withdraw/", lists.WithdrawList.as_view(), name="withdraw"),
    path("changes/", changes.PriceChangeList.as_view(), name="changes"),
    path("changes/new/", changes.ChangeCreate.as_view(), name="new_change"),
    path("changes/<int:pk>/", changes.ChangeDetail.as_view(), name="price_change"),
    path("changes/<int:pk>/submit/", changes.ChangeSubmit.as_view(), name="submit_change"),
    path("changes/<int:pk>/cancel/", changes.ChangeCancel.as_view(), name="cancel_change"),
    path("history/", market.PriceHistory.as_view(), name="history"),
    path("floors/", market.FloorList.as_view(), name="floors"),
    path("floors/set/", market.FloorsSet.as_view(), name="new_floors"),
    path("floors/breaches/", market.BreachList.as_view(), name="breaches"),
    path("floors/breaches/<int:pk>/", market.BreachExplain.as_view(), name="breach"),
    path("competitors/", market.CompetitorList.as_view(), name="competitors"),
    path("competitors/new/", market.CompetitorCreate.as_view(), name="new_competitor"),
    path("channels/", market.ChannelList.as_view(), name="channels"),
    path("channels/set/", market.ChannelsSet.as_view(), name="set_channels"),
]
portal_patterns = [
    path("", portal.MyPrices.as_view(), name="list"),
    path("own/", own.OwnLists.as_view(), name="own_lists"),
    path("own/new/", own.OwnListCreate.as_view(), name="new_own_list"),
    path("own/<int:pk>/", own.OwnListDetail.as_view(), name="own_list"),
    path("own/<int:pk>/change/", own.OwnListChange.as_view(), name="change_own_list"),
    path("own/<int:pk>/prices/", own.OwnPricesSet.as_view(), name="set_own_prices"),
    path("own/<int:pk>/publish/", own.PublishOwnList.as_view(), name="publish_own_list"),
    path("own/<int:pk>/withdraw/", own.WithdrawOwnList.as_view(), name="withdraw_own_list"),
    path("competitor/", portal.CompetitorSeen.as_view(), name="competitor"),
]
