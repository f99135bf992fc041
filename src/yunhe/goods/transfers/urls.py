"""Addresses of stock alerts and transfers."""

from __future__ import annotations

from django.urls import path

from yunhe.goods.transfers import portal
from yunhe.goods.transfers.views import alerts, own_safety, safety, transfers

urlpatterns = [
    path("", transfers.TransferList.as_view(), name="list"),
    path("new/", transfers.TransferCreate.as_view(), name="create"),
    path("alerts/", alerts.PartnerAlerts.as_view(), name="alerts"),
    path("alerts/products/", alerts.ProductAlerts.as_view(), name="alert_products"),
    path("alerts/all/", alerts.AlertList.as_view(), name="alert_rows"),
    path("terms/", transfers.TermsList.as_view(), name="terms"),
    path("terms/set/", transfers.TermsSet.as_view(), name="terms_set"),
    path("terms/<int:pk>/", transfers.TermsChange.as_view(), name="terms_change"),
    path("terms/<int:pk>/remove/", transfers.TermsRemove.as_view(), name="terms_remove"),
    path("alerts/safety/", safety.SafetyList.as_view(), name="safety"),
    path("alerts/safety/set/", safety.SafetySet.as_view(), name="safety_set"),
    path("alerts/safety/suggest/", safety.SafetyWish.as_view(), name="safety_wish"),
    path("alerts/safety/suggested/", safety.Suggested.as_view(), name="safety_suggested"),
    path("alerts/safety/take-over/", safety.TakeOver.as_view(), name="safety_take_over"),
    path("alerts/rules/", alerts.RuleList.as_view(), name="rules"),
    path("alerts/rules/set/", alerts.RuleSet.as_view(), name="rule_set"),
    path("alerts/rules/<int:pk>/", alerts.RuleChange.as_view(), name="rule_change"),
    path("alerts/rules/<int:pk>/remove/", alerts.RuleRemove.as_view(), name="rule_remove"),
    path("alerts/proposals/", transfers.ProposalList.as_view(), name="proposals"),
    path("<int:pk>/", transfers.OverseenTransfer.as_view(), name="detail"),
    path("<int:pk>/do/<slug:action>/", transfers.TransferOversee.as_view(), name="oversee"),
]
portal_patterns = [
    path("", portal.MyTransfers.as_view(), name="list"),
    path("new/", portal.NewTransfer.as_view(), name="create"),
    path("alerts/", portal.MyAlerts.as_view(), name="alerts"),
    path("alerts/stores/", portal.MyStores.as_view(), name="alert_stores"),
    path("alerts/all/", portal.AllMyAlerts.as_view(), name="alert_rows"),
    path("alerts/safety/", own_safety.MySafety.as_view(), name="safety"),
    path("alerts/safety/set/", own_safety.SetMySafety.as_view(), name="safety_set"),
    path("alerts/safety/suggest/", own_safety.MyWish.as_view(), name="safety_wish"),
    path("alerts/safety/suggested/", own_safety.SuggestedToMe.as_view(), name="safety_suggested"),
    path("alerts/safety/take-over/", own_safety.TakeOverMine.as_view(), name="safety_take_over"),
    path("<int:pk>/", portal.MyTransfer.as_view(), name="detail"),
    path("<int:pk>/receive/", portal.ReceiveTransfer.as_view(), name="receive"),
    path("<int:pk>/do/<slug:action>/", portal.TransferAction.as_view(), name="act"),
]
