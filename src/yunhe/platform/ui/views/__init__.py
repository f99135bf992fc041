"""Generic views: a domain's page is a subclass of 5 to 15 lines."""

from __future__ import annotations

from yunhe.platform.ui.views.base import Page
from yunhe.platform.ui.views.bulk import BulkView, Outcome
from yunhe.platform.ui.views.detail import (
    ChartPanel,
    DetailView,
    FactsPanel,
    Panel,
    TablePanel,
    TemplatePanel,
    TimelinePanel,
)
from yunhe.platform.ui.views.form import ActionView, FormView
from yunhe.platform.ui.views.list import BulkAction, ListView

__all__ = [
    "ActionView",
    "BulkAction",
    "BulkView",
    "ChartPanel",
    "DetailView",
    "FactsPanel",
    "FormView",
    "ListView",
    "Outcome",
    "Page",
    "Panel",
    "TablePanel",
    "TemplatePanel",
    "TimelinePanel",
]
