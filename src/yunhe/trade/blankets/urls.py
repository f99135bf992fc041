"""Addresses of blanket orders."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.trade.blankets.views import calling, console, portal

urlpatterns = [
    path("", console.FrameList.as_view(), name="list"),
    path("new/", console.FrameCreate.as_view(), name="create"),
    path("<int:pk>/", console.FrameDetail.as_view(), name="detail"),
    path("<int:pk>/change/", console.FrameChange.as_view(), name="change"),
    path("<int:pk>/plan/", console.FramePlan.as_view(), name="plan"),
    path("<int:pk>/call-off/", calling.CallOff.as_view(), name="call_off"),
    path("<int:pk>/close/", console.FrameReason.as_view(action="close"), name="close"),
    path("<int:pk>/cancel/", console.FrameReason.as_view(action="cancel"), name="cancel"),
    re_path(
        r"^(?P<pk>\d+)/(?P<action>submit|sign|revise)/$",
        console.FrameAction.as_view(),
        name="act",
    ),
]
portal_patterns = [
    path("", portal.OwnFrames.as_view(), name="list"),
    path("<int:pk>/", portal.OwnFrame.as_view(), name="detail"),
    path("<int:pk>/call-off/", calling.OwnCallOff.as_view(), name="call_off"),
    path("<int:pk>/decline/", portal.OwnDecline.as_view(), name="decline"),
    re_path(r"^(?P<pk>\d+)/(?P<action>sign)/$", portal.OwnFrameAction.as_view(), name="act"),
]
