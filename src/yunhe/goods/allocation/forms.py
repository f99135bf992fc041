"""Forms of allocation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Tier
from yunhe.channel.network.queries import list_units
from yunhe.goods.allocation.models import QuotaRule
from yunhe.goods.allocation.services import AllocationDraft
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import LastDayField, StyledForm, StyledModelForm, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku


class AllocationForm(StyledForm):
    """What is scarce, how much there is, for when, by which rule, among whom."""

    sku = forms.CharField(label=_("Product"), max_length=40, help_text=_("Product code"))
    node: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Supplier"),
        queryset=Node.objects.none(),
        help_text=_("Orders to this place consume the quota"),
    )
    among: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Dealers below"), queryset=Node.objects.none()
    )
    supply = forms.DecimalField(
        label=_("Supply in base units"), min_value=Decimal("0.001"), max_digits=16, decimal_places=3
    )
    unit = forms.ChoiceField(
        label=_("Lot"),
        choices=Unit.choices,
        initial=Unit.CASE,
        help_text=_("Quotas are whole multiples of it"),
    )
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput())
    until = LastDayField(label=_("Last day"), widget=forms.DateInput())
    rule: forms.ModelChoiceField[QuotaRule] = forms.ModelChoiceField(
        label=_("Rule"), queryset=QuotaRule.objects.none()
    )
    demands = forms.CharField(
        label=_("What dealers asked for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Optional, beside their orders; one per line: dealer code, quantity in base units"
        ),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("node", "among"):
            cast("forms.ModelChoiceField[Node]", self.fields[name]).queryset = list_units()
        rules = cast("forms.ModelChoiceField[QuotaRule]", self.fields["rule"])
        rules.queryset = QuotaRule.objects.order_by("code")

    def clean_sku(self) -> Sku:
        found = Sku.objects.filter(code=self.cleaned_data["sku"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no such product."))
        return found

    def clean_demands(self) -> dict[int, Decimal]:
        """Dealer's node id -> base units."""
        lines = [line.split() for line in self.cleaned_data["demands"].splitlines() if line.strip()]
        ids = dict(
            Node.objects.filter(code__in=[parts[0] for parts in lines]).values_list("code", "pk")
        )
        found: dict[int, Decimal] = {}
        faults = []
        for at, parts in enumerate(lines, start=1):
            quantity = _quantity(parts[1]) if len(parts) == 2 else None
            if parts[0] not in ids or quantity is None:
                faults.append(unreadable_line(at, parts))
            else:
                found[ids[parts[0]]] = quantity
        if faults:
            raise forms.ValidationError(faults)
        return found

    def draft(self) -> AllocationDraft:
        """The use case's input from valid data."""
        return AllocationDraft(**self.cleaned_data)


def _quantity(text: str) -> Decimal | None:
    value = read_number(text)
    return value if value is not None and 0 <= value < 10**12 else None


class ShareForm(StyledForm):
    """A dealer's lots by hand."""

    lots = forms.IntegerField(label=_("Lots"), min_value=0, max_value=10**7)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The dealer reads it"))


class RuleForm(StyledModelForm):
    """A named rule; the weight of each tier in a field of its own."""

    class Meta:
        model = QuotaRule
        fields = (
            "code",
            "name",
            "name_en",
            "tier_part",
            "history_part",
            "health_part",
            "history_months",
            "floor_lots",
            "most_percent",
            "cap_by_demand",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in Tier:
            self.fields[f"tier_{tier}"] = forms.DecimalField(
                label=_("Weight of tier “%(tier)s”") % {"tier": tier.label},
                min_value=0,
                max_value=1000,
                decimal_places=2,
                initial=self.instance.tiers.get(str(tier), 1),
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not any(told.get(name) for name in ("tier_part", "history_part", "health_part")):
            message = _("Tier, past purchases or health must count for something.")
            raise forms.ValidationError(message)
        return told

    def save(self, commit: bool = True) -> Any:
        self.instance.tiers = {
            str(tier): str(self.cleaned_data[f"tier_{tier}"].normalize()) for tier in Tier
        }
        return super().save(commit)
