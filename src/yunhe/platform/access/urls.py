from __future__ import annotations

from django.urls import path

from yunhe.platform.access.views import explain, tokens, users

urlpatterns = [
    path("users/", users.UserList.as_view(), name="users"),
    path("users/new/", users.CreateUser.as_view(), name="create_user"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user"),
    path("users/<int:pk>/change/", users.ChangeUser.as_view(), name="change_user"),
    path("users/<int:pk>/reset/", users.ResetUser.as_view(), name="reset_user"),
    path("users/<int:pk>/active/", users.SetUserActive.as_view(), name="set_user_active"),
    path("users/<int:pk>/grant/", users.GrantRole.as_view(), name="grant_role"),
    path("grants/<int:pk>/revoke/", users.RevokeRole.as_view(), name="revoke_role"),
    path("explain/", explain.ExplainView.as_view(), name="explain"),
    path("tokens/", tokens.TokenList.as_view(), name="tokens"),
    path("tokens/new/", tokens.CreateToken.as_view(), name="create_token"),
    path("tokens/<int:pk>/revoke/", tokens.RevokeToken.as_view(), name="revoke_token"),
]
