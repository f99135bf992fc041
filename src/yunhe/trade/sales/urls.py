from __future__ import annotations

from django.urls import path

from yunhe.trade.sales import portal, views

urlpatterns = [
    path("", views.FactList.as_view(), name="list"),
    path("<int:pk>/", views.FactDetail.as_view(), name="detail"),
    path("<int:pk>/correct/", views.FactCorrect.as_view(), name="correct"),
    path("periods/reopen/", views.PeriodReopen.as_view(), name="reopen"),
    path("periods/", views.PeriodList.as_view(), name="periods"),
    path("periods/close/", views.PeriodClose.as_view(), name="close"),
]
portal_patterns = [path("scan/", portal.ScanSale.as_view(), name="scan")]
