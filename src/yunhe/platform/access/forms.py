"""Forms of accounts, roles, tokens and the explanation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.delegation import roles_to_hand_on
from yunhe.platform.access.models import Node
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.queries import nodes_by_path, role_label, users_in_scope
from yunhe.platform.accounts.models import User
from yunhe.platform.ui.forms import StyledForm, StyledModelForm, offer

TOKEN_DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("one year")))


class NodeField(forms.ModelChoiceField):
    """A place in the tree, indented by depth."""

    def label_from_instance(self, node: Node) -> str:
        return "\u3000" * node.path.count(".") + node.label


class GrantForm(StyledForm):
    """A role and a place, among those that the actor may hand on."""

    role = forms.ChoiceField(label=_("Role"))
    node = NodeField(label=_("Place"), queryset=Node.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role, role_label(role)) for role in roles_to_hand_on(actor)]
        offer(self, "role", roles)
        offer(self, "node", nodes_by_path())


USERNAME = _("At least three letters, digits or . @ + - _; it cannot be changed later.")


class NewUserForm(GrantForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.RegexField(
        label=_("User name"),
        regex=r"^[\w.@+-]{3,60}$",
        help_text=USERNAME,
        error_messages={"invalid": USERNAME},
    )
    phone = forms.CharField(label=_("Mobile"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    field_order = ("name", "username", "role", "node", "phone", "email")


class UserForm(StyledModelForm):
    class Meta:
        model = User
        fields = ("name", "email", "phone")


class ResetForm(StyledForm):
    remove_second_factor = forms.BooleanField(
        label=_("The phone with the authenticator is lost as well: switch it off"), required=False
    )


class PersonField(forms.ModelChoiceField):
    """An account: name, user name and where it holds roles, since names are not unique."""

    def label_from_instance(self, user: User) -> str:
        places = dict.fromkeys(grant.node.label for grant in user.grants.all())
        return " · ".join((str(user), user.username, ", ".join(places) or "–"))


class ExplainForm(StyledForm):
    """Whose sight, of which record. Without the permission one asks about oneself."""

    user = PersonField(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("I myself")
    )
    record = forms.CharField(
        label=_("Which record"),
        max_length=300,
        help_text=_("The address of its page, or type and number, for example “orders.order 12”."),
    )

    def __init__(self, *args: Any, others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            offer(self, "user", users_in_scope())
        else:
            del self.fields["user"]


class TokenForm(StyledForm):
    name = forms.CharField(
        label=_("Token name"), max_length=60, help_text=_("What uses it, for example “ERP upload”.")
    )
    days = forms.TypedChoiceField(label=_("Ends after"), choices=TOKEN_DAYS, coerce=int, initial=90)
    permissions = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(p.code, p.label) for p in all_permissions() if p.code in actor.permissions]
        offer(self, "permissions", own)
