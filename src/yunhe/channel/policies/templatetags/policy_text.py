"""Policy text: Markdown without raw HTML, rendered to a safe subset."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

# `html: False` turns raw HTML into text, and the parser refuses javascript:, vbscript:, file: and
# data: addresses; images are off because evidence and pictures come through platform/files.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
)


@register.filter(name="policy_text")
def render_text(source: str) -> SafeString:
    """HTML of a policy text."""
    return mark_safe(_MARKDOWN.render(source))  # noqa: S308  # the renderer escapes everything
