"""Forms of purchasing."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.goods.stock.models import StockPlace
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, StyledModelForm
from yunhe.trade.purchasing.models import SupplierLink
from yunhe.trade.purchasing.suppliers import supplier_choices


class LinkForm(StyledModelForm):
    """Which place which system serves."""

    connector = forms.ChoiceField(label=_("System"), choices=supplier_choices)

    class Meta:
        model = SupplierLink
        fields = ("node", "connector", "account", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["node"]
            return
        supplying = StockPlace.objects.filter(supplies=True).values("node_id")
        taken = SupplierLink.objects.values("node_id")
        nodes = cast("forms.ModelChoiceField[Node]", self.fields["node"])
        nodes.queryset = Node.objects.filter(pk__in=supplying).exclude(pk__in=taken)


class AnswerForm(StyledForm):
    """An acknowledgement that came by mail or file."""

    connector = forms.ChoiceField(label=_("System"), choices=supplier_choices)
    text = forms.CharField(
        label=pgettext_lazy("from a partner", "Answer"),
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("An X12 855 acknowledgement"),
        strip=False,
    )
