"""The page that shows every component."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import design
from yunhe.platform.ui.components.controls import Tab, Tabs
from yunhe.platform.ui.views.base import PUBLIC, Page


class DesignView(Page):
    """Samples of every component, in the console's shell or, with `?face=portal`, the portal's."""

    permission = PUBLIC
    face = None
    title = _("Design system")
    subtitle = _("Every component with sample data. Nothing here is real.")
    template_name = "ui/pages/design.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        face = "portal" if self.request.GET.get("face") == "portal" else "console"
        faces = Tabs(
            tabs=(
                Tab(_("Console"), "?face=console", active=face == "console"),
                Tab(_("Portal"), "?face=portal", active=face == "portal"),
            ),
            label=_("Shell"),
        )
        samples = design.samples(self.request)
        return super().context(faces=faces, samples=samples, **extra) | {
            "base_template": f"ui/base_{face}.html"
        }
