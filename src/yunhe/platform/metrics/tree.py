"""The tree of nodes in the mart: what the scope is checked against."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.metrics.declarations import Attribute, Entity, Watch
from yunhe.platform.metrics.registry import declare

NODES = declare(
    Entity(
        name="node",
        label=_("Node of the tree"),
        sql="""SELECT id, '.' || path::text || '.' AS trail, kind, name,
                      coalesce(nullif(name_en, ''), name) AS name_en FROM access_node""",
        columns={
            "id": "int64",
            "trail": "string",
            "kind": "string",
            "name": "string",
            "name_en": "string",
        },
        key="id",
        watches=(Watch(table="access_node"),),
        attributes=(
            Attribute(
                name="node",
                label=_("Node"),
                column="id",
                text="name",
                text_en="name_en",
                is_node=True,
            ),
        ),
    )
)
