"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path

from yunhe.money.ledger.views import console, portal

urlpatterns = [
    path("", console.Receivables.as_view(), name="list"),
    path("entries/", console.Entries.as_view(), name="entries"),
    path("payment/", console.Payment.as_view(), name="payment"),
    path("credit-note/", console.CreditNote.as_view(), name="credit_note"),
    path("close/", console.ClosePeriod.as_view(), name="close"),
    path("partners/<int:pk>/", console.PartnerAccount.as_view(), name="partner"),
    path("partners/<int:pk>/statement/", console.PartnerStatement.as_view(), name="statement"),
    path("partners/<int:pk>/limit/", console.CreditLimitForm.as_view(), name="limit"),
]
portal_patterns = [
    path("", portal.OwnAccount.as_view(), name="account"),
    path("statement/", portal.OwnStatement.as_view(), name="statement"),
]
