"""Forms of the ledger."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.models import LegalEntity
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.ui.forms import StyledForm

AMOUNT: dict[str, Any] = {"max_digits": 16, "decimal_places": 2}


class PostingForm(StyledForm):
    """A payment or a credit note; `key` makes a second click the same posting."""

    node: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Partner"), queryset=Node.objects.none()
    )
    amount = forms.DecimalField(label=_("Amount"), min_value=0, **AMOUNT)
    on = forms.DateField(
        label=_("Document date"), initial=timezone.localdate, widget=forms.DateInput()
    )
    number = forms.CharField(label=_("Document"), max_length=60, required=False)
    text = forms.CharField(label=_("Posting text"), max_length=300, required=False)
    key = forms.CharField(widget=forms.HiddenInput(), initial=lambda: str(uuid4()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Node.objects.filter(kind=NodeKind.PARTNER).order_by("name")
        cast("forms.ModelChoiceField[Node]", self.fields["node"]).queryset = partners


class LimitForm(StyledForm):
    """A credit limit; empty is unlimited."""

    amount = forms.DecimalField(
        label=_("Limit"), min_value=0, required=False, help_text=_("Empty: unlimited"), **AMOUNT
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ClosingForm(StyledForm):
    """The books of an entity up to a day."""

    entity: forms.ModelChoiceField[LegalEntity] = forms.ModelChoiceField(
        label=_("Legal entity"), queryset=LegalEntity.objects.none()
    )
    until = forms.DateField(label=_("Close until"), widget=forms.DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = LegalEntity.objects.order_by("pk")
        cast("forms.ModelChoiceField[LegalEntity]", self.fields["entity"]).queryset = entities
