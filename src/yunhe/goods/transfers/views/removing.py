"""The button that takes a rule or terms of a node away."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button


def remove_button(address: str, pk: int) -> Button:
    """Asks once, and says what holds then."""
    return Button(
        label=_("Remove"),
        url=reverse(address, args=[pk]),
        icon="trash",
        style="danger",
        method="post",
        confirm=_("What holds for the node above will hold here too. Remove it?"),
    )
