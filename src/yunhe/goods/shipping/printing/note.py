"""The delivery note 送货单: A4 pages that go with the goods, and once they are taken prove it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Image,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from yunhe.goods.shipping.carriers import carrier_label
from yunhe.goods.shipping.models import Shipment, ShipmentLine
from yunhe.goods.shipping.printing.paper import as_pdf, use_font
from yunhe.goods.shipping.queries import lines_of
from yunhe.goods.shipping.tables import picked_lots
from yunhe.platform.files.pictures import UnreadablePicture, shrink
from yunhe.platform.ui import formatting

MARGIN = 15 * mm
WIDTHS = [mm * each for each in (11, 55, 32, 44, 18, 20)]
"""Number, product, quantity, lots, received, remark: 180 mm between the margins."""
SIGNED = (50 * mm, 20 * mm)
"""The most that a signature takes."""
PIXELS = 600


def delivery_note_of(shipment: Shipment) -> HttpResponse:
    """The note as a PDF named after the shipment."""
    return as_pdf(render_note(shipment, list(lines_of(shipment))), f"{shipment.number}-note")


def render_note(shipment: Shipment, lines: Sequence[ShipmentLine]) -> bytes:
    """A PDF: who sends what to whom; what arrived and who took it, or room to write it by hand."""
    use_font()
    out = io.BytesIO()
    title = f"{_('Delivery note')} {shipment.number}"
    paper = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=title,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )
    story = [*_head(shipment), _goods(lines), Spacer(0, 4 * mm), KeepTogether(_foot(shipment))]
    paper.build(story, onFirstPage=_number_page, onLaterPages=_number_page)
    return out.getvalue()


@cache
def _style(size: float = 9, **more: Any) -> ParagraphStyle:
    font = use_font()
    return ParagraphStyle(
        "note", fontName=font, fontSize=size, leading=size * 1.4, wordWrap="CJK", **more
    )


def _text(words: object, size: float = 9, **more: Any) -> Paragraph:
    return Paragraph(escape(str(words)), _style(size, **more))


def _number_page(canvas: Canvas, paper: Any) -> None:
    canvas.setFont(use_font(), 8)
    canvas.drawRightString(A4[0] - MARGIN, 8 * mm, _("Page %(page)s") % {"page": paper.page})


def _head(shipment: Shipment) -> list[Flowable]:
    bars = Code128(shipment.number, barWidth=0.3 * mm, barHeight=9 * mm, humanReadable=False)
    top = Table([[_text(_("Delivery note"), 18), bars]], colWidths=[sum(WIDTHS) - 62 * mm, 62 * mm])
    top.setStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("ALIGN", (1, 0), (1, 0), "RIGHT")])
    rows = [
        [_text(f"{one}: {said}"), _text(f"{other}: {told}")]
        for (one, said), (other, told) in _pairs(_facts(shipment))
    ]
    facts = Table(rows, colWidths=[sum(WIDTHS) / 2] * 2)
    facts.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 1)])
    return [top, facts, Spacer(0, 3 * mm)]


def _facts(shipment: Shipment) -> list[tuple[str, str]]:
    # names that `list_shipments` reads, of nodes that the reader may not see
    to, sender = shipment.partner_label, shipment.supplier_label  # type: ignore[attr-defined]
    address = shipment.order.ship_to or {}
    by = " ".join(filter(None, [str(carrier_label(shipment.carrier)), shipment.tracking]))
    return [
        (_("Shipment"), shipment.number),
        (_("Order"), shipment.order.number),
        (_("Sent by"), sender),
        (_("Delivered to"), to),
        (_("Address"), f"{address.get('region', '')}{address.get('street', '')}" or "–"),
        (_("Receiver"), f"{address.get('receiver', '')} {address.get('phone', '')}".strip() or "–"),
        (_("Shipped on"), formatting.moment(shipment.shipped_at)),
        (_("Carrier"), by or "–"),
        (_("Packages"), str(shipment.package_count or "–")),  # type: ignore[attr-defined]
        (_("Wanted on"), formatting.day(shipment.order.wanted_on)),
    ]


def _pairs(facts: Sequence[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    return zip(facts[::2], facts[1::2], strict=True)


def _goods(lines: Sequence[ShipmentLine]) -> LongTable:
    titles = (
        pgettext("line of a paper", "No."),
        _("Product"),
        _("Quantity"),
        _("Lots"),
        pgettext("line of a paper", "Arrived"),
        _("Remark"),
    )
    rows = [[_text(title) for title in titles]]
    rows += [
        [
            _text(at),
            _text(f"{line.line.sku.label} {line.line.sku.code}"),
            _text(quantity_of(line), alignment=TA_RIGHT),
            _text(picked_lots(line), 8),
            _text(
                "" if line.received is None else formatting.quantity(line.received),
                alignment=TA_RIGHT,
            ),
            _text(_remark(line), 8),
        ]
        for at, line in enumerate(lines, start=1)
    ]
    table = LongTable(rows, colWidths=WIDTHS, repeatRows=1)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    return table


def quantity_of(line: ShipmentLine) -> str:
    """In the unit that was ordered where that is whole, and in base units: `2 cases = 24 bottles`."""
    ordered, sku = line.line, line.line.sku
    base = formatting.quantity(line.quantity, sku.get_base_unit_display())
    packs = line.quantity * ordered.quantity / ordered.base_quantity
    if ordered.unit == sku.base_unit or packs % 1:
        return base
    return f"{formatting.quantity(packs, ordered.get_unit_display())} = {base}"


def _remark(line: ShipmentLine) -> str:
    damaged, missing = line.damaged, line.missing
    said = [
        f"{word} {formatting.quantity(count)}"
        for word, count in ((_("Missing"), missing), (_("Damaged"), damaged))
        if count > Decimal(0)
    ]
    return ", ".join(said)


def _foot(shipment: Shipment) -> list[Flowable]:
    line = "_" * 18
    if shipment.received_at is None:
        cells = [
            f"{_('Handed over by')}: {line}",
            f"{_('Received by')}: {line}",
            f"{_('Date')}: {line}",
        ]
        return [Table([[_text(cell) for cell in cells]], colWidths=[sum(WIDTHS) / 3] * 3)]
    taken = f"{_('Received by')}: {shipment.receiver or '–'}"
    when = f"{_('Received on')}: {formatting.moment(shipment.received_at)}"
    said: list[Flowable] = [_text(f"{taken}    {when}")]
    if shipment.note:
        said.append(_text(f"{_('Remark')}: {shipment.note}"))
    if picture := _signature(shipment):
        said.append(picture)
    return said


def _signature(shipment: Shipment) -> Image | None:
    """What was drawn; nothing when the file is no picture."""
    if shipment.signature is None:
        return None
    with default_storage.open(shipment.signature.storage_name) as stored:
        try:
            drawn = io.BytesIO(shrink(stored, PIXELS))
        except UnreadablePicture:
            return None
    picture = Image(drawn, hAlign="LEFT")
    scale = min(SIGNED[0] / picture.imageWidth, SIGNED[1] / picture.imageHeight)
    picture.drawWidth, picture.drawHeight = picture.imageWidth * scale, picture.imageHeight * scale
    return picture
