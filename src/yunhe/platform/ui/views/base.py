"""The base of every page: who may see it, in which shell, under which title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views import View

from yunhe.platform.errors import NotAllowed
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.navigation import Face
from yunhe.platform.ui.reach import PUBLIC, SIGNED_IN, read_with


class Page(View):
    """A page of its own making: set `template_name` and override `context`.

    `permission` is a permission's code, SIGNED_IN for everybody who is, or PUBLIC. There is no
    default: a page that forgets it does not start.
    """

    permission: ClassVar[str]
    title: Text = ""
    subtitle: Text = ""
    face: ClassVar[Face | None] = "console"
    template_name: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        abstract = cls.__module__.startswith(__name__.rsplit(".", 1)[0])
        if not abstract and not getattr(cls, "permission", ""):
            raise TypeError(f"{cls.__qualname__} declares no permission")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission != PUBLIC:
            if self.principal is None or self.principal.user_id is None:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if self.permission != SIGNED_IN and self.permission not in self.principal.permissions:
                raise NotAllowed()
        read_with(self.principal.permissions if self.principal else None)
        return super().dispatch(request, *args, **kwargs)

    @property
    def principal(self) -> Any:
        """The access middleware's principal; None when there is none."""
        return getattr(self.request, "principal", None)

    @property
    def now(self) -> datetime:
        """The moment of the request, for use cases."""
        if not hasattr(self, "_now"):
            self._now = timezone.now()
        return self._now

    def can(self, permission: str) -> bool:
        return not permission or permission in self.principal.permissions

    def get_title(self) -> Text:
        return self.title

    def get_subtitle(self) -> Text:
        return self.subtitle

    def get_crumbs(self) -> Sequence[Crumb]:
        """The way here, without this page."""
        return ()

    def get_actions(self) -> Sequence[Button]:
        """Buttons of the header; those the reader may not use are left out."""
        return ()

    def context(self, **extra: Any) -> dict[str, Any]:
        """What every template gets; override and extend."""
        face = self.face or self.request_face
        return {
            "view": self,
            "title": self.get_title(),
            "subtitle": self.get_subtitle(),
            "crumbs": self.get_crumbs(),
            "actions": [button for button in self.get_actions() if self.can(button.permission)],
            "base_template": f"ui/base_{face}.html",
            **extra,
        }

    @property
    def request_face(self) -> Face:
        """The shell of the reader, for pages of both faces (`face = None`)."""
        partner = self.principal is not None and self.principal.is_partner
        return "portal" if partner else "console"

    def render(self, *, template: str = "", status: int = 200, **extra: Any) -> TemplateResponse:
        """The page, or with `template` another one, as an answer."""
        return TemplateResponse(
            self.request, template or self.template_name, self.context(**extra), status=status
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render()

    @property
    def wants_fragment(self) -> bool:
        """HTMX asked for a part of this page (a boosted or restored page is a whole one)."""
        htmx = getattr(self.request, "htmx", None)
        return (
            htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)
        )
