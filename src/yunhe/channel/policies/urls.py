"""Addresses of policies."""

from __future__ import annotations

from django.urls import path

from yunhe.channel.policies import portal
from yunhe.channel.policies.views import documents, drafting, looking

urlpatterns = [
    path("", looking.PolicyList.as_view(), name="list"),
    path("new/", drafting.PolicyCreate.as_view(), name="create"),
    path("<int:pk>/", looking.PolicyDetail.as_view(), name="detail"),
    path("<int:pk>/versions/<int:number>/", looking.PolicyDetail.as_view(), name="version"),
    path("<int:pk>/versions/new/", drafting.StartVersion.as_view(), name="start"),
    path("versions/<int:pk>/edit/", drafting.DraftEdit.as_view(), name="edit"),
    path("versions/<int:pk>/accept/", drafting.AcceptWarning.as_view(), name="accept"),
    path("versions/<int:pk>/publish/", drafting.PublishVersion.as_view(), name="publish"),
    path("versions/<int:pk>/withdraw/", drafting.WithdrawVersion.as_view(), name="withdraw"),
    path("versions/<int:pk>/remind/", drafting.RemindReaders.as_view(), name="remind"),
    path("versions/<int:pk>/readers/", looking.ReadBoard.as_view(), name="readers"),
    path("versions/<int:pk>/compare/", looking.CompareVersions.as_view(), name="compare"),
    path("versions/<int:pk>/documents/add/", documents.DocumentAdd.as_view(), name="document_add"),
    path(
        "versions/<int:pk>/documents/<int:file>/",
        documents.DocumentFile.as_view(),
        name="document",
    ),
    path(
        "versions/<int:pk>/documents/<int:file>/remove/",
        documents.DocumentRemove.as_view(),
        name="document_remove",
    ),
    path("versions/<int:pk>/rules/add/<slug:kind>/", drafting.RuleAdd.as_view(), name="rule_add"),
    path("versions/<int:pk>/rules/<int:index>/", drafting.RuleChange.as_view(), name="rule_change"),
    path(
        "versions/<int:pk>/rules/<int:index>/remove/",
        drafting.RuleRemove.as_view(),
        name="rule_remove",
    ),
]
portal_patterns = [
    path("", portal.MyPolicies.as_view(), name="list"),
    path("<int:pk>/", portal.ReadPolicy.as_view(), name="read"),
    path("<int:pk>/documents/<int:file>/", portal.ReadDocument.as_view(), name="document"),
    path("<int:pk>/open/", portal.OpenReading.as_view(), name="open"),
    path("<int:pk>/end/", portal.ReachEnd.as_view(), name="end"),
    path("<int:pk>/confirm/", portal.ConfirmReading.as_view(), name="confirm"),
]
