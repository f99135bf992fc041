"""Addresses of rebates."""

from __future__ import annotations

from django.urls import path

from yunhe.money.rebates.views import acting, conditions, console, portal, settlements

urlpatterns = [
    path("", console.ProgramList.as_view(), name="list"),
    path("<int:pk>/", console.ProgramDetail.as_view(), name="program"),
    path("<int:pk>/accruals/", console.AccrualList.as_view(), name="accruals"),
    path("<int:pk>/conditions/", conditions.ConditionList.as_view(), name="conditions"),
    path(
        "<int:pk>/conditions/record/",
        conditions.ConditionRecord.as_view(),
        name="condition_record",
    ),
    path("accruals/<int:pk>/", console.AccrualDetail.as_view(), name="accrual"),
    path("settlements/", settlements.SettlementList.as_view(), name="settlements"),
    path("settlements/new/", settlements.OpenSettlement.as_view(), name="open"),
    path("settlements/<int:pk>/", settlements.SettlementDetail.as_view(), name="settlement"),
    path("settlements/<int:pk>/lines/", settlements.LineList.as_view(), name="lines"),
    path("settlements/<int:pk>/<slug:action>/", acting.SettlementAction.as_view(), name="act"),
    path("lines/<int:pk>/", settlements.LineDetail.as_view(), name="line"),
    path("statements/", console.StatementList.as_view(), name="statements"),
    path("statements/<int:pk>/", console.StatementDetail.as_view(), name="statement"),
    path("statements/<int:pk>/bundle/", console.StatementBundleView.as_view(), name="bundle"),
    path("keys/", console.Keys.as_view(), name="keys"),
]
portal_patterns = [
    path("", portal.MyRebates.as_view(), name="home"),
    path("accruals/<int:pk>/", portal.MyAccrual.as_view(), name="accrual"),
    path("statements/<int:pk>/", portal.MyStatement.as_view(), name="statement"),
    path("statements/<int:pk>/bundle/", portal.MyBundle.as_view(), name="bundle"),
]
