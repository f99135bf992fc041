"""Template tags and filters of the kit: `{% load yunhe_ui %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yunhe.platform.ui import formatting
from yunhe.platform.ui.assets import asset as asset_url
from yunhe.platform.ui.component import Component, build
from yunhe.platform.ui.icons import check_icon
from yunhe.platform.ui.provinces import province_name
from yunhe.platform.ui.reach import may_open

register = template.Library()


class UiNode(Node):
    """Renders a component by name, with content when it is a block."""

    def __init__(
        self,
        name: FilterExpression,
        properties: dict[str, FilterExpression],
        content: NodeList | None,
    ) -> None:
        self.name, self.properties, self.content = name, properties, content

    def render(self, context: Context) -> SafeString:
        properties = {key: value.resolve(context) for key, value in self.properties.items()}
        if self.content is not None:
            properties["content"] = self.content.render(context)
        return build(self.name.resolve(context), properties).render(context.get("request"))


def _parse(parser: Parser, token: Token) -> tuple[FilterExpression, dict[str, FilterExpression]]:
    tag, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError(f"{tag} needs a component's name")
    name = parser.compile_filter(bits.pop(0))
    properties = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"{tag}: properties are name=value, got {bits[0]!r}")
    return name, properties


@register.tag("ui")
def ui(parser: Parser, token: Token) -> UiNode:
    """`{% ui "badge" label=_("Paid") tone="green" %}`."""
    return UiNode(*_parse(parser, token), None)


@register.tag("uiblock")
def uiblock(parser: Parser, token: Token) -> UiNode:
    """`{% uiblock "card" title=_("Lines") %}…{% enduiblock %}`."""
    name, properties = _parse(parser, token)
    content = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return UiNode(name, properties, content)


@register.simple_tag(takes_context=True)
def render(context: Context, thing: Any) -> Any:
    """Render a component given as a value; text passes."""
    return thing.render(context.get("request")) if isinstance(thing, Component) else thing


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; with `label` it speaks, else it is decoration."""
    if not name:
        return SafeString("")
    check_icon(name)
    spoken = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>',
        css,
        spoken,
        asset_url("icons.svg"),
        name,
    )


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file."""
    return asset_url(name)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present query string with changes; an empty value removes a parameter."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str) -> bool:
    """Whether the reader holds the permission: `{% may "orders.confirm" as can_confirm %}`."""
    principal = getattr(context.get("request"), "principal", None)
    return principal is not None and permission in principal.permissions


@register.filter
def money(value: Any, currency: str = "") -> str:
    """`¥1,234.50`; the argument is an ISO currency."""
    return formatting.money(value, currency)


@register.filter
def money_short(value: Any, currency: str = "") -> str:
    """`¥12.3万` or `¥123K`."""
    return formatting.money_short(value, currency)


@register.filter
def quantity(value: Any, unit: str = "") -> str:
    """`1,200 cases`; the argument is the unit."""
    return formatting.quantity(value, unit)


@register.filter
def opens(url: str) -> bool:
    """Whether the reader has the permission of the page there."""
    return may_open(str(url))


@register.filter
def counted(unit: Any, count: Any) -> str:
    """`box` → `boxes` after another number than one; the argument is the number."""
    return formatting.counted(str(unit), count)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """`12,345`."""
    return formatting.number(value, places)


@register.filter
def short_number(value: Any) -> str:
    """`12.3万` or `123K`."""
    return formatting.short_number(value)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """0.123 → `12.3%`."""
    return formatting.percent(value, places)


@register.filter
def change(value: Any, places: int = 1) -> str:
    """0.05 → `+5.0%`."""
    return formatting.change(value, places)


@register.filter
def day(value: Any) -> str:
    """`2026-11-22`."""
    return formatting.day(value)


@register.filter
def last_day(after: Any) -> str:
    """The day before: a period's last one, of the day after it."""
    return formatting.last_day(after)


@register.filter
def moment(value: Any) -> str:
    """`2026-11-22 14:05`."""
    return formatting.moment(value)


@register.filter
def ago(value: Any) -> str:
    """`5 minutes ago`."""
    return formatting.ago(value)


@register.filter
def province(code: str) -> str:
    """The province's name in the reader's language."""
    return province_name(code)


@register.simple_tag
def toggle_column(table: Any, name: str) -> str:
    """The address that shows or hides a column of a table."""
    chosen = [each for each in table.columns if (each in table.chosen) != (each == name)]
    parameters = table.query.copy()
    parameters.pop("page", None)
    parameters["cols"] = ",".join(chosen or table.chosen)
    return f"?{parameters.urlencode()}"
