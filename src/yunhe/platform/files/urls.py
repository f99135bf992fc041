from __future__ import annotations

from django.urls import path

from yunhe.platform.files.views import DownloadView

urlpatterns = [path("<int:pk>/", DownloadView.as_view(), name="download")]
