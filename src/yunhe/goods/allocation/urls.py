"""Addresses of allocation."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.goods.allocation.views import console, portal

urlpatterns = [
    path("", console.AllocationList.as_view(), name="list"),
    path("new/", console.AllocationCreate.as_view(), name="create"),
    path("quotas/", console.QuotaList.as_view(), name="quotas"),
    path("rules/", console.RuleList.as_view(), name="rules"),
    path("rules/new/", console.RuleForm.as_view(), name="rule_create"),
    path("rules/<int:pk>/", console.RuleForm.as_view(), name="rule"),
    path("lines/<int:pk>/", console.ShareForm.as_view(), name="line"),
    path("<int:pk>/", console.AllocationDetail.as_view(), name="detail"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>compute|approve|publish|expire|cancel)/$",
        console.AllocationAction.as_view(),
        name="act",
    ),
]
portal_patterns = [
    path("", portal.OwnQuotas.as_view(), name="list"),
]
