"""Accounts and their roles, for IT, regional managers and dealer owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access import services
from yunhe.platform.access.declared import EXPLAIN, MANAGE_USERS, VIEW_USERS
from yunhe.platform.access.delegation import may_hand_on, may_manage
from yunhe.platform.access.forms import GrantForm, NewUserForm, ResetForm, UserForm
from yunhe.platform.access.models import Grant
from yunhe.platform.access.queries import nodes_by_path, role_label, users_in_scope
from yunhe.platform.access.roles import Role
from yunhe.platform.accounts.models import User
from yunhe.platform.ui.components.basics import Badge, Button, Crumb
from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, FilterSet, RecordFilter
from yunhe.platform.ui.tables import ComponentColumn, LinkColumn, MomentColumn, Table, TextColumn
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TemplatePanel,
)


def roles_of(user: User) -> str:
    """`dealer owner · 甲经销商` for each role in the reader's sight."""
    return "; ".join(f"{role_label(g.role)} · {g.node.label}" for g in user.grants.all())


def state_badge(user: User) -> Badge:
    """Whether the account is in use or closed."""
    if user.is_active:
        return Badge(label=_("in use"), tone="green")
    return Badge(label=_("closed"), tone="red")


class UserTable(Table):
    name = LinkColumn(_("Name"), url="access:user", card="title")
    username = TextColumn(_("User name"), card="text")
    roles = TextColumn(_("Roles"), source=roles_of, sort=False, card="text")
    state = ComponentColumn(_("Status"), build=state_badge, source="is_active", card="badge")
    last_login = MomentColumn(_("Last sign-in"), relative=True, card="value")

    class Meta:
        order_by = "name"


class UserFilters(FilterSet):
    search = ("name", "username", "phone", "email")
    role = ChoiceFilter(_("Role"), choices=Role.choices, field="grants__role")
    node = RecordFilter(_("Place"), queryset=nodes_by_path, field="grants__node")
    is_active = BooleanFilter(_("Enabled"))


class UserList(ListView):
    permission = VIEW_USERS
    face = None
    title = _("Accounts and roles")
    table, filters = UserTable, UserFilters
    create_url_name, create_permission = "access:create_user", MANAGE_USERS
    create_label = _("New account")

    def get_rows(self) -> QuerySet[User]:
        return users_in_scope().distinct()


class UserFacts(FactsPanel):
    title = _("Account")
    icon = "user"
    fields = (
        TextColumn(_("User name"), source="username"),
        TextColumn(_("Mobile"), source="phone"),
        TextColumn(_("E-mail"), source="email"),
        MomentColumn(_("Last sign-in"), source="last_login"),
        MomentColumn(_("Created"), source="created_at"),
    )


class GrantsPanel(TemplatePanel):
    title = _("Roles")
    icon = "shield"
    flush = True
    template_name = "access/grants_panel.html"

    def context(self) -> dict[str, Any]:
        actor = self.view.principal
        rows = [
            {
                "grant": grant,
                "role": role_label(grant.role),
                "mine": actor.user_id != grant.user_id
                and may_hand_on(actor, grant.role, grant.node.path),
            }
            for grant in self.record.grants.all()
        ]
        return {"rows": rows}

    def actions(self) -> Sequence[Button]:
        if not self.view.manageable:  # type: ignore[attr-defined]
            return ()
        url = reverse("access:grant_role", args=[self.record.pk])
        return (Button(label=_("Add a role"), url=url, icon="plus", permission=MANAGE_USERS),)


class UserDetail(DetailView):
    permission = VIEW_USERS
    face = None
    model = User
    panels = (UserFacts, GrantsPanel)

    def get_queryset(self) -> QuerySet[User]:
        return users_in_scope()

    @property
    def manageable(self) -> bool:
        """Whether the reader may change this account."""
        if not hasattr(self, "_manageable"):
            own = self.record.pk == self.principal.user_id
            self._manageable = not own and may_manage(
                self.principal, services.held_by(self.record.pk)
            )
        return self._manageable

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Accounts and roles"), reverse("access:users")),)

    def get_status(self) -> Badge:
        return state_badge(self.record)

    def get_actions(self) -> Sequence[Button]:
        pk = self.record.pk
        why = Button(
            label=_("What does this account see?"),
            url=f"{reverse('access:explain')}?user={pk}",
            style="quiet",
            permission=EXPLAIN,
        )
        if not self.manageable:
            return (why,)
        return (
            why,
            Button(
                label=_("Change"),
                url=reverse("access:change_user", args=[pk]),
                icon="edit",
                permission=MANAGE_USERS,
            ),
            Button(
                label=_("New password"),
                url=reverse("access:reset_user", args=[pk]),
                icon="key",
                permission=MANAGE_USERS,
            ),
            self._open_or_close(),
        )

    def _open_or_close(self) -> Button:
        url = reverse("access:set_user_active", args=[self.record.pk])
        if self.record.is_active:
            return Button(
                label=_("Close the account"),
                url=f"{url}?to=closed",
                method="post",
                style="danger",
                confirm=_("The person is signed out everywhere and cannot sign in again."),
                permission=MANAGE_USERS,
            )
        return Button(
            label=_("Open the account"),
            url=f"{url}?to=open",
            method="post",
            permission=MANAGE_USERS,
        )


class _UserForm(FormView):
    permission = MANAGE_USERS
    face = None
    model = User

    def get_queryset(self) -> QuerySet[User]:
        return users_in_scope()

    def get_crumbs(self) -> Sequence[Crumb]:
        crumbs = [Crumb(_("Accounts and roles"), reverse("access:users"))]
        if self.record is not None:
            crumbs.append(Crumb(self.record.name, reverse("access:user", args=[self.record.pk])))
        return crumbs

    def get_success_url(self, result: Any) -> str:
        return reverse("access:user", args=[self.record.pk])


class CreateUser(_UserForm):
    title = _("New account")
    form_class = NewUserForm
    cancel_url_name = "access:users"
    submit_label = _("Create")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.principal}

    def perform(self, form: Any) -> services.CreatedUser:
        data = dict(form.cleaned_data)
        return services.create_user(actor=self.principal, node_id=data.pop("node").pk, **data)

    def get_success_message(self, result: services.CreatedUser) -> str:
        return _handed_over(result.temporary_password)

    def get_success_url(self, result: services.CreatedUser) -> str:
        return reverse("access:user", args=[result.user.pk])


class ChangeUser(_UserForm):
    title = _("Change account")
    form_class = UserForm

    def perform(self, form: Any) -> User:
        return services.change_user(actor=self.principal, user=self.record, **form.cleaned_data)


class ResetUser(_UserForm):
    title = _("New password")
    form_class = ResetForm
    intro = _("The person is signed out everywhere and gets a temporary password from you.")
    submit_label = _("Make a temporary password")

    def perform(self, form: Any) -> str:
        return services.reset_user(actor=self.principal, user=self.record, **form.cleaned_data)

    def get_success_message(self, result: str) -> str:
        return _handed_over(result)


class GrantRole(_UserForm):
    title = _("Add a role")
    form_class = GrantForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.principal}

    def perform(self, form: Any) -> Grant:
        data = form.cleaned_data
        return services.grant_role(
            actor=self.principal, user=self.record, role=data["role"], node_id=data["node"].pk
        )


class RevokeRole(ActionView):
    permission = MANAGE_USERS
    face = None
    model = Grant
    success_message = _("The role is taken away.")

    def perform(self) -> None:
        services.revoke_role(actor=self.principal, grant=self.record)

    def get_next_url(self, result: Any) -> str:
        return reverse("access:users")


class SetUserActive(ActionView):
    """`?to=open` or `?to=closed`: pressing twice changes nothing."""

    permission = MANAGE_USERS
    face = None
    model = User

    def perform(self) -> None:
        active = self.request.GET.get("to") == "open"
        services.set_user_active(actor=self.principal, user=self.record, active=active)

    def get_next_url(self, result: Any) -> str:
        return reverse("access:user", args=[self.record.pk])


def _handed_over(password: str) -> str:
    return str(
        _("Temporary password: %(password)s — hand it over now, it is not shown again.")
        % {"password": password}
    )
