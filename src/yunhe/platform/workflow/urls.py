"""Addresses of approvals, of both faces."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.workflow.views import absences, chains, requests

urlpatterns = [
    path("", requests.Inbox.as_view(), name="inbox"),
    path("mine/", requests.Mine.as_view(), name="mine"),
    path("all/", requests.All.as_view(), name="all"),
    path("<int:pk>/", requests.ApprovalDetail.as_view(), name="approval"),
    path("<int:pk>/decide/", requests.Decide.as_view(), name="decide"),
    path("<int:pk>/comment/", requests.Comment.as_view(), name="comment"),
    path("<int:pk>/withdraw/", requests.Withdraw.as_view(), name="withdraw"),
    path("absences/", absences.AbsenceList.as_view(), name="absences"),
    path("absences/new/", absences.AbsenceCreate.as_view(), name="new_absence"),
    path("absences/<int:pk>/end/", absences.AbsenceEnd.as_view(), name="end_absence"),
    path("chains/", chains.ChainList.as_view(), name="definitions"),
    path("chains/new/", chains.ChainCreate.as_view(), name="define"),
    path("chains/<int:pk>/", chains.ChainDetail.as_view(), name="definition"),
    path("chains/<int:pk>/change/", chains.ChainChange.as_view(), name="change_definition"),
    path("chains/<int:pk>/retire/", chains.ChainRetire.as_view(), name="retire_definition"),
]
