"""The loading list: an A4 page for the people at the ramp, in Chinese or English."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from yunhe.goods.delivery.models import Tour
from yunhe.goods.delivery.tables import clock
from yunhe.goods.delivery.wording import load_text
from yunhe.platform.ui import formatting

FONT = "STSong-Light"
"""A font every PDF reader brings for Chinese; it needs no file."""
LEFT, TOP, ROW, BOTTOM = 15 * mm, 20 * mm, 9 * mm, 20 * mm
COLUMNS = (0, 14, 26, 84, 136, 152)
"""Left edges in mm: load as, stop, partner, shipments, packages, load."""
ENDS = (*COLUMNS[1:], 181)


def render_loading_list(tour: Tour, rows: Sequence[dict[str, Any]]) -> bytes:
    """A PDF: the last stop is loaded first; a box to tick on every row, a line to sign."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(f"{tour.plan.number} {tour.vehicle.plate}")
    top = _head(canvas, tour)
    for row in rows:
        if top < BOTTOM + ROW:
            canvas.showPage()
            top = _head(canvas, tour)
        _row(canvas, top, _cells(row))
        canvas.rect(A4[0] - LEFT - 5 * mm, top - 1 * mm, 4 * mm, 4 * mm)
        top -= ROW
    canvas.setFont(FONT, 10)
    canvas.drawString(LEFT, BOTTOM, f"{_('Loaded by')}: ____________________")
    canvas.drawString(A4[0] / 2, BOTTOM, f"{_('Driver')}: ____________________")
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, tour: Tour) -> float:
    top = A4[1] - TOP
    canvas.setFont(FONT, 16)
    canvas.drawString(LEFT, top, f"{_('Loading list')} {tour.vehicle.plate}")
    canvas.setFont(FONT, 10)
    driver = tour.driver.name if tour.driver else formatting.NOTHING
    facts = [
        tour.plan.depot.name,
        f"{tour.plan.number} · {formatting.day(tour.day)}",
        f"{_('Leaves')} {clock(tour.starts_at)} · {_('Back')} {clock(tour.ends_at)}",
        f"{_('Driver')}: {driver}",
    ]
    canvas.drawString(LEFT, top - 7 * mm, "    ".join(facts))
    canvas.drawString(LEFT, top - 13 * mm, _("Last stop first: load from top to bottom."))
    top -= 22 * mm
    titles = (_("Load as"), _("Stop no."), _("Partner"), _("Shipments"), _("Packages"), _("Load"))
    _row(canvas, top, titles, size=9)
    canvas.line(LEFT, top - 2 * mm, A4[0] - LEFT, top - 2 * mm)
    return top - ROW


def _cells(row: dict[str, Any]) -> Sequence[str]:
    stop = row["stop"]
    return (
        str(row["turn"]),
        str(stop.position),
        stop.partner_label,
        row["shipments"],
        str(row["packages"]),
        load_text(row["load"]),
    )


def _row(canvas: Canvas, top: float, cells: Sequence[str], *, size: int = 10) -> None:
    canvas.setFont(FONT, size)
    for text, start, end in zip(cells, COLUMNS, ENDS, strict=True):
        room = (end - start - 2) * mm
        canvas.drawString(LEFT + start * mm, top, _fitted(text, size, room))


def _fitted(text: str, size: int, room: float) -> str:
    """The text, cut with … where it is wider than its column."""
    if stringWidth(text, FONT, size) <= room:
        return text
    while text and stringWidth(f"{text}…", FONT, size) > room:
        text = text[:-1]
    return f"{text}…"
