"""Forms of webhooks."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.events.registry import event_types
from yunhe.platform.ui.forms import StyledForm


class EndpointForm(StyledForm):
    """An address, the node whose events it hears, and which of them."""

    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    node: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Node"),
        queryset=Node.objects.none(),
        help_text=_("It hears the events of this node and below"),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        help_text=_("None chosen: every event"),
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Node]", self.fields["node"]).queryset = Node.objects.order_by(
            "path"
        )
        choices = [(name, name) for name in _patterns()]
        cast(forms.MultipleChoiceField, self.fields["event_types"]).choices = choices


def _patterns() -> list[str]:
    """Every type, and `yunhe.<domain>.*` for each domain."""
    domains = {f"{'.'.join(name.split('.')[:2])}.*" for name in event_types()}
    return sorted(domains) + list(event_types())
