"""Addresses of compliance."""

from __future__ import annotations

from django.urls import path

from yunhe.trade.compliance import portal, views

urlpatterns = [
    path("", views.RuleList.as_view(), name="list"),
    path("library/", views.Library.as_view(), name="library"),
    path("new/", views.RuleCreate.as_view(), name="rule_create"),
    path("<int:pk>/", views.RuleDetail.as_view(), name="rule"),
    path("<int:pk>/change/", views.RuleChange.as_view(), name="rule_change"),
    path("<int:pk>/end/", views.RuleEnd.as_view(), name="rule_end"),
    path("registrations/", views.RegistrationList.as_view(), name="registrations"),
    path("registrations/new/", views.RegistrationCreate.as_view(), name="registration_create"),
    path("registrations/<int:pk>/", views.RegistrationChange.as_view(), name="registration"),
    path(
        "registrations/<int:pk>/file/", views.RegistrationFile.as_view(), name="registration_file"
    ),
    path(
        "registrations/<int:pk>/remove/",
        views.RegistrationRemove.as_view(),
        name="registration_remove",
    ),
]
portal_patterns = [path("", portal.MyQualifications.as_view(), name="mine")]
