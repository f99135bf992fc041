"""The account's addresses, at /account/."""

from __future__ import annotations

from django.urls import path

from yunhe.platform.accounts.views import filters, profile, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignInView.as_view(), name="sign_in"),
    path("sign-in/code/", sign_in.CodeView.as_view(), name="sign_in_code"),
    path("sign-in/password/", sign_in.NewPasswordView.as_view(), name="sign_in_password"),
    path("sign-out/", sign_in.SignOutView.as_view(), name="sign_out"),
    path("", profile.ProfileView.as_view(), name="profile"),
    path("security/", profile.SecurityView.as_view(), name="security"),
    path("password/", profile.PasswordView.as_view(), name="password"),
    path("authenticator/", profile.EnrolView.as_view(), name="enrol"),
    path("authenticator/start/", profile.StartEnrolmentView.as_view(), name="start_enrolment"),
    path("authenticator/codes/", profile.RecoveryCodesView.as_view(), name="recovery_codes"),
    path("authenticator/remove/", profile.RemoveFactorView.as_view(), name="remove_factor"),
    path("filters/save/", filters.SaveFilterView.as_view(), name="save_filter"),
    path("filters/<int:pk>/", filters.ChangeFilterView.as_view(), name="change_filter"),
    path("devices/end-others/", profile.EndOtherSessionsView.as_view(), name="end_others"),
    path("devices/<int:pk>/end/", profile.EndSessionView.as_view(), name="end_session"),
]
