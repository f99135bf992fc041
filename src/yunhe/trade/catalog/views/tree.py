"""The category tree and the attributes of categories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.views import ActionView, FormView, ListView, Page
from yunhe.trade.catalog.forms import AttributeForm, CategoryForm, write_options
from yunhe.trade.catalog.models import Attribute, Category
from yunhe.trade.catalog.permissions import CHANGE, VIEW
from yunhe.trade.catalog.queries import category_tree
from yunhe.trade.catalog.services import move_category, save_category
from yunhe.trade.catalog.tables import AttributeTable
from yunhe.trade.catalog.views.skus import LIST_CRUMB

TREE_CRUMB = Crumb(_("Categories"), reverse_lazy("catalog:tree"))


class CategoryTree(Page):
    """The whole tree; every category opens its products."""

    permission, title = VIEW, _("Categories")
    subtitle = _("From groups down to categories, with the products in each and below it")
    template_name = "catalog/tree.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(label=_("Attributes"), url=reverse("catalog:attributes"), icon="list"),
            Button(
                label=_("New category"),
                url=reverse("catalog:category_create"),
                icon="plus",
                permission=CHANGE,
            ),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        empty = Empty(title=_("No category yet"), icon="sitemap")
        return self.render(nodes=category_tree(), empty=empty)


class CategoryMove(ActionView):
    """Put a category elsewhere; HTMX gets the tree, others the page. The form does the same."""

    permission, model = CHANGE, Category

    def perform(self) -> Category:
        asked = self.request.POST.get("parent", "")
        if asked and not asked.isdecimal():
            raise NotFound()
        return move_category(
            self.kwargs["pk"], parent_id=int(asked) if asked else None, actor=self.principal
        )

    def get_success_message(self, result: Category) -> Text:
        words = {"category": result.label, "parent": result.parent.label if result.parent else ""}
        if result.parent:
            return _("“%(category)s” is below “%(parent)s” now.") % words
        return _("“%(category)s” is at the top now.") % words

    def get_next_url(self, result: Any) -> str:
        return reverse("catalog:tree")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.wants_fragment:
            return super().post(request, *args, **kwargs)
        said = self.get_success_message(self.perform())
        context = {"nodes": category_tree(), "said": said, "can_change": True}
        return TemplateResponse(request, "catalog/branches.html", context)


class CategoryChange(FormView):
    permission, model, form_class, title = CHANGE, Category, CategoryForm, _("Change the category")
    cancel_url_name = "catalog:tree"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, TREE_CRUMB)

    def perform(self, form: Any) -> Category:
        return save_category(form.save(commit=False), actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("catalog:tree")


class AttributeList(ListView):
    permission, title, table = VIEW, _("Attributes"), AttributeTable
    create_url_name, create_label = "catalog:attribute_create", _("New attribute")
    create_permission = CHANGE
    empty = Empty(
        title=_("No attribute yet"),
        text=_("Attributes describe the products of a category: flavour, alcohol, class."),
        icon="list",
    )

    def get_rows(self) -> QuerySet[Attribute]:
        return Attribute.objects.select_related("category")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, TREE_CRUMB)


class AttributeCreate(FormView):
    permission, title, form_class = CHANGE, _("New attribute"), AttributeForm
    cancel_url_name = "catalog:attributes"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, TREE_CRUMB)

    def get_success_url(self, result: Any) -> str:
        return reverse("catalog:attributes")


class AttributeChange(AttributeCreate):
    permission, model, form_class, title = (
        CHANGE,
        Attribute,
        AttributeForm,
        _("Change the attribute"),
    )

    def get_initial(self) -> dict[str, Any]:
        return {"options_text": write_options(self.record)}
