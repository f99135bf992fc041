"""The font and the answer that every printed page shares."""

from __future__ import annotations

from functools import cache

from django.http import HttpResponse
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

FONT = "STSong-Light"
"""A font every PDF reader brings for Chinese; it needs no file."""


@cache
def use_font() -> str:
    """The font's name, known to reportlab from now on."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """The PDF as a file to keep under this name."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer
