from __future__ import annotations

from django.urls import path

from yunhe.platform.intake import views

urlpatterns = [
    path("", views.ImportList.as_view(), name="list"),
    path("new/", views.ImportCreate.as_view(), name="create"),
    path("<int:pk>/", views.ImportDetail.as_view(), name="detail"),
    path("<int:pk>/mapping/", views.ImportMapping.as_view(), name="mapping"),
    path("<int:pk>/progress/", views.ImportProgress.as_view(), name="progress"),
    path("<int:pk>/rows/", views.ImportRows.as_view(), name="rows"),
    path("<int:pk>/receipt/", views.ImportReceipt.as_view(), name="receipt"),
    path("<int:pk>/start/", views.ImportStart.as_view(), name="start"),
    path("<int:pk>/decide/", views.ImportDecide.as_view(), name="decide"),
    path("<int:pk>/cancel/", views.ImportCancel.as_view(), name="cancel"),
    path("<int:pk>/reopen/", views.ImportReopen.as_view(), name="reopen"),
    path("<int:pk>/replay/", views.ImportReplay.as_view(), name="replay"),
    path("<int:pk>/create/", views.ImportCreateMissing.as_view(), name="create_missing"),
    path("<int:pk>/map/", views.ImportMapValue.as_view(), name="map"),
    path("<int:pk>/discard/", views.ImportDiscard.as_view(), name="discard"),
]
