"""The tree: browse it, add units, move nodes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import MoveForm, UnitForm
from yunhe.channel.network.models import NodePlacement
from yunhe.channel.network.permissions import MOVE, ORGANISE, VIEW
from yunhe.channel.network.queries import roots
from yunhe.channel.network.services import cancel_move, create_unit, move_node
from yunhe.channel.network.views.partners import LIST_CRUMB
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.queries import node_for
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.views import ActionView, FormView, Page

TREE_CRUMB = Crumb(_("Network tree"), reverse_lazy("network:tree"))


class TreePage(Page):
    """The tree from the reader's top nodes down; branches are fetched when they are opened."""

    permission, title = VIEW, _("Network tree")
    subtitle = _("Headquarters → region → dealer → sub-dealer → store")
    template_name = "network/tree.html"

    def get_actions(self) -> Sequence[Button]:
        new = reverse("network:unit_create")
        return (Button(label=_("New unit"), url=new, icon="plus", permission=ORGANISE),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        top = roots(self.principal)
        shown = top[0] if len(top) == 1 else None
        return self.render(
            nodes=_with_children(top), opened=shown, children=_children(shown) if shown else []
        )


class Branch(Page):
    """The children of one node, as a fragment of the tree or as a page."""

    permission, title = VIEW, _("Network tree")
    template_name = "network/tree.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        node = node_for(kwargs["pk"])
        if self.wants_fragment:
            return self.render(template="network/branch.html", nodes=_children(node))
        return self.render(nodes=_with_children([node]), opened=node, children=_children(node))

    def get_crumbs(self) -> Sequence[Crumb]:
        return (TREE_CRUMB,)


class NodePage(Page):
    """Leads to the partner's file, or to the branch of an organisation unit."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        node = node_for(kwargs["pk"])
        name = "network:partner" if node.kind == NodeKind.PARTNER else "network:branch"
        return HttpResponseRedirect(reverse(name, args=[node.pk]))


def _children(node: Node) -> list[Node]:
    found = Node.objects.filter(parent=node).select_related("partner")
    return list(found.annotate(below=Count("children")).order_by("kind", "code"))


def _with_children(nodes: Sequence[Node]) -> list[Node]:
    keys = [node.pk for node in nodes]
    found = Node.objects.filter(pk__in=keys).select_related("partner")
    return list(found.annotate(below=Count("children")).order_by("path"))


class UnitCreate(FormView):
    permission, title, form_class = ORGANISE, _("New organisation unit"), UnitForm
    cancel_url_name = "network:tree"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (TREE_CRUMB,)

    def perform(self, form: Any) -> Node:
        return create_unit(actor=self.principal, now=self.now, **form.cleaned_data)

    def get_success_url(self, result: Node) -> str:
        return reverse("network:branch", args=[result.pk])


class MoveNode(FormView):
    permission, title, form_class = MOVE, _("Move in the network"), MoveForm
    submit_label = _("Move")
    intro = _("Everything below moves along. A later day is applied at midnight of that day.")

    @cached_property
    def node(self) -> Node:
        return node_for(self.kwargs["pk"])

    @property
    def record(self) -> Any:
        return None

    def get_subtitle(self) -> str:
        return self.node.label

    def get_initial(self) -> dict[str, Any]:
        return {"effective": timezone.localdate(self.now)}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(self.node.label, reverse("network:node", args=[self.node.pk])))

    def perform(self, form: Any) -> NodePlacement:
        return move_node(self.node, actor=self.principal, now=self.now, **form.cleaned_data)

    def get_success_url(self, result: NodePlacement) -> str:
        return reverse("network:node", args=[result.node_id])


class CancelMove(ActionView):
    permission, model, success_message = MOVE, NodePlacement, _("The planned move is cancelled.")

    def perform(self) -> None:
        cancel_move(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("network:node", args=[self.record.node_id])
