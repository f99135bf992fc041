"""The one tree of nodes, and who holds which role on which part of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.ltree import LTreeField
from yunhe.platform.database.scope import MY_ANCESTORS, MY_NODES, MY_USER, Scope
from yunhe.platform.language import in_language


class NodeKind(models.TextChoices):
    """What a node stands for: a unit of the manufacturer, or a partner of any level."""

    ORGANISATION = "organisation", _("organisation unit")
    PARTNER = "partner", _("partner")


class Node(models.Model):
    """A place in the tree: headquarters, region, dealer, sub-dealer, store (any depth).

    `path` is kept by a database trigger: the parent's path and the node's own id. Moving a node
    moves its subtree.
    """

    scope = Scope.where(
        f"(id = {MY_NODES} OR id = {MY_ANCESTORS})", f"id = {MY_NODES} OR parent_id = {MY_NODES}"
    )

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NodeKind.choices)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    active = models.BooleanField(_("active"), default=True)
    path = LTreeField(editable=False, default="", unique=True)

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        indexes = [GistIndex(fields=["path"], name="access_node_path_gist")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Grant(models.Model):
    """A user holds a role on a node and everything below it."""

    scope = Scope.where(f"(node_id = {MY_NODES} OR user_id = {MY_USER})", f"node_id = {MY_NODES}")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=40)
    node = models.ForeignKey(Node, models.PROTECT, related_name="grants")

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "node"], name="access_grant_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}@{self.node_id}"
